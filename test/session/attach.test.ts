import {describe, expect, it} from 'vitest'
import type {Attach} from '../../src/protocol/payloads.js'
import {attachTimeoutMs, awaitAttach, requestAttach} from '../../src/session/attach.js'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {TestSession} from '../helpers/test-session.js'
import {eventLoopTurns} from '../helpers/until.js'
import {WirePeer} from '../helpers/wire-peer.js'

const ticket = {id: '1'.repeat(32), token: '2'.repeat(64)}
const request: Attach = {session: null, lastSeen: 0, purpose: 'talk', nick: 'ana'}
const answer = {session: ticket, lastSeen: 0}
const none = Buffer.alloc(0)
const say = {type: 'say', kind: 'say', text: 'hi'}

/** Either side of an attach, against a peer that says what a test wants. */
const sides = {
  joiner: {right: ['attached', answer], wrong: 'attach'},
  host: {right: ['attach', request], wrong: 'attached'},
} as const

function start(role: 'joiner' | 'host', rest = none) {
  const {a, b, cut} = memoryPair()
  const clock = new FakeClock()
  const admitted = {transport: a, rest}
  const attaching =
    role === 'joiner'
      ? requestAttach(admitted, request, clock, (_, payload) => payload)
      : awaitAttach(admitted, clock, (_, payload) => payload)
  return {attaching, clock, peer: new WirePeer(b).read(), cut}
}

describe.each(['joiner', 'host'] as const)('the %s', role => {
  const {right, wrong} = sides[role]

  it('gets the word of the other side', async () => {
    const {attaching, peer, clock} = start(role)
    peer.send([...right])
    expect(await attaching).toEqual(right[1])
    // What is left is the heartbeat's.
    expect(clock.waiting).toBe(1)
  })

  it('gets it however many pings come first', async () => {
    const {attaching, peer} = start(role)
    peer.send(['ping', Buffer.alloc(8)], ['ping', Buffer.alloc(8)], [...right])
    expect(await attaching).toEqual(right[1])
    await eventLoopTurns(1)
    expect(peer.all('pong')).toHaveLength(2)
  })

  it('waits 10 s for it, then says goodbye', async () => {
    const {attaching, peer, clock} = start(role)
    clock.advance(attachTimeoutMs)
    await expect(attaching).rejects.toMatchObject({code: 'connection-cut'})
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual(['timeout'])
    expect(clock.waiting).toBe(0)
  })

  it.each<[string, (peer: WirePeer) => void]>([
    ['another frame', peer => peer.send(['ack'])],
    ['a chunk', peer => peer.send(['chunk', Buffer.alloc(1), {channel: 1}])],
    ['its own frame back', peer => peer.send([wrong, sides[role === 'host' ? 'joiner' : 'host'].right[1]])],
    ['something else than was agreed', peer => peer.send([right[0], {lastSeen: -1}])],
    ['what is no frame', peer => peer.sendRaw(Buffer.alloc(16, 200))],
  ])('ends at %s, as a violation', async (_, send) => {
    const {attaching, peer, clock} = start(role)
    send(peer)
    await expect(attaching).rejects.toMatchObject({code: 'protocol-violation'})
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual(['protocol-violation'])
    expect(clock.waiting).toBe(0)
  })

  it('ends with the connection', async () => {
    const {attaching, cut, clock} = start(role)
    cut()
    await expect(attaching).rejects.toMatchObject({code: 'connection-cut', exitCode: 3})
    expect(clock.waiting).toBe(0)
  })

  it('ends when the other side says goodbye, and says why', async () => {
    const {attaching, peer} = start(role)
    peer.send(['goaway', {code: 'closed'}])
    await expect(attaching).rejects.toMatchObject({code: 'connection-lost', exitCode: 6})
    await expect(attaching).rejects.toThrow('closed')
  })

  it('hands everything behind it to the session, even out of the same read', async () => {
    const {a, b} = memoryPair()
    const session = new TestSession(role)
    const clock = new FakeClock()
    const peer = new WirePeer(b).read()
    const enter = (connection: Parameters<typeof session.session.attach>[0]): void =>
      session.session.attach(connection, 0)
    const attaching =
      role === 'joiner'
        ? requestAttach({transport: a, rest: none}, request, clock, enter)
        : awaitAttach({transport: a, rest: none}, clock, enter)
    const bob = {id: 1, nick: 'bob'}
    const said = role === 'host' ? say : {type: 'message', id: 1, from: bob, kind: 'say', text: 'hi'}
    peer.send([...right], ['message', said, {number: 1}])
    await attaching
    expect(session.texts).toEqual(['hi'])
  })
})

describe('a joiner', () => {
  it('hears that the room is full', async () => {
    const {attaching, peer} = start('joiner')
    peer.send(['goaway', {code: 'room-full'}])
    await expect(attaching).rejects.toMatchObject({code: 'room-full', exitCode: 4})
  })

  it('asks at once', async () => {
    const {peer} = start('joiner')
    await eventLoopTurns(1)
    expect(peer.seen).toMatchObject([{name: 'attach'}])
    expect(JSON.parse(String(peer.seen[0]!.payload))).toEqual(request)
  })
})

describe('a host', () => {
  it('finds the request in what came behind the admission', async () => {
    const {a, b} = memoryPair()
    const pieces: Buffer[] = []
    b.onData = bytes => void pieces.push(bytes)
    const joiner = requestAttach({transport: a, rest: none}, request, new FakeClock(), () => undefined)
    joiner.catch(() => undefined)
    await eventLoopTurns(1)
    const {attaching} = start('host', Buffer.concat(pieces))
    expect(await attaching).toEqual(request)
    a.destroy()
  })
})
