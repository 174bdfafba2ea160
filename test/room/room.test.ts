import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Member} from '../../src/conversation.js'
import type {HostMessage} from '../../src/protocol/messages.js'
import {Room} from '../../src/room/room.js'

/** Someone in a room who notes what they are told. */
class Guest {
  readonly heard: HostMessage[] = []
  readonly member: Member
  onMessage: (message: HostMessage) => void = () => undefined

  constructor(room: Room, nick: string) {
    this.member = room.enter(nick, message => {
      this.heard.push(message)
      this.onMessage(message)
    })
  }

  /** What happened in short, the welcome left out. */
  get story(): string[] {
    return this.heard.slice(1).map(message => {
      if (message.type === 'message') return `${message.from.nick}: ${message.text}`
      if (message.type === 'renamed') return `${message.was} is ${message.member.nick}`
      return 'member' in message ? `${message.member.nick} ${message.type}` : message.type
    })
  }
}

function roomOf(...nicks: string[]): {room: Room; guests: Guest[]} {
  const room = new Room()
  return {room, guests: nicks.map(nick => new Guest(room, nick))}
}

describe('a room', () => {
  it('welcomes each with who they are, who the host is, and who is here', () => {
    const {guests} = roomOf('bob', 'ana', 'eve')
    const [bob, ana, eve] = guests.map(({member}) => member)
    expect(guests.map(({heard}) => heard[0])).toEqual([
      {type: 'welcome', you: bob, host: bob, members: []},
      {type: 'welcome', you: ana, host: bob, members: [bob]},
      {type: 'welcome', you: eve, host: bob, members: [bob, ana]},
    ])
  })

  it('tells the others who joined and left, and why, but nobody of themselves', () => {
    const {room, guests} = roomOf('bob', 'ana', 'eve')
    room.leave(guests[1]!.member.id, 'quit')
    expect(guests.map(({story}) => story)).toEqual([
      ['ana joined', 'eve joined', 'ana left'],
      ['eve joined'],
      ['ana left'],
    ])
    expect(guests[0]!.heard.at(-1)).toEqual({type: 'left', member: guests[1]!.member, reason: 'quit'})
    expect(room.members().map(({nick}) => nick)).toEqual(['bob', 'eve'])
  })

  it('tells everyone what is said, the speaker too, with a number of its own', () => {
    const {room, guests} = roomOf('bob', 'ana', 'eve')
    const [, ana] = guests
    expect(room.say(ana!.member, 'say', 'one')).toBeUndefined()
    expect(room.say(ana!.member, 'me', 'waves')).toBeUndefined()
    for (const {heard} of guests) {
      expect(heard.slice(-2)).toEqual([
        {type: 'message', id: 1, from: ana!.member, kind: 'say', text: 'one'},
        {type: 'message', id: 2, from: ana!.member, kind: 'me', text: 'waves'},
      ])
    }
  })

  it('tells what is private to those two only', () => {
    const {room, guests} = roomOf('bob', 'ana', 'eve', 'carl')
    const [bob, ana, eve, carl] = guests
    expect(room.tell(ana!.member, eve!.member.id, 'psst')).toBeUndefined()
    const message = {type: 'message', id: 1, from: ana!.member, to: eve!.member, kind: 'private', text: 'psst'}
    expect([bob, ana, eve, carl].map(guest => guest!.heard.filter(({type}) => type === 'message'))).toEqual([
      [],
      [message],
      [message],
      [],
    ])
  })

  it('tells someone who talks to themselves once', () => {
    const {room, guests} = roomOf('bob', 'ana')
    room.tell(guests[1]!.member, guests[1]!.member.id, 'note to self')
    expect(guests[1]!.story).toEqual(['ana: note to self'])
  })

  it.each(['', ' ', '\n', '\t \u00a0\u2003'])('refuses the empty message %j', text => {
    const {room, guests} = roomOf('bob', 'ana')
    expect(room.say(guests[1]!.member, 'say', text)).toBe('empty-message')
    expect(room.tell(guests[1]!.member, 1, text)).toBe('empty-message')
    expect(guests.flatMap(({story}) => story)).toEqual(['ana joined'])
  })

  it('refuses what is private to nobody who is here', () => {
    const {room, guests} = roomOf('bob', 'ana')
    room.leave(guests[1]!.member.id, 'quit')
    expect(room.tell(guests[0]!.member, guests[1]!.member.id, 'psst')).toBe('unknown-member')
    expect(room.tell(guests[0]!.member, 99, 'psst')).toBe('unknown-member')
  })

  it('gives out no id twice', () => {
    const {room, guests} = roomOf('bob', 'ana')
    room.leave(guests[1]!.member.id, 'quit')
    expect(new Guest(room, 'ana').member.id).toBe(3)
  })
})

describe('a nick in a room', () => {
  it.each([
    ['ana', 'ana-2'],
    ['ANA', 'ANA-2'],
    ['ａｎａ', 'ａｎａ-2'],
  ])('that is taken, %s, gets a number', (wanted, given) => {
    const {room} = roomOf('bob', 'ana')
    expect(new Guest(room, wanted).member.nick).toBe(given)
    expect(new Guest(room, 'ana').member.nick).toBe('ana-3')
  })

  it('is free again when its member has left, or has another', () => {
    const {room, guests} = roomOf('bob', 'ana', 'eve')
    room.leave(guests[1]!.member.id, 'quit')
    expect(room.rename(guests[2]!.member.id, 'ana')).toBeUndefined()
    expect(new Guest(room, 'eve').member.nick).toBe('eve')
    expect(new Guest(room, 'ana').member.nick).toBe('ana-2')
  })

  it('can be changed, and everyone hears of it', () => {
    const {room, guests} = roomOf('bob', 'ana')
    expect(room.rename(2, 'anna')).toBeUndefined()
    expect(guests.map(({heard}) => heard.at(-1))).toEqual(
      Array(2).fill({type: 'renamed', member: {id: 2, nick: 'anna'}, was: 'ana'}),
    )
    room.say(guests[1]!.member, 'say', 'hi')
    expect(guests[0]!.story.at(-1)).toBe('anna: hi')
  })

  it('can be changed in its letters’ case', () => {
    const {room} = roomOf('bob', 'ana')
    expect(room.rename(2, 'Ana')).toBeUndefined()
    expect(room.members()[1]).toEqual({id: 2, nick: 'Ana'})
    expect(new Guest(room, 'ana').member.nick).toBe('ana-2')
  })

  it.each([
    [2, 'bob', 'nick-taken'],
    [2, 'BOB', 'nick-taken'],
    [2, 'all', 'bad-nick'],
    [2, 'an a', 'bad-nick'],
    [9, 'carl', 'unknown-member'],
  ])('cannot be changed for member %i to %s: %s', (id, nick, refusal) => {
    const {room, guests} = roomOf('bob', 'ana')
    expect(room.rename(id, nick)).toBe(refusal)
    expect(guests.flatMap(({story}) => story)).toEqual(['ana joined'])
  })
})

describe('someone who only passes by', () => {
  it('is welcomed, and neither seen nor told anything', () => {
    const {room, guests} = roomOf('bob')
    const heard: HostMessage[] = []
    const member = room.pass('ana', message => heard.push(message))
    room.say(guests[0]!.member, 'say', 'hi')
    room.leave(member.id, 'quit')
    expect(heard).toEqual([{type: 'welcome', you: member, host: guests[0]!.member, members: [guests[0]!.member]}])
    expect(guests[0]!.story).toEqual(['bob: hi'])
    expect(new Guest(room, 'ana').member.nick).toBe('ana')
  })

  it('cannot be taken for a member', () => {
    const {room} = roomOf('bob', 'ana')
    expect(room.pass('BOB', () => undefined).nick).toBe('BOB-2')
  })

  it('can say something', () => {
    const {room, guests} = roomOf('bob')
    const member = room.pass('ana', () => undefined)
    expect(room.say(member, 'say', 'the build is done')).toBeUndefined()
    expect(guests[0]!.story).toEqual(['ana: the build is done'])
  })
})

describe('telling', () => {
  it('comes to everyone in one order, even when it makes somebody leave', () => {
    const {room, guests} = roomOf('bob', 'ana', 'eve', 'carl')
    const [bob, ana, eve, carl] = guests
    eve!.onMessage = message => {
      if (message.type === 'message') room.leave(eve!.member.id, 'lost')
    }
    room.say(bob!.member, 'say', 'hi')
    room.say(bob!.member, 'say', 'who is still here?')
    const rest = ['bob: hi', 'eve left', 'bob: who is still here?']
    expect(bob!.story.slice(-3)).toEqual(rest)
    expect(ana!.story.slice(-3)).toEqual(rest)
    expect(carl!.story).toEqual(rest)
    expect(eve!.story.at(-1)).toBe('bob: hi')
  })

  it('tells nothing more to whom it made leave', () => {
    const {room, guests} = roomOf('bob', 'ana')
    const [bob, ana] = guests
    bob!.onMessage = () => room.leave(ana!.member.id, 'kicked')
    room.say(bob!.member, 'say', 'hi')
    expect(bob!.story).toEqual(['ana joined', 'bob: hi', 'ana left'])
    expect(ana!.story).toEqual([])
  })

  it('goes on when everyone leaves at once', () => {
    const {room, guests} = roomOf(...Array.from({length: 1000}, (_, number) => `guest-${number}`))
    for (const guest of guests.slice(1)) {
      guest.onMessage = ({type}) => {
        if (type === 'message') room.leave(guest.member.id, 'lost')
      }
    }
    room.say(guests[0]!.member, 'say', 'hi')
    expect(room.members()).toEqual([guests[0]!.member])
    expect(guests[0]!.story.filter(line => line.endsWith('left'))).toHaveLength(999)
    for (const guest of guests.slice(1)) expect(guest.story.filter(line => line === 'guest-0: hi')).toHaveLength(1)
  })

  it('leaves everyone with the same picture, whatever happens', () => {
    const happening = fc.oneof(
      fc.record({
        does: fc.constant('enter' as const),
        who: fc.nat(7),
        nick: fc.constantFrom('ana', 'Ana', 'bob', 'eve'),
      }),
      fc.record({does: fc.constant('leave' as const), who: fc.nat(7), nick: fc.constant('')}),
      fc.record({does: fc.constant('rename' as const), who: fc.nat(7), nick: fc.constantFrom('ana', 'ANA', 'carl')}),
    )
    fc.assert(
      fc.property(fc.array(happening, {maxLength: 40}), happenings => {
        const {room, guests} = roomOf('host')
        for (const {does, who, nick} of happenings) {
          if (does === 'enter') guests.push(new Guest(room, nick))
          else if (does === 'rename') room.rename(who, nick)
          else if (who > 1) room.leave(who, 'quit')
        }
        const members = room.members()
        const keys = members.map(({nick}) => nick.toLowerCase())
        expect(new Set(keys).size).toBe(keys.length)
        for (const {member, heard} of guests) {
          if (members.some(({id}) => id === member.id)) expect(pictureOf(heard)).toEqual(byId(members))
        }
      }),
    )
  })
})

/** Who is here, as somebody has it who was told all this. */
function pictureOf(heard: HostMessage[]): Member[] {
  const picture = new Map<number, string>()
  for (const message of heard) {
    if (message.type === 'welcome') for (const {id, nick} of [message.you, ...message.members]) picture.set(id, nick)
    if (message.type === 'joined' || message.type === 'renamed') picture.set(message.member.id, message.member.nick)
    if (message.type === 'left') picture.delete(message.member.id)
  }
  return byId([...picture].map(([id, nick]) => ({id, nick})))
}

function byId(members: Member[]): Member[] {
  return [...members].sort((one, other) => one.id - other.id)
}

describe('a thousand members', () => {
  it('of one name all get in, each under a nick of their own', () => {
    const {guests} = roomOf('host', ...Array<string>(1000).fill('student'))
    const nicks = guests.map(({member}) => member.nick)
    expect(new Set(nicks).size).toBe(1001)
    expect(nicks.at(-1)).toBe('student-1000')
  })

  it('all hear what one says', () => {
    const {room, guests} = roomOf(...Array.from({length: 1000}, (_, number) => `guest-${number}`))
    room.say(guests[500]!.member, 'say', 'hi')
    expect(guests.every(({story}) => story.at(-1) === 'guest-500: hi')).toBe(true)
  })
})
