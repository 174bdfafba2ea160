import type {HostedRoom} from './conversation.js'
import {Door} from './door.js'
import {toChatctlError} from './errors/index.js'
import type {GuestTerms} from './guests.js'
import {HostConversation} from './host-conversation.js'
import {toIntake, type IntakeOptions} from './intake.js'
import {checkNick} from './room/nick.js'
import {canonicalCode} from './security/code.js'
import {Codes} from './security/codes.js'
import {loadIdentity} from './security/identity.js'
import {systemClock} from './session/clock.js'
import type {Arrival} from './transport/arrival.js'
import {reachableAddresses} from './transport/local-addresses.js'
import {listen} from './transport/tls-listener.js'
import type {SecureTransport} from './transport/transport.js'

/** How a room is opened. */
export interface HostOptions extends IntakeOptions {
  /** The directory that keeps this device's identity. */
  home: string
  /** 5000 by default; 0 takes any free port. */
  port?: number
  /** The one address to listen on; every interface, IPv4 and IPv6, by default. */
  bind?: string
  nick?: string
  /** What guests prove: three or more words of the list, or ten digits. Made anew by default. */
  code?: string
  /** Admit whoever reaches the port, without a code. */
  open?: boolean
  /** Ask a code of those who have been let in before, too. */
  codeOnly?: boolean
  /** 1,000 by default, the host included. */
  maxMembers?: number
}

/**
 * Opens a room on this computer and takes part in it as its host.
 *
 * @throws ChatctlError `port-in-use` or `cannot-listen`; `bad-nick` or `bad-code`; `damaged-identity`,
 * `not-readable`, `not-writable` or `disk-full` for the files in `home`
 * @example
 * const room = await host({home: '/tmp/bob', port: 0, nick: 'bob'})
 * room.subscribe(event => console.log(event))
 * await room.say('hello')
 * await room.leave()
 */
export function host(options: HostOptions): Promise<HostedRoom> {
  return openRoom(options)
}

/** What a room is opened for, and who hears of deliveries. */
export type RoomTerms = Omit<GuestTerms, 'maxMembers'>

/** Opens a room, perhaps for some purposes only. */
export async function openRoom(options: HostOptions, terms: RoomTerms = {}): Promise<HostedRoom> {
  const {port = 5000, bind, nick = 'host', code, open = false, codeOnly = false, maxMembers = 1000} = options
  const clock = systemClock
  checkNick(nick)
  const codes = open ? undefined : new Codes(code === undefined ? undefined : canonicalCode(code))
  const identity = await loadIdentity(options.home)
  const door = new Door({ownFingerprint: identity.fingerprint, codes, isCodeOnly: codeOnly, clock})
  const room = new HostConversation({intake: toIntake(options), clock, nick, door, maxMembers, ...terms})

  const arriving = new Set<SecureTransport>()
  const receive = async (transport: SecureTransport, arrival: Arrival): Promise<void> => {
    arriving.add(transport)
    try {
      await room.admit(await door.admit(transport, arrival))
    } catch (error) {
      door.refused(toChatctlError(error), transport.remoteAddress)
    } finally {
      arriving.delete(transport)
    }
  }
  const onTransport = (transport: SecureTransport, arrival: Arrival): void => void receive(transport, arrival)
  const listener = await listen({port, bind, credentials: identity, watch: door.guard, clock, onTransport})
  const close = (): void => {
    listener.close()
    for (const transport of arriving) transport.destroy()
  }
  room.open({port: listener.port, close}, reachableAddresses(bind), code === undefined)
  return room
}
