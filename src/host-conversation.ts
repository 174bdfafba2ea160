import {ConversationBase} from './conversation-base.js'
import type {HostedRoom, Member} from './conversation.js'
import type {Door} from './door.js'
import type {PeerMemory} from './peer-memory.js'
import {ChatctlError} from './errors/index.js'
import {HostedGuest} from './hosted-guest.js'
import {DeliveryTally} from './delivery-tally.js'
import {encodeJson} from './protocol/frame-encoder.js'
import type {HostMessage} from './protocol/messages.js'
import type {Attach, Purpose} from './protocol/payloads.js'
import {checkNick, isNick} from './protocol/nick.js'
import {Room, type Refusal} from './room/room.js'
import {isRoomMessage} from './room/room-view.js'
import {checkText} from './room/text.js'
import type {Admitted} from './security/admission.js'
import {awaitAttach} from './session/attach.js'
import type {Clock} from './session/clock.js'
import type {Connection} from './session/connection.js'
import {SessionRegistry} from './session/session-registry.js'
import {TalkGate} from './session/talk-gate.js'
import {farewellMs, within} from './session/within.js'
import type {Listener} from './transport/tls-listener.js'
import {RelayBudget} from './transfer/relay-budget.js'
import {TransferDesk, type Intake} from './transfer/transfer-desk.js'

/** What a host's conversation works with. */
export interface HostConversationOptions {
  readonly intake: Intake
  readonly clock: Clock
  readonly nick: string
  readonly door: Door
  readonly maxMembers: number
  /** What guests may come for; for anything by default. */
  readonly purposes?: readonly Purpose[]
  /** Hears when someone has said goodbye who brought files, each of which is verified here: the room waits for that. */
  readonly onDelivered?: () => void
}

/** A room as its host has it: takes in whom the door admits, serves their sessions, and is a member itself. */
export class HostConversation extends ConversationBase implements HostedRoom {
  readonly #options: HostConversationOptions
  readonly #door: Door
  readonly #room = new Room()
  readonly #registry = new SessionRegistry()
  /** By the id of their session. */
  readonly #guests = new Map<string, HostedGuest>()
  readonly #gate: TalkGate
  readonly #relayBudget = new RelayBudget()
  #listener: Listener | undefined
  #addresses: string[] = []
  #lastTransfer = 0
  #isClosing = false
  #turn = Promise.resolve()

  constructor(options: HostConversationOptions) {
    super(options.clock)
    this.#options = options
    this.#door = options.door
    this.#door.house = {
      tell: event => this.hub.emit(event),
      isHere: fingerprint => this.#registry.has(fingerprint),
    }
    this.#gate = new TalkGate(options.clock, () => Array.from(this.#guests.values(), ({session}) => session))
    this.#room.enter(options.nick, message => this.#hear(message))
  }

  get port(): number {
    return this.#listener?.port ?? 0
  }

  get addresses(): string[] {
    return this.#addresses
  }

  get code(): string | undefined {
    return this.#door.code
  }

  get fingerprint(): string {
    return this.#door.ownFingerprint
  }

  get isCodeOnly(): boolean {
    return this.#door.isCodeOnly
  }

  /** The door is open. */
  open(listener: Listener, addresses: string[], isCodeGenerated: boolean): void {
    this.#listener = listener
    this.#addresses = addresses
    const {port, fingerprint, code} = this
    const shown = isCodeGenerated && code !== undefined ? {code} : {}
    this.hub.emit({event: 'listening', addresses, port, ...shown, fingerprint})
    this.memory.tellDamage()
  }

  /**
   * Takes in someone whom the door has admitted.
   * @throws ChatctlError when they leave before they have said what for
   */
  async admit(admitted: Admitted): Promise<void> {
    try {
      await awaitAttach(admitted, this.#options.clock, (connection, request) => {
        if (request.session === null) this.#begin(connection, request, admitted)
        else this.#resume(connection, request.session, request.lastSeen, admitted.peerFingerprint)
      })
    } catch (error) {
      this.#door.giveBack(admitted.invite)
      throw error
    }
  }

  invite(uses?: number): string {
    this.#checkOpen()
    return this.#door.invite(uses)
  }

  say(text: string, kind: 'say' | 'me' = 'say'): Promise<void> {
    return this.#do(() => this.#room.say(this.me, kind, checkText(text)))
  }

  tell(nick: string, text: string): Promise<void> {
    return this.#do(() => this.#room.tell(this.me, this.view.find(nick).id, checkText(text)))
  }

  rename(nick: string): Promise<void> {
    return this.#do(() => this.#room.rename(this.me.id, checkNick(nick)))
  }

  async settled(): Promise<void> {
    const guests = [...this.#guests.values()]
    await Promise.all(guests.map(({desk}) => desk.idle()))
    await Promise.allSettled(guests.map(({session}) => session.acknowledged()))
  }

  async leave(): Promise<void> {
    const {clock} = this.#options
    this.#isClosing = true
    this.#listener?.close()
    const heard = Promise.allSettled(Array.from(this.#guests.values(), ({session}) => session.acknowledged()))
    await within(clock, farewellMs, heard)
    const guests = [...this.#guests.values()]
    for (const {session} of guests) session.close('closed')
    await Promise.all(guests.map(({desk}) => desk.close(new ChatctlError('cancelled', 'the room was closed'))))
    await within(clock, farewellMs, this.memory.settled())
    this.finish('closed')
    await within(clock, farewellMs, Promise.all(guests.map(({session}) => session.gone)))
  }

  override async forget(name: string): Promise<void> {
    const {fingerprint} = await this.memory.forget(name)
    this.#door.forget(fingerprint)
  }

  protected override get memory(): PeerMemory {
    return this.#door.memory
  }

  protected override endsTo(nick: string | undefined): {member: Member; host: string; guest: string} {
    const [member, ...more] = this.recipients(nick)
    const guest = member && this.#guestAt(member.id)
    if (member === undefined || guest === undefined || more.length > 0)
      throw new ChatctlError('no-recipient', 'words are compared with one member')
    return {member, host: this.fingerprint, guest: guest.fingerprint}
  }

  protected override desks(): TransferDesk[] {
    return Array.from(this.#guests.values(), ({desk}) => desk)
  }

  protected override deskFor(member: Member): TransferDesk {
    const guest = this.#guestAt(member.id)
    if (guest) return guest.desk
    throw new ChatctlError('unknown-member', `${member.nick} is not here any more`)
  }

  #begin(connection: Connection, request: Attach, admitted: Admitted): void {
    const refusal = this.#refusalOf(request)
    if (refusal !== undefined) {
      this.#door.giveBack(admitted.invite)
      return connection.close(refusal)
    }
    const {nick, purpose} = request
    const guest = this.#makeGuest(admitted, () => this.#drop(ticket.id))
    const ticket = this.#registry.add(guest.session, guest.fingerprint)
    this.#guests.set(ticket.id, guest)
    connection.control('attached', encodeJson({session: ticket, lastSeen: 0}))
    guest.session.attach(connection, 0)
    if (purpose === 'talk') guest.enter(nick)
    else guest.pass(nick, purpose)
    this.#remember(nick, admitted)
  }

  #refusalOf({nick, purpose}: Attach): string | undefined {
    if (!isNick(nick)) return 'bad-nick'
    if (this.#isClosing) return 'closed'
    if (this.#options.purposes?.includes(purpose) === false) return 'files-only'
    const isFull = this.#room.members().length >= this.#options.maxMembers
    return purpose === 'talk' && isFull ? 'room-full' : undefined
  }

  /** Nobody waits for it: what cannot be written is told. */
  #remember(name: string, admitted: Admitted): void {
    const {peerFingerprint, transport} = admitted
    const address = {host: transport.remoteAddress}
    if (this.#door.isForGood(admitted)) void this.memory.remember(peerFingerprint, {name, address})
    else void this.memory.meet(peerFingerprint, address)
  }

  #resume(connection: Connection, ticket: {id: string; token: string}, lastSeen: number, fingerprint: string): void {
    if (this.#isClosing) return connection.close('closed')
    const session = this.#registry.find(ticket, fingerprint)
    if (session === undefined) return connection.close('unknown-session')
    connection.control('attached', encodeJson({session: ticket, lastSeen: session.lastSeen}))
    session.attach(connection, lastSeen)
    this.#guests.get(ticket.id)?.returned()
  }

  #makeGuest({peerFingerprint: fingerprint, invite}: Admitted, gone: () => void): HostedGuest {
    const {intake, clock, onDelivered} = this.#options
    const tally = new DeliveryTally()
    const isPeerKnown = (): boolean => fingerprint !== this.fingerprint && this.memory.isFromBefore(fingerprint)
    const guest = new HostedGuest({
      fingerprint,
      room: this.#room,
      clock,
      gate: this.#gate,
      relayLimits: {budget: this.#relayBudget, bandwidth: this.bandwidth},
      findGuest: seat => this.#guestAt(seat),
      gone: () => {
        gone()
        if (onDelivered === undefined) return
        if (tally.isWhole && hasSaidGoodbye(guest)) onDelivered()
        else this.#door.giveBack(invite)
      },
      makeDesk: (session, peer) =>
        new TransferDesk({
          session,
          peer,
          isPeerKnown,
          intake,
          clock,
          nextNumber: () => ++this.#lastTransfer,
          bandwidth: this.bandwidth,
          emit: event => {
            tally.observe(event)
            this.hub.emit(event)
          },
        }),
    })
    return guest
  }

  #guestAt(seat: number): HostedGuest | undefined {
    return [...this.#guests.values()].find(guest => guest.seat === seat)
  }

  #drop(id: string): void {
    this.#guests.delete(id)
    this.#registry.remove(id)
  }

  #hear(message: HostMessage): void {
    if (!isRoomMessage(message)) return
    const event = this.view.take(message)
    if (event) this.hub.emit(event.event === 'joined' ? {...event, ...this.#knownAs(event.member)} : event)
  }

  #knownAs({id}: Member): {knownAs?: string} {
    const fingerprint = this.#guestAt(id)?.fingerprint
    const name = fingerprint === undefined ? undefined : this.memory.nameOf(fingerprint)
    return name === undefined || fingerprint === this.fingerprint ? {} : {knownAs: name}
  }

  /** Does something in the room, in turn and when all keep up; what the room refuses becomes an error. */
  async #do(act: () => Refusal | undefined): Promise<void> {
    this.#turn = this.#turn.then(() => this.#gate.opened())
    await this.#turn
    this.#checkOpen()
    const refusal = act()
    if (refusal !== undefined) throw new ChatctlError(refusal, `the room refused (${refusal})`)
  }

  #checkOpen(): void {
    if (this.#isClosing) throw new ChatctlError('connection-lost', 'the room is closed')
  }
}

function hasSaidGoodbye({session: {end}}: HostedGuest): boolean {
  return end?.by === 'peer' && end.code === 'bye'
}
