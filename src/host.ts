import type {HostedRoom} from './conversation.js'
import {Door} from './door.js'
import {toChatctlError} from './errors/index.js'
import type {GuestTerms} from './guests.js'
import {HostConversation} from './host-conversation.js'
import {toIntake, type IntakeOptions} from './intake.js'
import {leaveOnAbort} from './leave-on-abort.js'
import {PeerMemory} from './peer-memory.js'
import {checkNick} from './protocol/nick.js'
import {canonicalCode} from './security/code.js'
import {Codes} from './security/codes.js'
import {deviceSecret} from './security/device-secret.js'
import {loadIdentity} from './security/identity.js'
import {loadKnownPeers} from './security/known-peers.js'
import {systemClock} from './session/clock.js'
import type {Arrival} from './transport/arrival.js'
import {reachableAddresses} from './transport/local-addresses.js'
import {listen} from './transport/tls-listener.js'
import {tidyParts} from './transfer/intake.js'
import type {StreamOutput} from './transfer/stream-output.js'
import type {SecureTransport} from './transport/transport.js'

/** How a room is opened. */
export interface HostOptions extends IntakeOptions {
  /** The directory that keeps this device's identity. */
  home: string
  /** 5000 by default; 0 takes any free port. */
  port?: number
  /** The one address to listen on; every interface, IPv4 and IPv6, by default. */
  bind?: string
  /** What one is called in the room: 1 to 32 columns of letters, marks, digits, `-`, `_` or `.`; `host` by default. */
  nick?: string
  /** What guests prove: three or more words of the list, or ten digits. Made anew by default. */
  code?: string
  /** Admit whoever reaches the port, without a code. */
  open?: boolean
  /** Remember for good whoever proves the code; by default only who proves one that is for a single guest. */
  remember?: boolean
  /** Ask a code of those who have been let in before, too. */
  codeOnly?: boolean
  /** 1,000 by default, the host included. */
  maxMembers?: number
  /** Gives up; once the room is open, closes it. */
  signal?: AbortSignal | undefined
}

/**
 * Opens a room on this computer and takes part in it as its host.
 *
 * @param options where it listens, whom it lets in, and what becomes of files; sizes are in bytes
 * @returns the room, open, as its host has it
 * @throws ChatctlError `port-in-use` or `cannot-listen`; `bad-nick` or `bad-code`; `damaged-identity`,
 * `not-readable`, `not-writable` or `disk-full` for the files in `home`; the reason of the signal
 * @example
 * const room = await host({home: 'bob-data', port: 0, nick: 'bob'})
 * room.subscribe(({event}) => console.log(event))
 * await room.say('hello')
 * await room.leave()
 */
export function host(options: HostOptions): Promise<HostedRoom> {
  return openRoom(options)
}

/** What a room is opened for, who hears of deliveries, where they go, and for how many guests a code is that is made for it. */
export type RoomTerms = Omit<GuestTerms, 'maxMembers'> & {readonly guests?: number; readonly output?: StreamOutput}

/** Opens a room, perhaps for some purposes only. */
export async function openRoom(
  options: HostOptions,
  {guests, output, ...terms}: RoomTerms = {},
): Promise<HostConversation> {
  const {home, port = 5000, bind, nick = 'host', maxMembers = 1000, remember, codeOnly = false, signal} = options
  signal?.throwIfAborted()
  const clock = systemClock
  checkNick(nick)
  const codes = makeCodes(options, guests)
  const identity = await loadIdentity(home)
  const memory = new PeerMemory(await loadKnownPeers(home), 'guest')
  const {fingerprint: ownFingerprint} = identity
  const door = new Door({ownFingerprint, codes, memory, remember, isCodeOnly: codeOnly, clock})
  const [intake, jobKey] = [{...toIntake(options), output}, deviceSecret(identity, 'job')]
  await tidyParts(intake.directory)
  const room = new HostConversation({intake, clock, nick, door, jobKey, maxMembers, ...terms})

  const arriving = new Set<SecureTransport>()
  const receive = async (transport: SecureTransport, arrival: Arrival): Promise<void> => {
    arriving.add(transport)
    try {
      await room.admit(await door.admit(transport, arrival))
    } catch (error) {
      door.refused(toChatctlError(error), transport.remoteAddress)
    } finally {
      arriving.delete(transport)
      door.guard.left(arrival)
    }
  }
  const onTransport = (transport: SecureTransport, arrival: Arrival): void => void receive(transport, arrival)
  const listener = await listen({port, bind, credentials: identity, watch: door.guard, clock, onTransport})
  const over = new AbortController()
  memory.keepLooking(clock, over.signal)
  const close = (): void => {
    over.abort()
    listener.close()
    for (const transport of arriving) transport.destroy()
  }
  room.open({port: listener.port, close}, reachableAddresses(bind), options.code === undefined)
  await leaveOnAbort(signal, room)
  return room
}

/** A code that someone chose is good for any number of guests. */
function makeCodes({open = false, code}: HostOptions, guests: number | undefined): Codes | undefined {
  if (open) return undefined
  return code === undefined ? new Codes(undefined, guests) : new Codes(canonicalCode(code))
}
