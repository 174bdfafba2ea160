import type {Display, Member, RoomEvent} from './conversation.js'
import {DeliveryTally} from './delivery-tally.js'
import type {Door} from './door.js'
import {ChatctlError} from './errors/index.js'
import {HostedGuest} from './hosted-guest.js'
import {encodeJson} from './protocol/frame-encoder.js'
import type {Attach, Attached, Purpose} from './protocol/payloads.js'
import {isNick} from './protocol/nick.js'
import type {Room} from './room/room.js'
import type {Admitted} from './security/admission.js'
import {awaitAttach} from './session/attach.js'
import type {Clock} from './session/clock.js'
import type {Connection} from './session/connection.js'
import type {Session} from './session/session.js'
import {RoomTalk} from './session/room-talk.js'
import {SessionRegistry} from './session/session-registry.js'
import {windowsFor} from './session/window-sizer.js'
import type {SharingPool} from './transfer/many/sharing-pool.js'
import type {Bandwidth} from './transfer/pace/bandwidth.js'
import {RelayBudget} from './transfer/relay/relay-budget.js'
import type {Intake} from './transfer/intake.js'
import {TransferDesk} from './transfer/transfer-desk.js'

/** Those at once who only bring a file or a word: a room serves its members first. */
export const maxPassersBy = 256

/** Whom a host serves, and for what. */
export interface GuestTerms {
  /** The host included. */
  readonly maxMembers: number
  /** What guests may come for; for anything by default. */
  readonly purposes?: readonly Purpose[]
  /** Bytes of talk that may wait for all guests together. */
  readonly maxTalkBytes?: number
  /** Hears when someone has said goodbye who brought files, each of which is verified here: the room waits for that. */
  readonly onDelivered?: () => void
  /** Hears what happens to the files that guests bring. */
  readonly onFile?: (event: RoomEvent) => void
}

/** What guests are served with. */
export interface GuestsOptions extends GuestTerms {
  readonly door: Door
  readonly room: Room
  readonly intake: Intake
  readonly bandwidth: Bandwidth
  /** Where those meet who are offered the same. */
  readonly sharing: SharingPool
  readonly clock: Clock
  readonly emit: (event: RoomEvent) => void
  /** What shows the room here. */
  readonly displays: Iterable<Display>
  /** Makes what this device calls its jobs. */
  readonly jobKey?: Buffer | undefined
}

/** Those whom a host serves: each has a session here, which outlives its connections. */
export class Guests {
  /** What is said here, for all of them and the host's own display. */
  readonly talk: RoomTalk
  readonly #options: GuestsOptions
  readonly #registry = new SessionRegistry()
  /** By the id of their session. */
  readonly #guests = new Map<string, HostedGuest>()
  readonly #relayBudget = new RelayBudget()
  #lastTransfer = 0
  #isClosing = false

  constructor(options: GuestsOptions) {
    this.#options = options
    const sessions = (): Session[] => this.all().map(({session}) => session)
    this.talk = new RoomTalk(options.clock, {sessions, displays: options.displays}, options.maxTalkBytes)
  }

  /** Everyone who has a session. */
  all(): HostedGuest[] {
    return [...this.#guests.values()]
  }

  /** Finds the guest that has a seat in the room. */
  at(seat: number): HostedGuest | undefined {
    return this.all().find(guest => guest.seat === seat)
  }

  /** Whether a device has a session, though its connection may be broken. */
  has(fingerprint: string): boolean {
    return this.#registry.has(fingerprint)
  }

  /**
   * Takes in someone whom the door has admitted: someone new, or someone who is back.
   * @throws ChatctlError when they leave before they have said what for
   */
  async admit(admitted: Admitted): Promise<void> {
    try {
      await awaitAttach(admitted, this.#options.clock, (connection, request) => {
        if (this.#isClosing) connection.close('closed')
        else if (request.session === null) this.#begin(connection, request, admitted)
        else this.#resume(connection, request.session, request.lastSeen, admitted)
      })
    } catch (error) {
      this.#options.door.giveBack(admitted.invite)
      throw error
    }
  }

  /** Resolves when everyone has heard what was said. */
  async heard(): Promise<void> {
    await Promise.allSettled(this.all().map(({session}) => session.acknowledged()))
  }

  /** Resolves when everyone has heard what was said, and no transfer runs. */
  async settled(): Promise<void> {
    await Promise.all(this.all().map(({desk}) => desk.idle()))
    await this.heard()
  }

  /** Takes nobody in any more. */
  turnAway(): void {
    this.#isClosing = true
  }

  /** Ends all sessions; returns what settles when their files are put away, and when their connections are closed. */
  dismiss(): {filesAway: Promise<unknown>; connectionsClosed: Promise<unknown>} {
    const guests = this.all()
    for (const {session} of guests) session.close('closed')
    const reason = new ChatctlError('cancelled', 'the room was closed')
    return {
      filesAway: Promise.all(guests.map(({desk}) => desk.close(reason))),
      connectionsClosed: Promise.all(guests.map(({session}) => session.gone)),
    }
  }

  #begin(connection: Connection, {nick, purpose}: Attach, admitted: Admitted): void {
    const refusal = this.#options.door.mayOnlyReturn(admitted) ? 'no-code' : this.#refusalOf(nick, purpose)
    if (refusal !== undefined) return connection.close(refusal)
    const guest = this.#makeGuest(admitted, () => this.#forget(ticket.id))
    const ticket = this.#registry.add(guest.session, guest.fingerprint)
    this.#guests.set(ticket.id, guest)
    connection.control('attached', encodeJson({session: ticket, lastSeen: 0}))
    guest.session.windows = windowsFor(purpose)
    guest.session.attach(connection, 0)
    if (purpose === 'talk') guest.enter(nick)
    else guest.pass(nick, purpose)
    if (this.#isOnTrial(admitted)) this.#options.door.tryOut(admitted)
    else this.#options.door.enter(admitted, guest.member.nick)
  }

  /** Whether a code only counts as used, and its guest as known, when a delivery is whole. */
  #isOnTrial({invite}: Admitted): boolean {
    return this.#options.onDelivered !== undefined && invite !== undefined
  }

  get #passersBy(): number {
    return this.all().filter(({seat}) => seat === undefined).length
  }

  #refusalOf(nick: string, purpose: Purpose): string | undefined {
    const {room, maxMembers, purposes} = this.#options
    if (!isNick(nick)) return 'bad-nick'
    if (purposes?.includes(purpose) === false) return 'files-only'
    const isFull = purpose === 'talk' ? room.members().length >= maxMembers : this.#passersBy >= maxPassersBy
    return isFull ? 'room-full' : undefined
  }

  #resume(connection: Connection, ticket: Attached['session'], lastSeen: number, admitted: Admitted): void {
    const session = this.#registry.find(ticket, admitted.peerFingerprint)
    if (session === undefined) return connection.close('unknown-session')
    connection.control('attached', encodeJson({session: ticket, lastSeen: session.lastSeen}))
    session.attach(connection, lastSeen)
    this.#guests.get(ticket.id)?.returned()
    this.#options.door.giveBack(admitted.invite)
  }

  #makeGuest(admitted: Admitted, gone: () => void): HostedGuest {
    const {room, clock, bandwidth} = this.#options
    const {peerFingerprint: fingerprint} = admitted
    const tally = new DeliveryTally()
    const guest = new HostedGuest({
      fingerprint,
      room,
      clock,
      talk: this.talk,
      relayLimits: {budget: this.#relayBudget, bandwidth, clock},
      findGuest: seat => this.at(seat),
      makeDesk: (session, peer) => this.#makeDesk(fingerprint, session, peer, tally),
      gone: () => {
        gone()
        this.#judge(guest, tally.isWhole && hasSaidGoodbye(guest))
      },
    })
    return guest
  }

  /** Where one delivery is waited for, only a whole one counts: of a device that came anew, the last one is waited for. */
  #judge({fingerprint, member}: HostedGuest, hasDelivered: boolean): void {
    const {door, onDelivered} = this.#options
    if (onDelivered === undefined || (!hasDelivered && this.has(fingerprint))) return
    if (!hasDelivered) return door.turnOut(fingerprint)
    door.keepIn(fingerprint, member.nick)
    onDelivered()
  }

  #makeDesk(fingerprint: string, session: Session, peer: () => Member, tally: DeliveryTally): TransferDesk {
    const {door, intake, clock, bandwidth, sharing, emit, onFile, jobKey} = this.#options
    return new TransferDesk({
      session,
      peer,
      peerFingerprint: () => fingerprint,
      jobKey,
      isPeerKnown: () => fingerprint !== door.ownFingerprint && door.memory.isFromBefore(fingerprint),
      intake,
      clock,
      bandwidth,
      sharing,
      nextNumber: () => ++this.#lastTransfer,
      emit: event => {
        tally.observe(event)
        emit(event)
        onFile?.(event)
      },
    })
  }

  #forget(id: string): void {
    this.#guests.delete(id)
    this.#registry.remove(id)
  }
}

function hasSaidGoodbye({session: {end}}: HostedGuest): boolean {
  return end?.by === 'peer' && end.code === 'bye'
}
