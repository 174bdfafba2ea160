import type {Member, RoomEvent} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import type {HostMessage, Message} from '../protocol/messages.js'
import {nickKey} from './nick.js'

/** A message that tells what happens in the room. */
export type RoomMessage = Extract<HostMessage, {type: 'welcome' | 'joined' | 'left' | 'renamed' | 'message'}>

/** Whether a message tells what happens in the room. */
export function isRoomMessage(message: Message): message is RoomMessage {
  return ['welcome', 'joined', 'left', 'renamed', 'message'].includes(message.type)
}

/** The room as one member sees it: what the host tells, kept as who is here and turned into events. */
export class RoomView {
  #isWelcome = false
  #me: Member = {id: 0, nick: ''}
  #host: Member = {id: 0, nick: ''}
  readonly #others = new Map<number, Member>()

  get me(): Member {
    return this.#me
  }

  get host(): Member {
    return this.#host
  }

  /** Everyone else, in the order in which they came. */
  members(): Member[] {
    return [...this.#others.values()]
  }

  /**
   * Finds someone else by nick.
   * @throws ChatctlError `unknown-member`
   */
  find(nick: string): Member {
    const key = nickKey(nick)
    const found = this.members().find(member => nickKey(member.nick) === key)
    if (found) return found
    throw new ChatctlError('unknown-member', `nobody here is called ${nick}`)
  }

  /**
   * Takes what the host tells; returns the event that it is, undefined for the welcome.
   * @throws ChatctlError `protocol-violation` when it cannot be, after what was told before
   */
  take(message: RoomMessage): RoomEvent | undefined {
    require(this.#isWelcome !== (message.type === 'welcome'), `${message.type} out of turn`)
    switch (message.type) {
      case 'welcome':
        this.#enter(message)
        return undefined
      case 'joined':
        this.#add(message.member)
        return {event: 'joined', member: message.member}
      case 'left':
        require(this.#others.delete(message.member.id), 'that somebody left who was not here')
        return {event: 'left', member: message.member, reason: message.reason}
      case 'renamed':
        return this.#rename(message.member, message.was)
      case 'message': {
        const {type: _, to, ...said} = message
        return {event: 'message', ...said, ...(to && {to}), self: message.from.id === this.#me.id}
      }
    }
  }

  #enter({you, host, members}: RoomMessage & {type: 'welcome'}): void {
    this.#isWelcome = true
    this.#me = you
    this.#host = host
    for (const member of members) this.#add(member)
  }

  #add(member: Member): void {
    require(member.id !== this.#me.id && !this.#others.has(member.id), 'that somebody joined who is here')
    this.#others.set(member.id, member)
  }

  #rename(member: Member, was: string): RoomEvent {
    if (member.id === this.#host.id) this.#host = member
    const isSelf = member.id === this.#me.id
    require(isSelf || this.#others.has(member.id), 'of the name of somebody who is not here')
    if (isSelf) this.#me = member
    else this.#others.set(member.id, member)
    return {event: 'renamed', member, was, self: isSelf}
  }
}

function require(isPossible: boolean, what: string): void {
  if (!isPossible) throw new ChatctlError('protocol-violation', `the host told what cannot be: ${what}`)
}
