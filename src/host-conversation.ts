import {ConversationBase} from './conversation-base.js'
import type {HostedRoom, Member, RoomEvent, Waiting} from './conversation.js'
import type {Door} from './door.js'
import {ChatctlError} from './errors/index.js'
import {Guests, type GuestTerms} from './guests.js'
import type {PeerMemory} from './peer-memory.js'
import type {HostMessage} from './protocol/messages.js'
import {checkNick} from './protocol/nick.js'
import {Room, type Refusal} from './room/room.js'
import {isRoomMessage} from './room/room-view.js'
import {checkText} from './room/text.js'
import type {Admitted} from './security/admission.js'
import type {Clock} from './session/clock.js'
import type {Session} from './session/session.js'
import {TalkPace} from './session/talk-pace.js'
import {farewellMs, within} from './session/within.js'
import type {Listener} from './transport/tls-listener.js'
import type {Intake} from './transfer/intake.js'
import type {TransferDesk} from './transfer/transfer-desk.js'
import {unlessAborted} from './transport/unless-aborted.js'

/** What a host's conversation works with. */
export interface HostConversationOptions extends GuestTerms {
  readonly door: Door
  readonly intake: Intake
  readonly clock: Clock
  readonly nick: string
  /** Makes what this device calls its jobs. */
  readonly jobKey?: Buffer
}

/** How much is said, and how long it may wait for its turn. */
interface Said {
  byteLength: number
  signal: AbortSignal | undefined
}

/** A room as its host has it: the host is a member itself, and serves whom the door admits. */
export class HostConversation extends ConversationBase implements HostedRoom {
  readonly #door: Door
  readonly #clock: Clock
  readonly #room = new Room()
  readonly #guests: Guests
  readonly #pace: TalkPace
  #listener: Listener | undefined
  #addresses: string[] = []
  #isClosing = false
  #turn = Promise.resolve()

  constructor({door, nick, ...options}: HostConversationOptions) {
    super(options.clock, options.intake)
    const emit = (event: RoomEvent): void => this.hub.emit(event)
    this.#door = door
    this.#clock = options.clock
    this.#pace = new TalkPace(options.clock)
    const {bandwidth, sharing, displays} = this
    this.#guests = new Guests({...options, door, room: this.#room, bandwidth, sharing, displays, emit})
    this.#door.house = {tell: emit, isHere: fingerprint => this.#guests.has(fingerprint)}
    this.#room.enter(nick, message => this.#hear(message))
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
  admit(admitted: Admitted): Promise<void> {
    return this.#guests.admit(admitted)
  }

  invite(uses?: number): string {
    this.#checkOpen()
    return this.#door.invite(uses)
  }

  kick(nick: string): void {
    this.#checkOpen()
    this.#guests.at(this.view.find(nick).id)?.session.close('kicked')
  }

  say(text: string, kind: 'say' | 'me' = 'say', {signal}: Waiting = {}): Promise<void> {
    const byteLength = Buffer.byteLength(text)
    return this.#do(() => this.#room.say(this.me, kind, checkText(text)), {byteLength, signal})
  }

  tell(nick: string, text: string, {signal}: Waiting = {}): Promise<void> {
    const byteLength = Buffer.byteLength(text)
    const tell = () => this.#room.tell(this.me, this.view.find(nick).id, checkText(text))
    return this.#do(tell, {byteLength, signal})
  }

  rename(nick: string, {signal}: Waiting = {}): Promise<void> {
    return this.#do(() => this.#room.rename(this.me.id, checkNick(nick)), {byteLength: 0, signal})
  }

  settled({signal}: Waiting = {}): Promise<void> {
    return unlessAborted(signal, this.#guests.settled())
  }

  /** Closes the room; `error` tells why it has failed, if it has. */
  async leave(error?: ChatctlError): Promise<void> {
    this.#isClosing = true
    this.#guests.turnAway()
    this.#listener?.close()
    await within(this.#clock, farewellMs, this.#guests.heard())
    const {filesAway, connectionsClosed} = this.#guests.dismiss()
    await filesAway
    await within(this.#clock, farewellMs, this.memory.settled())
    this.finish('closed', error)
    await within(this.#clock, farewellMs, connectionsClosed)
  }

  protected override get memory(): PeerMemory {
    return this.#door.memory
  }

  protected override endsTo(nick: string | undefined): {member: Member; host: string; guest: string} {
    const [member, ...more] = this.recipients(nick)
    const guest = member && this.#guests.at(member.id)
    if (member === undefined || guest === undefined || more.length > 0)
      throw new ChatctlError('no-recipient', 'words are compared with one member')
    return {member, host: this.fingerprint, guest: guest.fingerprint}
  }

  protected override sessionTo({id}: Member): Session | undefined {
    return this.#guests.at(id)?.session
  }

  protected override fingerprintOf({id}: Member): string | undefined {
    return this.#guests.at(id)?.fingerprint
  }

  protected override desks(): TransferDesk[] {
    return this.#guests.all().map(({desk}) => desk)
  }

  protected override deskFor(member: Member): TransferDesk {
    const guest = this.#guests.at(member.id)
    if (guest) return guest.desk
    throw new ChatctlError('unknown-member', `${member.nick} is not here any more`)
  }

  #hear(message: HostMessage): void {
    if (!isRoomMessage(message)) return
    const event = this.view.take(message)
    if (event) this.hub.emit(event.event === 'joined' ? {...event, ...this.#knownAs(event.member)} : event)
  }

  #knownAs({id}: Member): {knownAs?: string} {
    const fingerprint = this.#guests.at(id)?.fingerprint
    const name = fingerprint === undefined ? undefined : this.memory.nameOf(fingerprint)
    return name === undefined || fingerprint === this.fingerprint ? {} : {knownAs: name}
  }

  /** Does something in the room, in turn and when all keep up; what the room refuses becomes an error. */
  async #do(act: () => Refusal | undefined, {byteLength, signal}: Said): Promise<void> {
    this.#turn = this.#turn.then(() => this.#guests.talk.opened(this.#pace))
    await unlessAborted(signal, this.#turn)
    this.#pace.said(byteLength)
    this.#checkOpen()
    const refusal = act()
    if (refusal !== undefined) throw new ChatctlError(refusal, `the room refused (${refusal})`)
  }

  #checkOpen(): void {
    if (this.#isClosing) throw new ChatctlError('connection-lost', 'the room is closed')
  }
}
