import {ConversationBase} from './conversation-base.js'
import type {Conversation, Member} from './conversation.js'
import {ChatctlError, toChatctlError} from './errors/index.js'
import type {HostLink} from './host-link.js'
import {isFileMessage, type Message} from './protocol/messages.js'
import {checkNick} from './room/nick.js'
import {isRoomMessage, type RoomMessage} from './room/room-view.js'
import {checkText} from './room/text.js'
import type {Clock} from './session/clock.js'
import {Session, type SessionEnd} from './session/session.js'
import {TransferDesk, type Intake} from './transfer/transfer-desk.js'

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
  #lastTransfer = 0
  #welcome: Waiter | undefined
  #rename: Waiter | undefined

  constructor(options: MembershipOptions) {
    super()
    this.#options = options
    this.session = new Session('joiner', {
      message: message => this.#take(message),
      channel: channel => this.#desk.handleChannel(channel),
      detached: () => void this.#comeBack(),
      ended: end => this.#end(end),
    })
    this.welcomed = new Promise((resolve, reject) => (this.#welcome = {resolve, reject}))
    this.#desk = new TransferDesk({
      session: this.session,
      peer: () => this.host,
      intake: options.intake,
      clock: options.clock,
      nextNumber: () => ++this.#lastTransfer,
      emit: event => this.hub.emit(event),
    })
  }

  async say(text: string, kind: 'say' | 'me' = 'say'): Promise<void> {
    this.session.send({type: 'say', kind, text: checkText(text)})
    await this.session.acknowledged()
  }

  async tell(nick: string, text: string): Promise<void> {
    this.session.send({type: 'tell', to: this.view.find(nick).id, text: checkText(text)})
    await this.session.acknowledged()
  }

  async rename(nick: string): Promise<void> {
    if (checkNick(nick) === this.me.nick) return
    await new Promise<void>((resolve, reject) => {
      this.#rename = {resolve, reject}
      this.session.send({type: 'rename', nick})
    })
  }

  async settled(): Promise<void> {
    await Promise.all([this.session.acknowledged(), this.#desk.idle()])
    await this.session.acknowledged()
  }

  async leave(): Promise<void> {
    this.session.close('bye')
    await this.ended
  }

  protected override desks(): TransferDesk[] {
    return [this.#desk]
  }

  protected override deskFor(member: Member): TransferDesk {
    if (member.id === this.host.id) return this.#desk
    throw new ChatctlError('no-relay', `${member.nick} is not the host, and files go to the host only`)
  }

  #take(message: Message): void {
    if (isFileMessage(message)) this.#desk.handle(message)
    else if (isRoomMessage(message)) this.#takeRoomMessage(message)
    else if (message.type === 'refused') this.#takeRefusal(message.request, message.code)
  }

  #end(end: SessionEnd): void {
    const error = endError(end)
    const reason = error ?? new ChatctlError('connection-lost', 'the conversation is over')
    this.#welcome?.reject(reason)
    this.#rename?.reject(reason)
    // What becomes of each file is told before the goodbye.
    void this.#desk.close(reason).then(() => this.finish(endReason(end), error))
  }

  #takeRoomMessage(message: RoomMessage): void {
    const event = this.view.take(message)
    if (message.type === 'welcome') this.#announce()
    if (event) this.hub.emit(event)
    if (event?.event === 'renamed' && event.self) this.#rename?.resolve()
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
    if (request === 'rename') this.#rename?.reject(error)
    else this.hub.emit({event: 'error', code: error.code, message: error.message})
  }

  async #comeBack(): Promise<void> {
    const {clock, link} = this.#options
    const lostAt = clock.now()
    try {
      await link.reconnect(this.session, {
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
  return new ChatctlError('connection-lost', `the host ended the session (${code})`)
}

function endReason({by, code}: SessionEnd): string {
  if (by === 'self' && code === 'bye') return 'quit'
  return code === 'closed' ? 'closed' : 'lost'
}
