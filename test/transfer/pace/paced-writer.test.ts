import {describe, expect, it} from 'vitest'
import {PacedWriter} from '../../../src/transfer/pace/paced-writer.js'
import {RateLimiter} from '../../../src/transfer/pace/rate-limiter.js'
import {FakeClock} from '../../helpers/fake-clock.js'
import {eventLoopTurns} from '../../helpers/until.js'

function writer(bytesPerSecond?: number) {
  const clock = new FakeClock()
  const limiter = new RateLimiter(clock)
  limiter.limit(bytesPerSecond)
  const controller = new AbortController()
  const written: Buffer[] = []
  const channel = {
    sent: 0,
    granted: 1000,
    write: (bytes: Buffer) => {
      written.push(bytes)
      channel.sent += bytes.length
      return Promise.resolve()
    },
  }
  return {clock, limiter, controller, channel, written, paced: new PacedWriter(channel, limiter, controller.signal)}
}

describe('PacedWriter', () => {
  it('writes the very buffer at once without a limit', async () => {
    const {paced, written} = writer()
    const bytes = Buffer.alloc(500_000)
    await paced.write(bytes)
    expect(written).toHaveLength(1)
    expect([written[0]!.buffer === bytes.buffer, written[0]!.length]).toEqual([true, 500_000])
  })

  it('writes slices in order at the limit, and the rest at once when it is lifted', async () => {
    const {clock, limiter, paced, written} = writer(100)
    const bytes = Buffer.from('abcdefghijklmnopqrstuvwxyzabcdefghijklmnop')
    const done = paced.write(bytes)
    for (let step = 0; step < 2; step++) {
      clock.advance(100)
      await eventLoopTurns(1)
    }
    expect(written.map(String)).toEqual(['abcdefghij', 'klmnopqrst'])
    limiter.limit(undefined)
    await done
    expect(written).toHaveLength(3)
    expect(Buffer.concat(written).equals(bytes)).toBe(true)
  })

  it('gives up with the transfer while it waits for its turn', async () => {
    const {clock, controller, paced} = writer(1)
    const done = paced.write(Buffer.alloc(10))
    controller.abort(new Error('cancelled'))
    await expect(done).rejects.toThrow('cancelled')
    expect(clock.waiting).toBe(0)
  })

  it('is starved when a write waits for credit, and not while the limiter holds it', async () => {
    const {clock, channel, paced} = writer(10)
    channel.granted = 0
    channel.write = () => new Promise(() => undefined)
    void paced.write(Buffer.alloc(10))
    await eventLoopTurns(1)
    expect(paced.isStarved).toBe(false)
    clock.advance(100)
    await eventLoopTurns(1)
    expect(paced.isStarved).toBe(true)
    channel.granted = 5
    expect(paced.isStarved).toBe(false)
  })
})
