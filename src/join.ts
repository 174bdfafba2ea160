import type {Conversation} from './conversation.js'
import {toIntake, type IntakeOptions} from './intake.js'
import {Membership} from './membership.js'
import {checkNick} from './protocol/nick.js'
import type {EntryOptions, Notice} from './entry-options.js'
import {openHostLink} from './host-link.js'
import {leaveOnAbort} from './leave-on-abort.js'
import {systemClock} from './session/clock.js'
import {tidyParts} from './transfer/intake.js'
import {closeOnAbort} from './transport/close-on-abort.js'

/** How a room is joined. */
export interface JoinOptions extends EntryOptions, IntakeOptions {
  /** Hears what is to be known before the code is asked; by default, an event of the conversation. */
  onNotice?: (notice: Notice) => void
  /** Gives up; once the room has been entered, leaves it. */
  signal?: AbortSignal | undefined
}

/**
 * Joins the room of a host. A connection that breaks is made again, and nothing that was said is lost.
 *
 * @param options where the host is, what it takes to be let in, and what becomes of files; times are in milliseconds
 * @returns the room, entered, as this member has it
 * @throws ChatctlError of the families connection (3), admission (4) and protocol (7); `bad-nick`, `bad-code`, `no-address`;
 * `damaged-identity`, `not-readable`, `not-writable` or `disk-full` for the files in `home`; the reason of the signal
 * @example
 * const ana = await join({home: 'ana-data', host: '127.0.0.1', port, code, nick: 'ana'})
 * await ana.say('hello')
 * for await (const event of ana.events()) {
 *   if (event.event === 'message') break
 * }
 * await ana.leave()
 */
export async function join(options: JoinOptions): Promise<Conversation> {
  const {nick = 'guest', signal} = options
  signal?.throwIfAborted()
  const clock = systemClock
  const link = await openHostLink({...options, nick: checkNick(nick), clock, purpose: 'talk'})
  const intake = toIntake(options)
  await tidyParts(intake.directory)
  const membership = new Membership({intake, clock, link})
  await closeOnAbort(
    signal,
    () => membership.session.close('bye'),
    () => membership.enter(),
  )
  await leaveOnAbort(signal, membership)
  return membership
}
