import {ConversationBase} from './conversation-base.js'
import type {Conversation, Member, Waiting} from './conversation.js'
import {ChatctlError, toChatctlError} from './errors/index.js'
import type {HostLink} from './host-link.js'
import type {PeerMemory} from './peer-memory.js'
import {isFileMessage, type MemberMessage, type Message} from './protocol/messages.js'
import {checkNick} from './protocol/nick.js'
import {isRoomMessage, type RoomMessage} from './room/room-view.js'
import {checkText} from './room/text.js'
import {attachTimeoutMs} from './session/attach.js'
import type {Clock} from './session/clock.js'
import {Session, type SessionEnd, type SessionOwner} from './session/session.js'
import {TalkGate} from './session/talk-gate.js'
import {farewellMs, within} from './session/within.js'
import type {Intake} from './transfer/intake.js'
import {TransferDesk} from './transfer/transfer-desk.js'
import {unlessAborted} from './transport/unless-aborted.js'

/** What a membership works with. */
export interface MembershipOptions {
  readonly intake: Intake
  readonly clock: Clock
  /** The way to the host. */
  readonly link: HostLink
}

interface Waiter {
  resolve: () => void
  reject: (error: ChatctlError) => void
}

/** A room as a member has it: one session to the host. */
export class Membership extends ConversationBase implements Conversation {
  readonly session: Session
  /** Resolves when the host has welcomed the member; rejects when the session ends before that. */
  readonly welcomed: Promise<void>
  readonly #options: MembershipOptions
  readonly #desk: TransferDesk
  readonly #gate: TalkGate
  #turn = Promise.resolve()
  #lastTransfer = 0
  #welcome: Waiter | undefined
  /** In the order in which the host answers them. */
  readonly #renames: Waiter[] = []
  /** Calls off what is on its way to the host. */
  readonly #over = new AbortController()

  constructor(options: MembershipOptions) {
    super(options.clock, options.intake)
    this.#options = options
    options.link.onEvent = event => this.hub.emit(event)
    const owner: SessionOwner = {
      message: message => this.#take(message),
      channel: channel => this.#desk.handleChannel(channel),
      detached: () => {
        this.#desk.detached()
        void this.#comeBack()
      },
      ended: end => this.#end(end),
    }
    // The host gives up a member that acknowledges nothing for long.
    const shown = new TalkGate(options.clock, () => this.displays, Infinity)
    this.session = new Session('joiner', owner, laterBytes => shown.isOpen(undefined, laterBytes))
    this.welcomed = new Promise((resolve, reject) => (this.#welcome = {resolve, reject}))
    // Whoever holds this member back does so for others; whether the host lives at all, the heartbeat tells.
    this.#gate = new TalkGate(options.clock, () => [this.session], Infinity)
    this.#desk = new TransferDesk({
      session: this.session,
      peer: (relayedFor = this.host) => relayedFor,
      isPeerKnown: () => this.memory.isFromBefore(options.link.reached?.fingerprint ?? ''),
      peerFingerprint: () => options.link.reached?.fingerprint ?? '',
      jobKey: options.link.jobKey,
      intake: options.intake,
      clock: options.clock,
      nextNumber: () => ++this.#lastTransfer,
      bandwidth: this.bandwidth,
      sharing: this.sharing,
      emit: event => this.hub.emit(event),
    })
  }

  /**
   * Goes to the host; resolves when it has welcomed the member, and is remembered if it is to be.
   * @throws ChatctlError of the families connection, admission and protocol; `connection-lost` when no welcome comes
   */
  async enter(): Promise<void> {
    await Promise.all([this.#connect(), this.welcomed])
    await this.#options.link.remember(this.host.nick)
  }

  say(text: string, kind: 'say' | 'me' = 'say', {signal}: Waiting = {}): Promise<void> {
    return this.#speak(() => ({type: 'say', kind, text: checkText(text)}), signal)
  }

  tell(nick: string, text: string, {signal}: Waiting = {}): Promise<void> {
    return this.#speak(() => ({type: 'tell', to: this.view.find(nick).id, text: checkText(text)}), signal)
  }

  async rename(nick: string, {signal}: Waiting = {}): Promise<void> {
    signal?.throwIfAborted()
    if (this.session.end) throw endReason(this.session.end)
    if (checkNick(nick) === this.me.nick && this.#renames.length === 0) return
    const renamed = new Promise<void>((resolve, reject) => {
      this.#renames.push({resolve, reject})
      this.session.send({type: 'rename', nick})
    })
    await unlessAborted(signal, renamed)
  }

  settled({signal}: Waiting = {}): Promise<void> {
    return unlessAborted(signal, this.#settled())
  }

  async leave(): Promise<void> {
    this.session.close('bye', this.#cutShort())
    await this.ended
    await within(this.#options.clock, farewellMs, this.session.gone)
  }

  protected override get memory(): PeerMemory {
    return this.#options.link.memory
  }

  /** A member meets nobody's device but the host's. */
  protected override endsTo(nick: string = this.host.nick): {member: Member; host: string; guest: string} {
    const {reached, ownFingerprint} = this.#options.link
    const member = this.view.find(nick)
    if (reached && member.id === this.host.id) return {member, host: reached.fingerprint, guest: ownFingerprint}
    const hint = `Whoever hosts can: \`/verify ${member.nick}\` there.`
    throw new ChatctlError('host-only', `only the host has met the device of ${member.nick}`, {hint})
  }

  protected override sessionTo({id}: Member): Session | undefined {
    return id === this.host.id ? this.session : undefined
  }

  protected override fingerprintOf({id}: Member): string | undefined {
    return id === this.host.id ? this.#options.link.reached?.fingerprint : undefined
  }

  protected override desks(): TransferDesk[] {
    return [this.#desk]
  }

  /** What is for another member is relayed by the host. */
  protected override deskFor(): TransferDesk {
    return this.#desk
  }

  /** Says something in turn: who says more than the host takes is made to wait, not thrown out. */
  async #speak(compose: () => MemberMessage, signal: AbortSignal | undefined): Promise<void> {
    this.#turn = this.#turn.then(() => this.#gate.opened())
    await unlessAborted(signal, this.#turn)
    this.session.send(compose())
    await unlessAborted(signal, this.session.acknowledged())
  }

  async #settled(): Promise<void> {
    await Promise.all([this.session.acknowledged(), this.#desk.idle()])
    await this.session.acknowledged()
  }

  /** Why what is under way will not be done, when nobody is there to hear a goodbye. */
  #cutShort(): ChatctlError | undefined {
    const isDone = this.#desk.isIdle && this.session.waitingBytes === 0
    if (this.session.isAttached || isDone) return undefined
    return new ChatctlError('connection-lost', `${this.host.nick} was not back, and not all was done`)
  }

  #take(message: Message): void {
    if (isFileMessage(message)) this.#desk.handle(message)
    else if (isRoomMessage(message)) this.#takeRoomMessage(message)
    else if (message.type === 'refused') this.#takeRefusal(message.request, message.code)
  }

  #end(end: SessionEnd): void {
    const reason = endReason(end)
    this.#over.abort(reason)
    this.#welcome?.reject(reason)
    for (const {reject} of this.#renames.splice(0)) reject(reason)
    // What becomes of each file is told before the goodbye.
    void this.#desk.close(reason).then(() => this.finish(endWord(end), endError(end)))
  }

  #takeRoomMessage(message: RoomMessage): void {
    const event = this.view.take(message)
    if (message.type === 'welcome') this.#announce()
    if (event) this.hub.emit(event)
    if (event?.event === 'renamed' && event.self) this.#renames.shift()?.resolve()
  }

  #announce(): void {
    const {reached} = this.#options.link
    if (reached) this.hub.emit({event: 'connected', ...reached, nick: this.me.nick, members: this.members()})
    this.#welcome?.resolve()
  }

  #takeRefusal(request: string, code: string): void {
    const error = new ChatctlError(
      code === 'nick-taken' ? 'nick-taken' : code === 'bad-nick' ? 'bad-nick' : 'refused',
      `the host refused to ${request} (${code})`,
    )
    if (request === 'rename') this.#renames.shift()?.reject(error)
    else this.hub.emit({event: 'error', code: error.code, message: error.message})
  }

  async #connect(): Promise<void> {
    const {clock, link} = this.#options
    await link.connect(this.session, this.#over.signal)
    const error = new ChatctlError('connection-lost', `no welcome came within ${attachTimeoutMs / 1000} s`)
    const callOff = clock.setTimeout(() => this.session.close('timeout', error), attachTimeoutMs)
    this.welcomed.then(callOff, callOff)
  }

  async #comeBack(): Promise<void> {
    const {clock, link} = this.#options
    const lostAt = clock.now()
    try {
      await link.reconnect(this.session, this.#over.signal, {
        attempting: attempt => this.hub.emit({event: 'reconnecting', attempt}),
        attached: () => this.hub.emit({event: 'reconnected', ms: Math.round(clock.now() - lostAt)}),
      })
    } catch (error) {
      this.session.close('lost', toChatctlError(error))
    }
  }
}

/** The host's words are taken as an end; anything else is a loss. */
function endError({by, code, error}: SessionEnd): ChatctlError | undefined {
  if (error) return error
  if (by === 'self' || code === 'closed') return undefined
  if (code === 'kicked') return new ChatctlError('kicked', 'the host removed you')
  return new ChatctlError('connection-lost', `the host ended the session (${code})`)
}

/** What is told to whoever still waits for something. */
function endReason(end: SessionEnd): ChatctlError {
  const known = endError(end)
  if (known) return known
  if (end.code === 'closed') return new ChatctlError('cancelled', 'the host closed the room')
  return new ChatctlError('connection-lost', 'the conversation is over')
}

function endWord({by, code}: SessionEnd): string {
  if (by === 'self' && code === 'bye') return 'quit'
  return code === 'closed' || code === 'kicked' ? code : 'lost'
}
