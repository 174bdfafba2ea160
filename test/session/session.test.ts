import {describe, expect, it} from 'vitest'
import type {FrameFields} from '../../src/protocol/frame-encoder.js'
import {maxPayloadBytes, moreFlag, type FrameName} from '../../src/protocol/frame.js'
import {ackDelayMs} from '../../src/session/ack-timer.js'
import {Connection} from '../../src/session/connection.js'
import {maxOutboxBytes} from '../../src/session/session.js'
import {windowDefaults} from '../../src/session/window-sizer.js'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {TestSession} from '../helpers/test-session.js'
import {eventLoopTurns} from '../helpers/until.js'
import {WirePeer} from '../helpers/wire-peer.js'

const label = {transfer: '0'.repeat(32)}
const say = {type: 'say', kind: 'say', text: 'hi'}
const full = Buffer.alloc(maxPayloadBytes, ' ')

function start() {
  const {a, b} = memoryPair()
  const clock = new FakeClock()
  const host = new TestSession('host')
  host.attach(a, 0, clock)
  return {host, peer: new WirePeer(b).read(), clock}
}

/** As {@link start}, with a channel of the peer's whose bytes are wanted. */
async function startChannel() {
  const started = start()
  started.host.onChannel = channel => {
    channel.receive({bytes: () => undefined, end: () => undefined, failed: () => undefined})
  }
  started.peer.send(['open', label, {channel: 1}])
  await eventLoopTurns(1)
  return started
}

type Sent = [name: FrameName, payload?: unknown, fields?: FrameFields]

const message = (payload: unknown, number = 1, flags = 0): Sent => ['message', payload, {number, flags}]
const raw = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('a peer that breaks a rule of the session hears goaway protocol, and the owner of the violation:', () => {
  it.each<[string, Sent[]]>([
    ['a gap in the sequence', [message(say), message(say, 3)]],
    ['a message too long', Array.from({length: 9}, (_, index) => message(full, index + 1, moreFlag))],
    ['a message cut into short frames', [message(raw('{"type'), 1, moreFlag)]],
    ['a message that is not JSON', [message(raw('say hi'))]],
    ['a message that is not UTF-8', [message(raw('{"type":"say","kind":"say","text":"\xff"}'))]],
    ['a message with a lone surrogate', [message(raw('{"type":"say","kind":"say","text":"\\ud800"}'))]],
    ['a message that only a host may send', [message({type: 'joined', member: {id: 7, nick: 'eve'}})]],
    ['a message of no known type', [message({type: 'dance'})]],
    ['an acknowledgement of what was never sent', [['ack', undefined, {number: 1}]]],
    ['an attach within the session', [['attach', {session: null, lastSeen: 0, purpose: 'talk', nick: 'ana'}]]],
    ['an attached', [['attached', {session: {id: '0'.repeat(32), token: '0'.repeat(64)}, lastSeen: 0}]]],
    ['a chunk on a channel that was never opened', [['chunk', raw('x'), {channel: 1}]]],
    ['an end of a channel that was never opened', [['end', {sha256: '0'.repeat(64)}, {channel: 3}]]],
    ['a chunk on a channel of the other direction', [['chunk', raw('x'), {channel: 2}]]],
    ['a channel that is not its own to open', [['open', label, {channel: 2}]]],
    [
      'a channel opened twice',
      [
        ['open', label, {channel: 1}],
        ['open', label, {channel: 1}],
      ],
    ],
    [
      'a channel opened behind a later one',
      [
        ['open', label, {channel: 5}],
        ['open', label, {channel: 3}],
      ],
    ],
    ['a channel for nothing', [['open', {transfer: '../../etc'}, {channel: 1}]]],
    ['a goodbye without a code', [['goaway', {}]]],
  ])('%s', async (_, frames) => {
    const {host, peer, clock} = start()
    peer.send(...frames)
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual(['protocol-violation'])
    expect(host.ended).toMatchObject({
      by: 'self',
      code: 'protocol-violation',
      error: {code: 'protocol-violation', exitCode: 7},
    })
    expect(host.detachments).toEqual([])
    expect([peer.isClosed, clock.waiting]).toEqual([true, 0])
  })

  it.each<[string, Sent[]]>([
    ['a chunk behind a gap', [['chunk', raw('x'), {channel: 1, number: 1}]]],
    [
      'a chunk that comes again',
      [
        ['chunk', raw('x'), {channel: 1}],
        ['chunk', raw('x'), {channel: 1}],
      ],
    ],
    ['an end before all bytes', [['end', {sha256: '0'.repeat(64)}, {channel: 1, number: 1}]]],
    ['an end without a digest', [['end', {}, {channel: 1}]]],
    ['a reset without a code', [['reset', {}, {channel: 1}]]],
  ])('%s', async (_, frames) => {
    const {host, peer} = await startChannel()
    peer.send(...frames)
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual(['protocol-violation'])
    expect(host.ended).toMatchObject({by: 'self', code: 'protocol-violation', error: {code: 'protocol-violation'}})
  })

  it('a chunk beyond its credit', async () => {
    const {host, peer} = await startChannel()
    const granted = (): number => peer.all('credit').at(-1)!.number
    for (let sent = 0; sent < granted();) {
      const payload = full.subarray(0, granted() - sent)
      peer.send(['chunk', payload, {channel: 1, number: sent}])
      sent += payload.length
      await eventLoopTurns(2)
    }
    expect(host.ended).toBeUndefined()
    peer.send(['chunk', raw('x'), {channel: 1, number: granted()}])
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual(['protocol-violation'])
    expect(host.ended).toMatchObject({code: 'protocol-violation'})
  })

  it('a chunk before any credit', async () => {
    const {host, peer} = start()
    peer.send(['open', label, {channel: 1}], ['chunk', raw('x'), {channel: 1}])
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual(['protocol-violation'])
    expect(host.ended).toMatchObject({code: 'protocol-violation'})
  })

  it('and nothing that it sends behind that is heard', async () => {
    const {host, peer} = start()
    peer.send(message(say), message(say, 3), message(say, 2))
    await eventLoopTurns(2)
    expect(host.texts).toEqual(['hi'])
  })
})

describe('a session takes in its stride', () => {
  it.each<[string, Sent[]]>([
    ['a message that came before', [message(say, 0), message(say), message(say)]],
    ['keys that it does not know', [message({...say, shoe: 43})]],
    ['credit for a channel that it never opened', [['credit', undefined, {channel: 2, number: 9}], message(say)]],
    ['a reset of a channel that it does not know', [['reset', {code: 'cancelled'}, {channel: 2}], message(say)]],
    ['an acknowledgement of nothing', [['ack'], message(say)]],
  ])('%s', async (_, frames) => {
    const {host, peer} = start()
    peer.send(...frames, message({...say, text: 'what follows'}, 2))
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual([])
    expect(host.texts).toEqual(['hi', 'what follows'])
  })

  it('bytes that are under way to a channel it has given up', async () => {
    const {host, peer} = await startChannel()
    host.channels[0]!.reset('no-room')
    peer.send(
      ['chunk', raw('x'), {channel: 1}],
      ['end', {sha256: '0'.repeat(64)}, {channel: 1, number: 1}],
      message(say),
    )
    await eventLoopTurns(2)
    expect(peer.all('reset')).toHaveLength(1)
    expect(peer.farewells).toEqual([])
    expect(host.texts).toEqual(['hi'])
  })
})

describe('a session', () => {
  const acknowledged = (peer: WirePeer): number[] => peer.all('ack').map(({number}) => number)

  it('acknowledges with the next message that it sends all that came', async () => {
    const {host, peer} = start()
    peer.send(message(say), message(say, 2), message(say, 3))
    await eventLoopTurns(1)
    expect(acknowledged(peer)).toEqual([])
    host.say('good morning')
    await eventLoopTurns(1)
    expect(acknowledged(peer)).toEqual([3])
  })

  it('acknowledges after a while when it has nothing to say, again what came before too', async () => {
    const {peer, clock} = start()
    for (let count = 0; count < 2; count++) {
      peer.send(message(say))
      await eventLoopTurns(1)
      clock.advance(ackDelayMs)
      await eventLoopTurns(1)
    }
    expect(acknowledged(peer)).toEqual([1, 1])
  })

  it('acknowledges at once when much came', async () => {
    const {peer} = start()
    const text = 'x'.repeat(60_000)
    peer.send(...[1, 2, 3, 4, 5].map(number => message({...say, text}, number)))
    await eventLoopTurns(1)
    expect(acknowledged(peer)).toEqual([5])
  })

  it('says goodbye as slow to a peer that acknowledges nothing, once 8 MiB wait', async () => {
    const {host, peer} = start()
    const text = 'x'.repeat(60_000)
    for (let bytes = 0; bytes < maxOutboxBytes - 61_000; bytes += 60_100) host.say(text)
    await eventLoopTurns(5)
    expect(host.ended).toBeUndefined()
    host.say(text)
    host.say(text)
    await eventLoopTurns(5)
    expect(peer.farewells).toEqual(['slow'])
    expect(host.ended).toMatchObject({by: 'self', code: 'slow'})
    await expect(host.session.acknowledged()).rejects.toMatchObject({code: 'connection-lost'})
  })

  it.each([
    ['host', [2, 4, 6]],
    ['joiner', [1, 3, 5]],
  ] as const)('opens as a %s channels %j, on each connection anew', async (role, ids) => {
    const session = new TestSession(role)
    for (let connection = 0; connection < 2; connection++) {
      const {a, b} = memoryPair()
      const peer = new WirePeer(b).read()
      session.attach(a, 0, new FakeClock())
      ids.forEach(() => session.session.openChannel(label))
      await eventLoopTurns(2)
      expect(peer.all('open').map(({channel}) => channel)).toEqual(ids)
    }
  })

  it('lets come on its channels, from the next connection on, what its windows say', async () => {
    const {a, b} = memoryPair()
    const host = new TestSession('host')
    const peer = new WirePeer(b).read()
    host.onChannel = channel => channel.receive({bytes: () => undefined, end: () => undefined, failed: () => undefined})
    host.session.windows = {...windowDefaults, initialBytes: 1024 * 1024}
    host.attach(a, 0, new FakeClock())
    peer.send(['open', label, {channel: 1}])
    await eventLoopTurns(2)
    expect(peer.all('credit').map(({number}) => number)).toEqual([1024 * 1024])
  })

  it('cannot open a channel without a connection', () => {
    const {session} = new TestSession('host')
    expect(() => session.openChannel(label)).toThrow(expect.objectContaining({code: 'connection-lost'}))
  })

  it('tells an earlier connection that it is replaced', async () => {
    const {host, peer} = start()
    const newer = memoryPair()
    host.attach(newer.a, 0, new FakeClock())
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual(['replaced'])
    expect(host.detachments).toEqual([])
  })

  it('keeps its connection when somebody who cannot have seen what they say wants to attach', async () => {
    const {host, peer} = start()
    const connection = new Connection(memoryPair().a, silent, new FakeClock())
    expect(() => host.session.attach(connection, 99)).toThrow(expect.objectContaining({code: 'protocol-violation'}))
    expect(host.session.isAttached).toBe(true)
    peer.send(message(say))
    host.say('still here')
    await eventLoopTurns(2)
    expect(host.texts).toEqual(['hi'])
    expect(peer.all('message')).toHaveLength(1)
    expect(peer.farewells).toEqual([])
  })
})

const silent = {
  nextFrame: () => undefined,
  frame: () => undefined,
  chunk: () => undefined,
  closed: () => undefined,
}
