import type {Conversation} from './conversation.js'
import {toIntake, type IntakeOptions} from './intake.js'
import {Membership} from './membership.js'
import {checkNick} from './room/nick.js'
import {HostLink} from './host-link.js'
import {systemClock} from './session/clock.js'

/** Where a host is, and what it takes to be let in. */
export interface EntryOptions {
  /** The directory that keeps this device's identity. */
  home: string
  /** An address, or a name. */
  host: string
  /** 5000 by default. */
  port?: number
  nick?: string
  /** The code, or a function that asks a person for it: called only when the host wants one, three times at most. */
  code?: string | (() => Promise<string>)
  /** Whether to enter where the host proves nothing about itself, or a function that asks a person. */
  open?: boolean | (() => Promise<boolean>)
  /** For dialling; 10,000 by default. */
  timeoutMs?: number
}

/** How a room is joined. */
export interface JoinOptions extends EntryOptions, IntakeOptions {}

/**
 * Joins the room of a host. A connection that breaks is made again, and nothing that was said is lost.
 *
 * @throws ChatctlError of the families connection (3), admission (4) and protocol (7); `bad-nick`, `bad-code`
 * @example
 * const room = await join({home: '/tmp/ana', host: '127.0.0.1', port, code, nick: 'ana'})
 * for await (const event of room.events()) if (event.event === 'message') console.log(event.text)
 */
export async function join(options: JoinOptions): Promise<Conversation> {
  const {nick = 'guest'} = options
  const clock = systemClock
  const link = new HostLink({...options, nick: checkNick(nick), clock, purpose: 'talk'})
  const membership = new Membership({intake: toIntake(options), clock, link})
  await link.connect(membership.session)
  await membership.welcomed
  return membership
}
