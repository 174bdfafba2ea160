import {randomBytes} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {memoryPair} from '../../src/transport/memory-pair.js'
import type {Transport} from '../../src/transport/transport.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {tcpPair, tlsPair, type Pair} from '../helpers/transport-pair.js'
import {eventLoopTurns, until} from '../helpers/until.js'

/** What has come out of one end so far. */
class Collected {
  readonly pieces: Buffer[] = []
  closes: (Error | undefined)[] = []

  constructor(transport: Transport) {
    transport.onData = bytes => this.pieces.push(Buffer.from(bytes))
    transport.onClose = error => this.closes.push(error)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces)
  }

  get length(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.length, 0)
  }
}

/** Their clocks stand still: no deadline helps anything along. */
const carriers: [string, () => Pair | Promise<Pair>][] = [
  ['memory', () => memoryPair()],
  ['memory, in small pieces', () => memoryPair(bytes => splitBy(bytes, [997, 3, 1].values()))],
  ['TCP', () => tcpPair(new FakeClock())],
  ['TLS', () => tlsPair(new FakeClock())],
]

describe.each(carriers)('a transport over %s', (_, join) => {
  it('carries bytes both ways at once, in order', async () => {
    const {a, b} = await join()
    const [atA, atB] = [new Collected(a), new Collected(b)]
    const [fromA, fromB] = [randomBytes(100_000), randomBytes(70_001)]
    for (let at = 0; at < 100_000; at += 9973)
      a.write([fromA.subarray(at, at + 16), fromA.subarray(at + 16, at + 9973)])
    for (let at = 0; at < 70_001; at += 7001) b.write([fromB.subarray(at, at + 7001)])
    await until(() => atA.length === fromB.length && atB.length === fromA.length)
    expect(atA.bytes.equals(fromB)).toBe(true)
    expect(atB.bytes.equals(fromA)).toBe(true)
  })

  it('keeps what arrives before it has an owner', async () => {
    const {a, b} = await join()
    a.write([Buffer.from('early')])
    await eventLoopTurns(20)
    const atB = new Collected(b)
    await until(() => atB.length === 5)
    expect(atB.bytes.toString()).toBe('early')
  })

  it('can be handed from one owner to the next without losing a byte', async () => {
    const {a, b} = await join()
    let first = ''
    b.onData = bytes => {
      first += bytes.toString()
      if (first.length >= 3) b.pause()
    }
    a.write([Buffer.from('one')])
    await until(() => first === 'one')
    a.write([Buffer.from('two')])
    const atB = new Collected(b)
    await until(() => atB.length === 3)
    expect([first, atB.bytes.toString()]).toEqual(['one', 'two'])
  })

  it('counts what is queued, and says when it is flushed', async () => {
    const {a, b} = await join()
    // More than the kernel takes while nobody reads.
    const bytes = Buffer.alloc(16_000_000)
    let flushed = 0
    a.write([bytes, bytes], () => flushed++)
    await eventLoopTurns(10)
    expect(a.queuedBytes).toBeGreaterThan(0)
    expect(flushed).toBe(0)
    new Collected(b)
    await until(() => flushed === 1)
    expect(a.queuedBytes).toBe(0)
  })

  it('stands still while it is paused, and makes the other end wait', async () => {
    const {a, b} = await join()
    const atB = new Collected(b)
    b.pause()
    a.write([Buffer.alloc(32_000_000)])
    await eventLoopTurns(200)
    expect(atB.length).toBe(0)
    expect(a.queuedBytes).toBeGreaterThan(0)
    b.resume()
  })

  it('delivers all that was written before an end, then closes both ends, once each, without an error', async () => {
    const {a, b} = await join()
    const [atA, atB] = [new Collected(a), new Collected(b)]
    const bytes = randomBytes(300_000)
    a.write([bytes])
    a.end()
    a.end()
    await until(() => atA.closes.length > 0 && atB.closes.length > 0)
    expect(atB.bytes.equals(bytes)).toBe(true)
    expect([atA.closes, atB.closes]).toEqual([[undefined], [undefined]])
  })

  it('drops what still arrives after its end, and closes even if it was paused', async () => {
    const {a, b} = await join()
    const [atA, atB] = [new Collected(a), new Collected(b)]
    a.pause()
    b.write([Buffer.alloc(100_000)])
    a.write([Buffer.from('goodbye')])
    a.end()
    b.write([Buffer.alloc(100_000)])
    await until(() => atA.closes.length > 0 && atB.closes.length > 0)
    expect(atA.length).toBe(0)
    expect(atB.bytes.toString()).toBe('goodbye')
  })

  it('drops what is written after the end', async () => {
    const {a, b} = await join()
    const atB = new Collected(b)
    new Collected(a)
    a.end()
    a.write([Buffer.from('late')], () => expect.unreachable())
    await until(() => atB.closes.length > 0)
    a.write([Buffer.from('later')], () => expect.unreachable())
    expect(atB.length).toBe(0)
  })

  it('closes both ends when one is destroyed', async () => {
    const {a, b} = await join()
    const [atA, atB] = [new Collected(a), new Collected(b)]
    a.destroy()
    await until(() => atA.closes.length > 0 && atB.closes.length > 0)
    expect([atA.closes.length, atB.closes.length]).toEqual([1, 1])
  })

  it('tells an owner who comes late that it is closed', async () => {
    const {a, b} = await join()
    const atB = new Collected(b)
    a.destroy()
    await until(() => atB.closes.length === 1)
    const late = new Collected(b)
    await until(() => late.closes.length === 1)
    expect(atB.closes).toHaveLength(1)
  })
})

describe('a memory pair', () => {
  it('delivers the same bytes however they are split', async () => {
    const batches = fc.array(fc.uint8Array({minLength: 1, maxLength: 50}), {maxLength: 20})
    await fc.assert(
      fc.asyncProperty(batches, fc.infiniteStream(fc.integer({min: 1, max: 9})), async (written, sizes) => {
        const {a, b} = memoryPair(bytes => splitBy(bytes, sizes))
        const atB = new Collected(b)
        for (const batch of written) a.write([batch])
        await until(() => a.queuedBytes === 0)
        expect(atB.bytes).toEqual(Buffer.concat(written))
      }),
    )
  })

  it('loses what is on its way when it is cut, and tells both ends why', async () => {
    const {a, b, cut} = memoryPair()
    const [atA, atB] = [new Collected(a), new Collected(b)]
    a.write([Buffer.from('lost')])
    const error = new Error('cut')
    cut(error)
    await until(() => atA.closes.length > 0 && atB.closes.length > 0)
    expect([atA.closes, atB.closes]).toEqual([[error], [error]])
    expect(atB.length).toBe(0)
  })
})

/** Pieces of the given sizes; what is left when the sizes are used up is the last piece. */
function splitBy(bytes: Buffer, sizes: Iterator<number>): Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const size = sizes.next()
    const end = size.done === true ? bytes.length : at + size.value
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}
