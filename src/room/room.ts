import type {LeaveReason, Member, MessageKind} from '../conversation.js'
import type {HostMessage} from '../protocol/messages.js'
import {everyone, freeNick, isNick} from '../protocol/nick.js'
import {looksOf} from '../protocol/look.js'
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
  /** Whose nick has which look: no two have a look in common, and nobody that of the word for everyone. */
  readonly #owners = new Map<string, number | typeof everyone>(Array.from(looksOf(everyone), look => [look, everyone]))
  readonly #untold: {message: HostMessage; seats: Seat[]}[] = []
  #isTelling = false
  #lastMember = 0
  #lastMessage = 0

  /** Everyone, in the order in which they came. */
  members(): Member[] {
    return [...this.#seats.values()].map(seat => seat.member)
  }

  /** Welcomes a passer-by: someone with an id and a name, nobody else's, who does not enter the room. */
  pass(wantedNick: string, deliver: Deliver): Member {
    const member = this.#newcomer(wantedNick)
    this.#welcome(member, deliver)
    return member
  }

  /** Lets someone in under the nick they want, or the nearest free one; they are welcomed and the others told. */
  enter(wantedNick: string, deliver: Deliver): Member {
    const member = this.#newcomer(wantedNick)
    this.#welcome(member, deliver)
    const others = [...this.#seats.values()]
    this.#seats.set(member.id, {member, deliver})
    this.#own(member)
    this.#tell({type: 'joined', member}, others)
    return member
  }

  /** Lets someone go and tells the others; nothing when they are not here. */
  leave(id: number, reason: LeaveReason): void {
    const seat = this.#seats.get(id)
    if (seat === undefined) return
    this.#seats.delete(id)
    this.#disown(seat.member)
    this.#tell({type: 'left', member: seat.member, reason})
  }

  /** Says something to everyone, the speaker included: so they know that the room has it. */
  say(from: Member, kind: 'say' | 'me', text: string): Refusal | undefined {
    if (isBlank(text)) return 'empty-message'
    this.#tell(this.#message(from, kind, text))
    return undefined
  }

  /** Says something to one member, and to the speaker. */
  tell(from: Member, to: number, text: string): Refusal | undefined {
    if (isBlank(text)) return 'empty-message'
    const seat = this.#seats.get(to)
    if (seat === undefined) return 'unknown-member'
    const speaker = this.#seats.get(from.id) ?? seat
    this.#tell({...this.#message(from, 'private', text), to: seat.member}, [...new Set([seat, speaker])])
    return undefined
  }

  /** Gives a member another nick and tells everyone. */
  rename(id: number, nick: string): Refusal | undefined {
    const seat = this.#seats.get(id)
    if (seat === undefined) return 'unknown-member'
    if (!isNick(nick)) return 'bad-nick'
    if (this.#hasNick(nick, id)) return 'nick-taken'
    const was = seat.member.nick
    // What the host was called stays the host's: nobody poses as them.
    if (id !== this.#hostId) this.#disown(seat.member)
    seat.member = {id, nick}
    this.#own(seat.member)
    this.#tell({type: 'renamed', member: seat.member, was})
    return undefined
  }

  get #hostId(): number | undefined {
    const [host] = this.#seats.keys()
    return host
  }

  #newcomer(wantedNick: string): Member {
    return {id: ++this.#lastMember, nick: freeNick(wantedNick, nick => this.#hasNick(nick))}
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

  /** Whether a nick could be taken for that of someone here. */
  #hasNick(nick: string, exceptId?: number): boolean {
    return [...looksOf(nick)].some(look => this.#owners.has(look) && this.#owners.get(look) !== exceptId)
  }

  #own({id, nick}: Member): void {
    for (const look of looksOf(nick)) this.#owners.set(look, id)
  }

  #disown({nick}: Member): void {
    for (const look of looksOf(nick)) this.#owners.delete(look)
  }

  /** One thing after the other, so that all hear the same order: telling it may make someone leave. */
  #tell(message: HostMessage, seats = [...this.#seats.values()]): void {
    this.#untold.push({message, seats})
    if (this.#isTelling) return
    this.#isTelling = true
    for (let next = this.#untold.shift(); next; next = this.#untold.shift()) {
      for (const {member, deliver} of next.seats) if (this.#seats.has(member.id)) deliver(next.message)
    }
    this.#isTelling = false
  }
}
