import type {LeaveReason, Member} from './conversation.js'
import {ChatctlError} from './errors/index.js'
import {isFileMessage, type FileMessage, type HostMessage, type Message} from './protocol/messages.js'
import type {ChannelLabel, Purpose} from './protocol/payloads.js'
import type {Refusal, Room} from './room/room.js'
import type {Clock} from './session/clock.js'
import type {ConnectionEnd} from './session/connection.js'
import type {ReceiveChannel} from './session/receive-channel.js'
import type {RoomTalk} from './session/room-talk.js'
import {Session, type SessionEnd, type SessionOwner} from './session/session.js'
import {TalkPace} from './session/talk-pace.js'
import type {RelayLimits} from './transfer/relay/relay-pipe.js'
import {HomeChannel} from './transfer/relay/home-channel.js'
import {RelayPort, transfersOf, type RelayShare} from './transfer/relay/relay-port.js'
import {Relay, type RelayedOffer} from './transfer/relay/relay.js'
import type {TransferDesk} from './transfer/transfer-desk.js'

/** How long a session waits for its joiner to come back: after a cut, where the process most likely died, ... */
const returnAfterCutMs = 5000
/** ... and after silence, where the network did. */
const returnAfterSilenceMs = 60_000

type Request = 'say' | 'tell' | 'rename'

/** What a guest may ask of the room, by what it came for. */
const requests: Record<Purpose, readonly Request[]> = {talk: ['say', 'tell', 'rename'], say: ['say'], deliver: []}

/** What a guest needs of the house. */
export interface GuestServices {
  /** Of the guest's device. */
  readonly fingerprint: string
  readonly room: Room
  readonly clock: Clock
  readonly talk: RoomTalk
  readonly relayLimits: RelayLimits
  /** Finds another member's guest. */
  readonly findGuest: (memberId: number) => HostedGuest | undefined
  /** Makes the desk for the files of this guest. */
  readonly makeDesk: (session: Session, member: () => Member) => TransferDesk
  /** The guest's session is over. */
  readonly gone: () => void
}

/** Someone whose session this host serves: a member of the room, or a passer-by who brings a file or a word. */
export class HostedGuest implements SessionOwner {
  readonly session: Session
  readonly desk: TransferDesk
  /** The files of this guest that go to another, and those of others that come here. */
  readonly relays: RelayPort
  readonly #services: GuestServices
  readonly #pace: TalkPace
  #member: Member = {id: 0, nick: ''}
  #purpose: Purpose = 'talk'
  #stopWaiting: () => void = () => undefined

  constructor(services: GuestServices) {
    this.#services = services
    this.#pace = new TalkPace(services.clock)
    const {talk} = services
    this.session = new Session('host', this, laterBytes => talk.isOpen(this.#pace, laterBytes), talk.budget)
    this.desk = services.makeDesk(this.session, () => this.member)
    this.relays = new RelayPort(this.session, services.relayLimits)
  }

  /** Of its device. */
  get fingerprint(): string {
    return this.#services.fingerprint
  }

  /** Its id in the room; undefined when it only passes by. */
  get seat(): number | undefined {
    return this.#purpose === 'talk' ? this.#member.id : undefined
  }

  /** Who it is, under the nick of the moment. */
  get member(): Member {
    return this.#services.room.members().find(({id}) => id === this.#member.id) ?? this.#member
  }

  /** Takes a seat in the room. */
  enter(nick: string): void {
    this.#services.room.enter(nick, message => this.#deliver(message))
  }

  /** Stays outside, with a name only. */
  pass(nick: string, purpose: Exclude<Purpose, 'talk'>): void {
    this.#purpose = purpose
    this.#services.room.pass(nick, message => this.#deliver(message))
  }

  /** The joiner is back on a new connection. */
  returned(): void {
    this.#stopWaiting()
  }

  message(message: Message, byteLength: number): void {
    this.#pace.said(byteLength)
    if (isFileMessage(message)) this.#takeFile(message)
    else this.#takeTalk(message)
  }

  channel(channel: ReceiveChannel): void {
    const {with: others} = channel.label
    const own = others ? transfersOf(channel.label).flatMap(transfer => this.#shareAtHome(transfer, channel.label)) : []
    if (!this.relays.handleChannel(channel, own)) this.desk.handleChannel(channel)
  }

  /** What is for many may be for the host, too. */
  #shareAtHome(transfer: string, {encoding}: ChannelLabel): RelayShare[] {
    const isResumable = this.desk.outlivesChannels(transfer)
    if (isResumable === undefined) return []
    const target = new HomeChannel({transfer, ...(encoding && {encoding})})
    const fellBehind = (): void => target.reset(isResumable ? 'connection-lost' : 'stalled')
    const follower = {target, isResumable, broken: () => undefined, fellBehind}
    return [{follower, bytes: null, began: () => this.desk.handleChannel(target.reader)}]
  }

  detached(end: ConnectionEnd): void {
    const patienceMs = end.how === 'silent' ? returnAfterSilenceMs : returnAfterCutMs
    this.#stopWaiting = this.#services.clock.setTimeout(() => this.session.close('lost'), patienceMs)
    this.desk.detached()
    this.relays.detached()
  }

  ended(end: SessionEnd): void {
    this.#stopWaiting()
    this.#services.room.leave(this.#member.id, leaveReason(end))
    this.relays.close()
    void this.desk.close(endOfFiles(end))
    this.#services.gone()
  }

  #deliver(message: HostMessage): void {
    // It has its seat from its welcome on: the others hear of it before entering is over.
    if (message.type === 'welcome') this.#member = message.you
    this.session.send(message)
    this.#services.talk.bound()
  }

  /** The session lets nothing else through than what a member may say. */
  #takeTalk(message: Message): void {
    const {room} = this.#services
    switch (message.type) {
      case 'say':
        return this.#answer('say', () => room.say(this.#member, message.kind, message.text))
      case 'tell':
        return this.#answer('tell', () => room.tell(this.#member, message.to, message.text))
      case 'rename':
        return this.#answer('rename', () => room.rename(this.#member.id, message.nick))
      default:
        throw new RangeError(`${message.type} is not for a host`)
    }
  }

  #takeFile(message: FileMessage): void {
    if (message.type === 'offer') this.#takeOffer(message)
    else if (!this.relays.handle(message)) this.desk.handle(message)
  }

  #takeOffer(offer: RelayedOffer): void {
    const refusal = this.#refusalOf(offer)
    if (refusal !== undefined) this.session.send({type: 'decline', transfer: offer.transfer, code: refusal})
    else if (this.#isForHost(offer)) this.desk.handle(offer)
    else this.#relay(offer)
  }

  #refusalOf(offer: RelayedOffer): string | undefined {
    if (this.#purpose === 'say') return 'not-a-member'
    // An id that is taken would mix up two transfers.
    if (this.relays.has(offer.transfer) || this.desk.uses(offer.transfer)) return 'too-many'
    if (this.#isForHost(offer)) return undefined
    const target = this.#targetOf(offer)
    if (target === undefined) return 'unknown-member'
    return this.relays.hasPlace(true) && target.relays.hasPlace(false) ? undefined : 'too-many'
  }

  #relay(offer: RelayedOffer): void {
    const target = this.#targetOf(offer)
    const {fingerprint} = this.#services
    if (target) new Relay({offer, from: this.member, fingerprint, source: this.relays, target: target.relays})
  }

  #isForHost({to}: RelayedOffer): boolean {
    return to === undefined || to === this.#hostId()
  }

  #targetOf({to}: RelayedOffer): HostedGuest | undefined {
    const target = to === undefined ? undefined : this.#services.findGuest(to)
    return target === this ? undefined : target
  }

  #hostId(): number | undefined {
    return this.#services.room.members()[0]?.id
  }

  #answer(request: Request, ask: () => Refusal | undefined): void {
    const refusal = requests[this.#purpose].includes(request) ? ask() : 'not-a-member'
    if (refusal !== undefined) this.session.send({type: 'refused', request, code: refusal})
  }
}

/** What becomes of the files that are on their way: nobody else is gone when this side has closed the room. */
function endOfFiles(end: SessionEnd): ChatctlError {
  const reason = leaveReason(end)
  if (reason === 'closed') return new ChatctlError('cancelled', 'the room was closed')
  if (reason === 'kicked') return new ChatctlError('cancelled', 'the other side was removed')
  return new ChatctlError('connection-lost', 'the other side is gone')
}

function leaveReason({by, code}: SessionEnd): LeaveReason {
  if (code === 'bye') return 'quit'
  return by === 'self' && (code === 'closed' || code === 'kicked') ? code : 'lost'
}
