import type {RoomEvent} from './conversation.js'
import {ChatctlError} from './errors/index.js'
import type {EntryOptions} from './entry-options.js'
import {openHostLink} from './host-link.js'
import {toIntake} from './intake.js'
import {Membership} from './membership.js'
import {checkNick} from './protocol/nick.js'
import {checkText} from './room/text.js'
import {systemClock} from './session/clock.js'
import {closeOnAbort} from './transport/close-on-abort.js'

/** What is said, and where to. */
export interface SayOptions extends EntryOptions {
  /** At least one message; those that come one by one are said as they come. */
  messages: readonly string[] | AsyncIterable<string>
  /** Hears what happens on the way. */
  onEvent?: (event: RoomEvent) => void
  /** Gives up: says goodbye, whatever has not been said yet. */
  signal?: AbortSignal | undefined
}

/** What came of it: the room has all that was said. */
export interface SayResult {
  /** The nick of the host. */
  peer: string
  /** How many were said. */
  messages: number
  /** Milliseconds, from the first dial on. */
  ms: number
}

/** Messages that may be on their way at once: each takes a round trip until the room is known to have it. */
const maxOnTheirWay = 64

/**
 * Says something to everyone in a running room, without entering it, and waits until the room has it.
 *
 * @param options where the host is, and the messages: up to 65,536 bytes of UTF-8 each
 * @returns how many were said, and to whom
 * @throws ChatctlError `empty-message` or `message-too-long`, of a list before anything is said; `refused`;
 * `connection-lost` when the room ends before it has everything; the families connection (3), admission (4) and
 * protocol (7); the reason of the signal
 * @example
 * await say({home: 'ci-data', host: '127.0.0.1', port, code, nick: 'ci', messages: ['the build is green']})
 */
export async function say(options: SayOptions): Promise<SayResult> {
  const {messages, nick = 'guest', onEvent, signal} = options
  signal?.throwIfAborted()
  const clock = systemClock
  const startedAt = clock.now()
  if (!(Symbol.asyncIterator in messages)) for (const text of messages) checkText(text)
  const link = await openHostLink({...options, nick: checkNick(nick), clock, purpose: 'say'})
  const membership = new Membership({intake: toIntake({accept: 'none'}), clock, link})
  if (onEvent) membership.subscribe(onEvent)
  const speak = async (): Promise<number> => {
    await membership.enter()
    return sayAll(membership, messages)
  }
  try {
    const count = await closeOnAbort(signal, () => membership.session.close('bye'), speak)
    return {peer: membership.host.nick, messages: count, ms: Math.round(clock.now() - startedAt)}
  } finally {
    await membership.leave()
  }
}

/** Says everything, and returns how much that was; rejects as soon as the room refuses something, or is over. */
export function sayAll(membership: Membership, messages: SayOptions['messages']): Promise<number> {
  return new Promise((resolve, reject) => {
    membership.subscribe(event => {
      if (event.event === 'error') reject(new ChatctlError('refused', event.message, {hint: refusedHint}))
    })
    void membership.ended.then(({error}) => reject(error ?? new ChatctlError('connection-lost', 'the room was closed')))
    sayEach(membership, messages, reject).then(resolve, reject)
  })
}

const refusedHint = 'The host does not let this be said from outside its room: join it, and say it there.'

async function sayEach(
  membership: Membership,
  messages: SayOptions['messages'],
  fail: (error: unknown) => void,
): Promise<number> {
  const onTheirWay = new Set<Promise<void>>()
  let count = 0
  for await (const text of messages) {
    const saying = membership
      .say(checkText(text))
      .catch(fail)
      .then(() => void onTheirWay.delete(saying))
    onTheirWay.add(saying)
    count++
    if (onTheirWay.size >= maxOnTheirWay) await Promise.race(onTheirWay)
  }
  await Promise.all(onTheirWay)
  if (count === 0) throw new ChatctlError('empty-message', 'there is nothing to say')
  return count
}
