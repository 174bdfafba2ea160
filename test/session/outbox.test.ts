import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {maxPayloadBytes} from '../../src/protocol/frame.js'
import {Inbox} from '../../src/session/inbox.js'
import {maxInFlightBytes, Outbox, type SequencedFrame} from '../../src/session/outbox.js'

const violation = expect.objectContaining({code: 'protocol-violation'}) as Error

/** Takes all that may leave now. */
function drain(outbox: Outbox): SequencedFrame[] {
  const frames: SequencedFrame[] = []
  for (let frame = outbox.next(); frame; frame = outbox.next()) frames.push(frame)
  return frames
}

function outboxWith(...texts: string[]): Outbox {
  const outbox = new Outbox()
  for (const text of texts) outbox.add(Buffer.from(text))
  return outbox
}

describe('an outbox', () => {
  it('numbers messages from 1 and gives them out in order, once', () => {
    const outbox = outboxWith('one', 'two')
    expect(drain(outbox)).toEqual([
      {sequence: 1, isContinued: false, payload: Buffer.from('one')},
      {sequence: 2, isContinued: false, payload: Buffer.from('two')},
    ])
    expect(outbox.next()).toBeUndefined()
  })

  it.each([
    [1, [1]],
    [65_536, [65_536]],
    [65_537, [65_536, 1]],
    [131_072, [65_536, 65_536]],
    [200_000, [65_536, 65_536, 65_536, 3392]],
  ])('cuts a message of %i bytes into full frames and a rest', (size, lengths) => {
    const outbox = new Outbox()
    outbox.add(Buffer.alloc(size))
    const frames = drain(outbox)
    expect(frames.map(({payload}) => payload.length)).toEqual(lengths)
    expect(frames.map(({isContinued}) => isContinued)).toEqual(lengths.map((_, index) => index < lengths.length - 1))
    expect(frames.map(({sequence}) => sequence)).toEqual(lengths.map((_, index) => index + 1))
  })

  it('keeps what is not acknowledged, and forgets what is', () => {
    const outbox = outboxWith('one', 'three')
    drain(outbox)
    expect(outbox.bytes).toBe(8)
    outbox.acknowledge(1)
    expect([outbox.bytes, outbox.acknowledged]).toEqual([5, 1])
    outbox.acknowledge(2)
    expect([outbox.bytes, outbox.acknowledged]).toEqual([0, 2])
  })

  it('takes an acknowledgement twice, or an old one', () => {
    const outbox = outboxWith('one', 'two')
    drain(outbox)
    outbox.acknowledge(2)
    outbox.acknowledge(2)
    outbox.acknowledge(1)
    expect(outbox.acknowledged).toBe(2)
  })

  it('refuses an acknowledgement of what has not left', () => {
    const outbox = outboxWith('one', 'two')
    outbox.next()
    expect(() => outbox.acknowledge(2)).toThrow(violation)
    expect(() => outbox.acknowledge(2 ** 48 - 1)).toThrow(violation)
    outbox.acknowledge(1)
  })

  it('has at most 1 MiB on its way, until some of it is acknowledged', () => {
    const outbox = new Outbox()
    for (let count = 0; count < 40; count++) outbox.add(Buffer.alloc(maxPayloadBytes))
    expect(drain(outbox)).toHaveLength(maxInFlightBytes / maxPayloadBytes)
    outbox.acknowledge(3)
    expect(drain(outbox)).toHaveLength(3)
  })

  it('begins again behind what the peer has seen', () => {
    const outbox = outboxWith('one', 'two', 'three')
    drain(outbox)
    outbox.acknowledge(1)
    outbox.rewind(2)
    expect(drain(outbox).map(({sequence}) => sequence)).toEqual([3])
    expect(outbox.acknowledged).toBe(2)
  })

  it('may have 1 MiB on its way again after that', () => {
    const outbox = new Outbox()
    for (let count = 0; count < 40; count++) outbox.add(Buffer.alloc(maxPayloadBytes))
    drain(outbox)
    outbox.rewind(0)
    expect(drain(outbox)).toHaveLength(maxInFlightBytes / maxPayloadBytes)
  })

  it.each([
    ['has forgotten what it acknowledged', 0],
    ['has seen what was never sent', 3],
  ])('refuses a peer that %s, and stays as it is', (_, lastSeen) => {
    const outbox = outboxWith('one', 'two', 'three')
    outbox.next()
    outbox.next()
    outbox.acknowledge(1)
    expect(() => outbox.rewind(lastSeen)).toThrow(violation)
    expect([outbox.acknowledged, outbox.next()?.sequence]).toEqual([1, 3])
  })
})

describe('an outbox and an inbox', () => {
  it('lose nothing and double nothing, wherever a connection ends', () => {
    const step = fc.oneof(
      fc.record({does: fc.constant('say' as const), size: fc.integer({min: 1, max: 200_000})}),
      fc.record({does: fc.constant('carry' as const), size: fc.nat(5)}),
      fc.record({does: fc.constant('acknowledge' as const), size: fc.nat(0)}),
      fc.record({does: fc.constant('cut' as const), size: fc.nat(5)}),
    )
    fc.assert(
      fc.property(fc.array(step, {maxLength: 60}), steps => {
        const [outbox, inbox] = [new Outbox(), new Inbox()]
        const [said, heard]: [number[], number[]] = [[], []]
        const carry = (count: number): void => {
          for (let frame = outbox.next(); frame; frame = --count > 0 ? outbox.next() : undefined) {
            const message = inbox.take(frame)
            if (message) heard.push(message.length)
          }
        }
        for (const {does, size} of steps) {
          if (does === 'say') said.push(size)
          if (does === 'say') outbox.add(Buffer.alloc(size))
          if (does === 'carry' && size > 0) carry(size)
          if (does === 'acknowledge') outbox.acknowledge(inbox.lastSeen)
          // What leaves right before a cut is lost.
          if (does === 'cut') for (let count = 0; count < size; count++) outbox.next()
          if (does === 'cut') outbox.rewind(inbox.lastSeen)
        }
        while (heard.length < said.length) {
          carry(Infinity)
          outbox.acknowledge(inbox.lastSeen)
        }
        outbox.acknowledge(inbox.lastSeen)
        expect(heard).toEqual(said)
        expect([outbox.bytes, outbox.next()]).toEqual([0, undefined])
      }),
      {numRuns: 300},
    )
  })
})
