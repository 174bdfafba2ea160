import type {LeaveReason, Member, MessageKind} from '../conversation.js'
import type {HostMessage} from '../protocol/messages.js'
import {freeNick, isNick, nickKey} from './nick.js'
import {isBlank} from './text.js'

/** How the room reaches a member. It never throws: what goes wrong on the way is the deliverer's own. */
export type Deliver = (message: HostMessage) => void

/** Why the room did not do what a member asked for, as the wire says it. */
export type Refusal = 'unknown-member' | 'bad-nick' | 'nick-taken' | 'empty-message'

interface Seat {
  member: Member
  deliver: Deliver
}

/**
 * Who is here, and what they say to each other. The first who enters is the host. The room knows no sockets.
 *
 * Requests return undefined when they were done, or the reason why not.
 */
export class Room {
  readonly #seats = new Map<number, Seat>()
  #lastMember = 0
  #lastMessage = 0

  /** Everyone, in the order in which they came. */
  members(): Member[] {
    return [...this.#seats.values()].map(seat => seat.member)
  }

  /** Welcomes a passer-by: someone with an id and a name who does not enter the room. */
  pass(nick: string, deliver: Deliver): Member {
    const member = {id: ++this.#lastMember, nick}
    this.#welcome(member, deliver)
    return member
  }

  /** Lets someone in under the nick they want, or the nearest free one; they are welcomed and the others told. */
  enter(wantedNick: string, deliver: Deliver): Member {
    const member = {id: ++this.#lastMember, nick: freeNick(wantedNick, nick => this.#hasNick(nick))}
    this.#welcome(member, deliver)
    this.#seats.set(member.id, {member, deliver})
    this.#tellOthers(member.id, {type: 'joined', member})
    return member
  }

  /** Lets someone go and tells the others; nothing when they are not here. */
  leave(id: number, reason: LeaveReason): void {
    const seat = this.#seats.get(id)
    if (seat === undefined) return
    this.#seats.delete(id)
    this.#tellAll({type: 'left', member: seat.member, reason})
  }

  /** Says something to everyone, the speaker included: so they know that the room has it. */
  say(from: Member, kind: 'say' | 'me', text: string): Refusal | undefined {
    if (isBlank(text)) return 'empty-message'
    this.#tellAll(this.#message(from, kind, text))
    return undefined
  }

  /** Says something to one member, and to the speaker. */
  tell(from: Member, to: number, text: string): Refusal | undefined {
    if (isBlank(text)) return 'empty-message'
    const seat = this.#seats.get(to)
    if (seat === undefined) return 'unknown-member'
    const message = {...this.#message(from, 'private', text), to: seat.member}
    seat.deliver(message)
    if (to !== from.id) this.#seats.get(from.id)?.deliver(message)
    return undefined
  }

  /** Gives a member another nick and tells everyone. */
  rename(id: number, nick: string): Refusal | undefined {
    const seat = this.#seats.get(id)
    if (seat === undefined) return 'unknown-member'
    if (!isNick(nick)) return 'bad-nick'
    if (this.#hasNick(nick, id)) return 'nick-taken'
    const was = seat.member.nick
    seat.member = {id, nick}
    this.#tellAll({type: 'renamed', member: seat.member, was})
    return undefined
  }

  #welcome(member: Member, deliver: Deliver): void {
    const members = this.members()
    deliver({type: 'welcome', you: member, host: members[0] ?? member, members})
  }

  #message(from: Member, kind: MessageKind, text: string) {
    return {type: 'message' as const, id: ++this.#lastMessage, from: this.#current(from), kind, text}
  }

  #current(member: Member): Member {
    return this.#seats.get(member.id)?.member ?? member
  }

  #hasNick(nick: string, exceptId?: number): boolean {
    const key = nickKey(nick)
    return this.members().some(member => member.id !== exceptId && nickKey(member.nick) === key)
  }

  #tellAll(message: HostMessage): void {
    for (const seat of [...this.#seats.values()]) seat.deliver(message)
  }

  #tellOthers(id: number, message: HostMessage): void {
    for (const seat of [...this.#seats.values()]) if (seat.member.id !== id) seat.deliver(message)
  }
}
