import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {Door} from '../src/door.js'
import {maxPassersBy} from '../src/guests.js'
import {HostConversation} from '../src/host-conversation.js'
import type {Purpose} from '../src/protocol/payloads.js'
import {RoomInMemory} from './helpers/room-in-memory.js'
import {failureOf} from './helpers/transfer-pair.js'
import {hostFingerprint, joinerFingerprint, secureMemoryPair} from './helpers/admission.js'
import {FakeClock} from './helpers/fake-clock.js'
import {emptyMemory} from './helpers/peer-memory.js'
import {eventLoopTurns} from './helpers/until.js'
import {WirePeer} from './helpers/wire-peer.js'

/** Opens a room, and lets guests attach in memory. */
function openRoom(terms: {maxMembers?: number; maxTalkBytes?: number} = {}) {
  const clock = new FakeClock()
  const intake = {directory: '.', prefix: 'new_', accept: 'none'} as const
  const door = new Door({ownFingerprint: hostFingerprint, codes: undefined, memory: emptyMemory(), clock})
  const room = new HostConversation({intake, clock, nick: 'bob', door, maxMembers: 3, ...terms})
  const events: RoomEvent[] = []
  room.subscribe(event => events.push(event))

  const attach = async (request: object): Promise<WirePeer> => {
    const {joiner, host} = secureMemoryPair()
    const peer = new WirePeer(joiner).read()
    const admitted = {transport: host, peerFingerprint: joinerFingerprint, isKnown: false, rest: Buffer.alloc(0)}
    void room.admit({...admitted, admittedBy: 'nothing'}).catch(() => undefined)
    peer.send(['attach', {session: null, lastSeen: 0, nick: 'ana', ...request}])
    await eventLoopTurns(2)
    return peer
  }
  return {room, events, clock, attach}
}

const said = (text: string) => ({type: 'say', kind: 'say', text})
const messagesTo = (peer: WirePeer): unknown[] =>
  peer.all('message').map(({payload}): unknown => JSON.parse(String(payload)))
const types = (peer: WirePeer): string[] => messagesTo(peer).map(message => (message as {type: string}).type)

describe('a guest of a host', () => {
  it.each<[Purpose, string[], string[]]>([
    ['talk', ['joined', 'message'], ['welcome', 'message', 'renamed', 'refused']],
    ['say', ['message'], ['welcome', 'refused', 'refused']],
    ['deliver', [], ['welcome', 'refused', 'refused', 'refused']],
  ])('that came to %s makes the events %j and hears %j', async (purpose, happened, heard) => {
    const {events, attach} = openRoom()
    const peer = await attach({purpose})
    peer.send(
      ['message', said('hi'), {number: 1}],
      ['message', {type: 'rename', nick: 'anna'}, {number: 2}],
      ['message', {type: 'tell', to: 99, text: 'psst'}, {number: 3}],
    )
    await eventLoopTurns(2)
    expect(events.map(({event}) => event).filter(event => event !== 'renamed')).toEqual(happened)
    expect(types(peer)).toEqual(heard)
    expect(peer.all('ack').at(-1)?.number).toBe(3)
  })

  it('is no member and takes no nick while it only passes by', async () => {
    const {room, attach} = openRoom()
    await attach({purpose: 'deliver'})
    await attach({purpose: 'say'})
    expect(room.members()).toEqual([])
    await attach({purpose: 'talk'})
    expect(room.members()).toEqual([{id: 4, nick: 'ana'}])
  })

  it('may offer a file to the host, and to nobody who is not here', async () => {
    const {attach} = openRoom()
    const peer = await attach({purpose: 'deliver'})
    const offer = {type: 'offer', name: 'a.txt', bytes: 1, files: 1, mediaType: 'text/plain'}
    peer.send(['message', {...offer, transfer: '1'.repeat(32), to: 1}, {number: 1}])
    peer.send(['message', {...offer, transfer: '2'.repeat(32), to: 7}, {number: 2}])
    await eventLoopTurns(2)
    expect(messagesTo(peer).slice(1)).toEqual([
      {type: 'decline', transfer: '1'.repeat(32), code: 'declined'},
      {type: 'decline', transfer: '2'.repeat(32), code: 'unknown-member'},
    ])
  })

  it.each([
    ['bad-nick', {purpose: 'talk', nick: 'an a'}],
    ['bad-nick', {purpose: 'deliver', nick: 'all'}],
    ['unknown-session', {purpose: 'talk', session: {id: '1'.repeat(32), token: '2'.repeat(64)}}],
    ['protocol-violation', {purpose: 'dance'}],
    ['protocol-violation', {purpose: 'talk', nick: 'a'.repeat(129)}],
  ])('is sent away as %s when it says %j', async (code, request) => {
    const {room, attach} = openRoom()
    const peer = await attach(request)
    expect(peer.farewells).toEqual([code])
    expect(peer.isClosed).toBe(true)
    expect(room.members()).toEqual([])
  })

  it('is sent away from a full room, unless it only passes by', async () => {
    const {attach} = openRoom()
    await attach({purpose: 'talk'})
    await attach({purpose: 'talk'})
    expect((await attach({purpose: 'talk'})).farewells).toEqual(['room-full'])
    expect((await attach({purpose: 'deliver'})).farewells).toEqual([])
  })
})

describe('guests of whom there are too many', () => {
  it('are sent away when they only pass by, and take no place from who comes to talk', async () => {
    const {attach} = openRoom()
    const passing = await Promise.all(Array.from({length: maxPassersBy}, () => attach({purpose: 'deliver'})))
    expect((await attach({purpose: 'say'})).farewells).toEqual(['room-full'])
    expect((await attach({purpose: 'talk'})).farewells).toEqual([])
    passing[0]!.send(['goaway', {code: 'bye'}])
    await eventLoopTurns(2)
    expect((await attach({purpose: 'say'})).farewells).toEqual([])
  })

  it('cost whoever is furthest behind the session when too much waits for all of them together', async () => {
    const {room, attach} = openRoom({maxTalkBytes: 200_000})
    const deaf = await attach({purpose: 'talk', nick: 'ana'})
    const hearing = await attach({purpose: 'talk', nick: 'eve'})
    for (let number = 1; number <= 4; number++) {
      hearing.send(['message', {type: 'tell', to: 2, text: 'x'.repeat(60_000)}, {number}])
      await eventLoopTurns(2)
      hearing.send(['ack', undefined, {number: hearing.all('message').at(-1)!.number}])
      await eventLoopTurns(2)
    }
    expect([deaf.farewells, hearing.farewells]).toEqual([['slow'], []])
    expect(room.members().map(({nick}) => nick)).toEqual(['eve'])
  })

  it('may wait for the same words, which are there once, however many they are', async () => {
    const {room, attach} = openRoom({maxTalkBytes: 200_000, maxMembers: 9})
    const peers = await Promise.all(['ana', 'eve', 'joe', 'kim'].map(nick => attach({purpose: 'talk', nick})))
    for (let turn = 0; turn < 2; turn++) await room.say('x'.repeat(60_000))
    await eventLoopTurns(2)
    expect(peers.flatMap(({farewells}) => farewells)).toEqual([])
  })
})

describe('a guest whose connection breaks', () => {
  const ticketOf = (peer: WirePeer): object =>
    (JSON.parse(String(peer.all('attached')[0]!.payload)) as {session: object}).session

  it('comes back to its session, and hears what was said in between', async () => {
    const {room, events, attach} = openRoom()
    const peer = await attach({purpose: 'talk'})
    peer.cut()
    await eventLoopTurns(2)
    await room.say('are you there?')
    const again = await attach({purpose: 'talk', session: ticketOf(peer), lastSeen: 1})
    expect(JSON.parse(String(again.all('attached')[0]!.payload))).toEqual({session: ticketOf(peer), lastSeen: 0})
    expect(types(again)).toEqual(['message'])
    expect(events.map(({event}) => event)).toEqual(['joined', 'message'])
  })

  it('leaves the room when it is not back in 5 s', async () => {
    const {events, clock, attach} = openRoom()
    const peer = await attach({purpose: 'talk'})
    peer.cut()
    await eventLoopTurns(2)
    clock.advance(4999)
    expect(events.map(({event}) => event)).toEqual(['joined'])
    clock.advance(1)
    expect(events.at(-1)).toMatchObject({event: 'left', reason: 'lost'})
    const again = await attach({purpose: 'talk', session: ticketOf(peer), lastSeen: 1})
    expect(again.farewells).toEqual(['unknown-session'])
  })

  it('stays while somebody with its ticket says what cannot be', async () => {
    const {room, events, attach} = openRoom()
    const peer = await attach({purpose: 'talk'})
    expect((await attach({purpose: 'talk', session: ticketOf(peer), lastSeen: 99})).farewells).toEqual([
      'protocol-violation',
    ])
    await room.say('still here?')
    await eventLoopTurns(2)
    expect(types(peer)).toEqual(['welcome', 'message'])
    expect(events.map(({event}) => event)).toEqual(['joined', 'message'])
  })

  it.each<Purpose>(['deliver', 'say'])('comes back also when it only came to %s, for 5 s', async purpose => {
    const {clock, attach} = openRoom()
    const first = await attach({purpose})
    first.cut()
    await eventLoopTurns(2)
    clock.advance(4999)
    const second = await attach({purpose, session: ticketOf(first), lastSeen: 1})
    expect(second.farewells).toEqual([])
    second.cut()
    await eventLoopTurns(2)
    clock.advance(5000)
    const third = await attach({purpose, session: ticketOf(first), lastSeen: 1})
    expect(third.farewells).toEqual(['unknown-session'])
  })
})

describe('a host that closes its room', () => {
  it('says so of the files on their way, and not that someone else is gone', async () => {
    const room = new RoomInMemory()
    const ana = await room.member('ana')
    room.host.intake.accept = 'ask'
    const {delivered} = await ana.room.sendFile(ana.write('a.txt', 'hello'))
    const failed = failureOf(delivered)
    await room.host.event('offer')
    await room.host.room.leave()
    expect(await failed).toMatchObject({exitCode: 6})
    expect(await room.host.event('cancelled')).toMatchObject({name: 'a.txt', message: 'the room was closed'})
  })
})
