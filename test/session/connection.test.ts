import {describe, expect, it} from 'vitest'
import {encodeFrame} from '../../src/protocol/frame-encoder.js'
import {Connection, type ConnectionEnd} from '../../src/session/connection.js'
import {heartbeatIntervalMs, silentIntervals} from '../../src/session/heartbeat.js'
import type {QueuedFrame} from '../../src/session/send-queue.js'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {eventLoopTurns} from '../helpers/until.js'
import {WirePeer} from '../helpers/wire-peer.js'

function start() {
  const {a, b, cut} = memoryPair()
  const clock = new FakeClock()
  const ends: ConnectionEnd[] = []
  const frames: string[] = []
  const talk: QueuedFrame[] = []
  const owner = {
    nextFrame: () => talk.shift(),
    frame: ({name}: {name: string}) => void frames.push(name),
    chunk: () => void frames.push('chunk'),
    closed: (end: ConnectionEnd) => void ends.push(end),
  }
  const connection = new Connection(a, owner, clock)
  connection.start(Buffer.alloc(0))
  return {connection, peer: new WirePeer(b), clock, ends, frames, talk, cut}
}

describe('a connection', () => {
  it('answers a ping with its own bytes, and hands neither ping nor pong to its owner', async () => {
    const {peer, frames} = start()
    peer.read().send(['ping', Buffer.from('12345678')], ['pong', Buffer.alloc(8, 9)], ['ack'])
    await eventLoopTurns(1)
    expect(peer.seen).toMatchObject([{name: 'pong', payload: Buffer.from('12345678')}])
    expect(frames).toEqual(['ack'])
  })

  it('tells of a pong whoever pinged, once', async () => {
    const {connection, peer} = start()
    let pongs = 0
    connection.ping(() => pongs++)
    peer.read()
    await eventLoopTurns(1)
    const [ping] = peer.all('ping')
    peer.send(['pong', Buffer.alloc(8, 255)], ['pong', ping!.payload], ['pong', ping!.payload])
    await eventLoopTurns(1)
    expect(pongs).toBe(1)
  })

  it('sends what its owner has when it is woken, control first', async () => {
    const {connection, peer, talk} = start()
    const message = Buffer.concat([Buffer.of(32, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1), Buffer.from('x')])
    talk.push({buffers: [message]})
    connection.wake()
    connection.control('ack', Buffer.alloc(0), {number: 7})
    peer.read()
    await eventLoopTurns(1)
    expect(peer.seen.map(({name}) => name)).toEqual(['ack', 'message'])
  })

  it('lets what is said overtake all bulk but the one batch that has left', async () => {
    const {connection, peer} = start()
    let left = 20
    const chunk = (): QueuedFrame => ({buffers: encodeFrame('chunk', Buffer.alloc(65_536), {channel: 1})})
    connection.addBulk({nextFrame: () => (left-- > 0 ? chunk() : undefined)})
    await eventLoopTurns(1)
    for (let count = 0; count < 2; count++) {
      connection.control('ack', Buffer.alloc(0))
      await eventLoopTurns(1)
    }
    peer.read()
    await eventLoopTurns(20)
    const names = peer.seen.map(({name}) => name)
    const chunks = (count: number): string[] => Array<string>(count).fill('chunk')
    expect(names).toEqual([...chunks(4), 'ack', 'ack', ...chunks(16)])
  })

  it('closes as slow on a peer that sends pings and reads nothing', async () => {
    const {peer, ends, clock} = start()
    for (let count = 0; count < 100 && ends.length === 0; count++) {
      peer.send(...Array.from({length: 1000}, () => ['ping', Buffer.alloc(8)] as ['ping', Buffer]))
      await eventLoopTurns(1)
    }
    expect(ends).toEqual([{how: 'closed', code: 'slow'}])
    peer.read()
    await eventLoopTurns(5)
    expect(peer.farewells).toEqual(['slow'])
    expect(clock.waiting).toBe(0)
  })

  it('serves a peer that sends as many pings and reads', async () => {
    const {peer, ends} = start()
    peer.read()
    for (let count = 0; count < 100; count++) {
      peer.send(...Array.from({length: 1000}, () => ['ping', Buffer.alloc(8)] as ['ping', Buffer]))
      await eventLoopTurns(1)
    }
    expect(ends).toEqual([])
    expect(peer.all('pong')).toHaveLength(100_000)
  })

  it('gives up a peer that falls silent, and leaves no timer', async () => {
    const {peer, ends, clock} = start()
    peer.read()
    for (let beat = 0; beat <= silentIntervals; beat++) {
      expect(ends).toEqual([])
      clock.advance(heartbeatIntervalMs)
      await eventLoopTurns(1)
    }
    expect(ends).toEqual([{how: 'silent'}])
    expect(peer.all('ping')).toHaveLength(silentIntervals)
    expect([peer.isClosed, clock.waiting]).toEqual([true, 0])
  })

  it.each(['closes', 'is told goodbye', 'is cut', 'breaks a rule'])('leaves no timer when it %s', async how => {
    const {connection, peer, clock, cut, ends} = start()
    peer.read()
    if (how === 'closes') connection.close('bye')
    if (how === 'is told goodbye') peer.send(['goaway', {code: 'bye'}])
    if (how === 'is cut') cut()
    if (how === 'breaks a rule') peer.sendRaw(Buffer.alloc(16, 99))
    await eventLoopTurns(2)
    expect(ends).toHaveLength(1)
    expect(clock.waiting).toBe(0)
  })

  it('says goodbye once, sends nothing more, and takes nothing more', async () => {
    const {connection, peer, ends, frames} = start()
    peer.read()
    connection.close('bye')
    connection.close('again')
    connection.control('ack', Buffer.alloc(0), {number: 1})
    peer.send(['ack'])
    await eventLoopTurns(2)
    expect(peer.seen.map(({name}) => name)).toEqual(['goaway'])
    expect(peer.farewells).toEqual(['bye'])
    expect(ends).toEqual([{how: 'closed', code: 'bye'}])
    expect(frames).toEqual([])
  })

  it.each([
    ['{"code":"bye"}', {how: 'goaway', goaway: {code: 'bye'}}],
    [
      '{"code":"of-a-later-version","message":"why"}',
      {how: 'goaway', goaway: {code: 'of-a-later-version', message: 'why'}},
    ],
  ])('ends at a goodbye, whatever its code: %s', async (json, end) => {
    const {peer, ends} = start()
    peer.read().send(['goaway', Buffer.from(json)], ['ack'])
    await eventLoopTurns(2)
    expect(ends).toEqual([end])
  })

  it('tells a cut from a goodbye', async () => {
    const {ends, cut} = start()
    cut()
    await eventLoopTurns(1)
    expect(ends).toEqual([{how: 'cut'}])
  })

  it('reads what came behind the admission first', async () => {
    const {a, b} = memoryPair()
    const seen: string[] = []
    const nobody = {nextFrame: () => undefined, chunk: () => undefined, idle: () => undefined, closed: () => undefined}
    const connection = new Connection(a, {...nobody, frame: ({number}) => seen.push(`ack ${number}`)}, new FakeClock())
    const frame = (number: number): Buffer => Buffer.of(20, 0, 0, 0, 0, 0, 0, number, 0, 0, 0, 0, 0, 0, 0, 0)
    b.write([frame(2).subarray(5), frame(3)])
    connection.start(Buffer.concat([frame(1), frame(2).subarray(0, 5)]))
    await eventLoopTurns(1)
    expect(seen).toEqual(['ack 1', 'ack 2', 'ack 3'])
  })

  it('throws what its owner throws by a mistake of ours, and does not blame the peer', () => {
    const {a} = memoryPair()
    const owner = {
      nextFrame: () => undefined,
      chunk: () => undefined,
      closed: () => undefined,
      frame: () => {
        throw new TypeError('a mistake of ours')
      },
    }
    const connection = new Connection(a, owner, new FakeClock())
    const ack = Buffer.of(20, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    expect(() => connection.start(ack)).toThrow(TypeError)
  })
})
