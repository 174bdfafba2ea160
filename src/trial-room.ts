import {join as joinPath} from 'node:path'
import type {Conversation, HostedRoom} from './conversation.js'
import {withScratch, writeSample} from './disk/scratch.js'
import {ChatctlError} from './errors/index.js'
import {host} from './host.js'
import {join} from './join.js'
import {systemClock} from './session/clock.js'
import {unlessAborted} from './transport/unless-aborted.js'

/** How well a room works on this computer. */
export interface TrialResult {
  /** From one end to the other and back: the median of twenty messages. */
  readonly roundTripMs: number
  /** How large the file was. */
  readonly bytes: number
  /** How fast it was, from its acceptance until it was verified. */
  readonly bytesPerSecond: number
}

const exchanges = 20
const sampleBytes = 32 * 1024 * 1024
const patienceMs = 30_000

/**
 * Opens a room on loopback, joins it, talks, moves a file, and leaves nothing behind.
 * @throws ChatctlError whatever goes wrong; `connection-timeout` when it takes too long; or the reason of the signal
 */
export function tryRoom(signal: AbortSignal): Promise<TrialResult> {
  return withScratch(directory => {
    const limit = new AbortController()
    const callOff = systemClock.setTimeout(() => limit.abort(tooSlow()), patienceMs)
    return tryRoomIn(directory, AbortSignal.any([signal, limit.signal])).finally(callOff)
  })
}

async function tryRoomIn(directory: string, signal: AbortSignal): Promise<TrialResult> {
  const at = (name: string): string => joinPath(directory, name)
  const room = await host({home: at('host'), port: 0, bind: '127.0.0.1', accept: 'all', out: directory, signal})
  try {
    const {port, code = ''} = room
    const guest = await join({home: at('guest'), host: '127.0.0.1', port, code, signal})
    const roundTripMs = await unlessAborted(signal, measureRoundTrip(guest, room))
    await writeSample(at('sample'), sampleBytes)
    const {delivered} = await guest.sendFile(at('sample'), {compression: 'off', signal})
    const {bytes, ms} = await unlessAborted(signal, delivered)
    await guest.leave()
    return {roundTripMs, bytes, bytesPerSecond: Math.round((bytes * 1000) / Math.max(1, ms))}
  } finally {
    await room.leave()
  }
}

async function measureRoundTrip(guest: Conversation, room: HostedRoom): Promise<number> {
  const times: number[] = []
  while (times.length < exchanges) times.push(await exchange(guest, room))
  const median = times.sort((one, other) => one - other)[exchanges / 2] ?? 0
  return Math.round(median * 100) / 100
}

/** Has one word go there, and one come back; returns how long that took, without the acknowledgements. */
async function exchange(guest: Conversation, room: HostedRoom): Promise<number> {
  const startedAt = systemClock.now()
  const [there, saying] = [hears(room), guest.say('there')]
  await Promise.race([there, saying.then(() => there)])
  const [back, answering] = [hears(guest), room.say('and back')]
  await Promise.race([back, answering.then(() => back)])
  const elapsedMs = systemClock.now() - startedAt
  await Promise.all([saying, answering])
  return elapsedMs
}

/** Resolves with the next message of somebody else. */
function hears(one: Conversation): Promise<void> {
  return new Promise(resolve => {
    const stop = one.subscribe(event => {
      if (event.event !== 'message' || event.self) return
      stop()
      resolve()
    })
  })
}

function tooSlow(): ChatctlError {
  const hint = 'This computer may be too busy: try again. What does no work on loopback is not the network.'
  return new ChatctlError('connection-timeout', `a room on loopback took more than ${patienceMs / 1000} s`, {hint})
}
