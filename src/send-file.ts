import {basename} from 'node:path'
import type {OutgoingFile, RoomEvent} from './conversation.js'
import {ChatctlError, toChatctlError} from './errors/index.js'
import {HostLink, type EntryOptions} from './host-link.js'
import {toIntake} from './intake.js'
import {Membership} from './membership.js'
import {checkNick} from './room/nick.js'
import {systemClock} from './session/clock.js'
import {inspectSource} from './transfer/source-file.js'
import {closeOnAbort} from './transport/close-on-abort.js'

/** What is sent, and where to. */
export interface SendFileOptions extends EntryOptions {
  /** At least one file. */
  paths: readonly string[]
  /** How long an offer may wait for its answer; 600,000 by default, 0 for no limit. */
  answerTimeoutMs?: number
  /** Hears what happens on the way: offers, progress, and how each file ended. */
  onEvent?: (event: RoomEvent) => void
  /** Gives up, wherever it stands: ends what is under way and says goodbye. */
  signal?: AbortSignal
}

/** What came of one file. */
export interface SentFile {
  name: string
  path: string
  bytes: number
  /** Lower-case hex; empty when the file did not arrive. */
  sha256: string
  resumedFrom: number
  status: 'sent' | 'declined' | 'failed'
  error?: ChatctlError
}

/** What came of a delivery. */
export interface SendFileResult {
  /** The nick of the host. */
  peer: string
  files: SentFile[]
  ms: number
}

const defaultAnswerTimeoutMs = 600_000

/**
 * Sends files to a running host and waits until it has verified each of them, without entering its room.
 *
 * What becomes of a file is told by its `status` and `error`; only what keeps all of them from being offered is thrown.
 * @throws ChatctlError `no-such-file`, `not-a-file` or `not-readable` before anything is sent; the families
 * connection (3), admission (4) and protocol (7); the reason of the signal when it aborts before anything is offered
 * @example
 * const {files} = await sendFile({home: '/tmp/ana', host: '127.0.0.1', port, code, paths: ['report.pdf']})
 */
export async function sendFile(options: SendFileOptions): Promise<SendFileResult> {
  const {paths, nick = 'guest', onEvent = ignore, signal} = options
  signal?.throwIfAborted()
  const clock = systemClock
  const startedAt = clock.now()
  for (const path of paths) await inspectSource(path)
  const link = new HostLink({...options, nick: checkNick(nick), clock, purpose: 'deliver'})
  const membership = new Membership({intake: toIntake({accept: 'none'}), clock, link})
  membership.subscribe(onEvent)
  const deliver = async (): Promise<SentFile[]> => {
    await membership.enter()
    return deliverAll(membership, options)
  }
  const files = await closeOnAbort(signal, () => membership.session.close('bye'), deliver)
  await membership.leave()
  return {peer: membership.host.nick, files, ms: Math.round(clock.now() - startedAt)}
}

/** Without a listener a conversation would keep every event for the first one. */
const ignore = (): void => undefined

async function deliverAll(membership: Membership, options: SendFileOptions): Promise<SentFile[]> {
  const {paths, onEvent = ignore, answerTimeoutMs = defaultAnswerTimeoutMs} = options
  const watch = watchWaiting(membership, onEvent)
  const delivering: Promise<SentFile>[] = []
  for (const path of paths) {
    const offered = membership.sendFile(path, {to: membership.host.nick})
    delivering.push(
      deliver(path, offered, outgoing => {
        watch(outgoing)
        limitWaiting(membership, outgoing, answerTimeoutMs)
      }),
    )
    // Only so many files may be offered at once: the next one is looked at when it has a place.
    await Promise.allSettled([offered])
  }
  return Promise.all(delivering)
}

async function deliver(
  path: string,
  offered: Promise<OutgoingFile>,
  wait: (outgoing: OutgoingFile) => void,
): Promise<SentFile> {
  const file = {name: basename(path), path, bytes: 0, sha256: '', resumedFrom: 0}
  try {
    const outgoing = await offered
    wait(outgoing)
    const {bytes, sha256, resumedFrom} = await outgoing.delivered
    return {...file, bytes, sha256, resumedFrom, status: 'sent'}
  } catch (thrown) {
    const error = toChatctlError(thrown)
    return {...file, status: error.exitCode === 5 ? 'declined' : 'failed', error}
  }
}

/** Most answers come from programs, at once: only a person keeps one waiting. */
const patienceMs = 500

/** Returns what watches each offer of a delivery, and tells of the first that has to wait for its answer. */
function watchWaiting({host}: Membership, onEvent: (event: RoomEvent) => void): (outgoing: OutgoingFile) => void {
  let isTold = false
  const tell = (): void => {
    if (!isTold) onEvent({event: 'notice', code: 'waiting', message: `waiting for ${host.nick} to accept`})
    isTold = true
  }
  return ({answered}) => void answered.then(systemClock.setTimeout(tell, patienceMs))
}

function limitWaiting(membership: Membership, {transfer, answered}: OutgoingFile, timeoutMs: number): void {
  if (timeoutMs === 0) return
  const reason = new ChatctlError('no-answer', `no answer to the offer within ${timeoutMs / 1000} s`)
  const callOff = systemClock.setTimeout(() => membership.cancel(transfer, reason), timeoutMs)
  void answered.then(callOff)
}
