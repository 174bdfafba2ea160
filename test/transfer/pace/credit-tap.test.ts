import {describe, expect, it} from 'vitest'
import {ReceiveWindow} from '../../../src/session/window.js'
import {CreditTap} from '../../../src/transfer/pace/credit-tap.js'
import {RateLimiter} from '../../../src/transfer/pace/rate-limiter.js'
import {FakeClock} from '../../helpers/fake-clock.js'
import {eventLoopTurns} from '../../helpers/until.js'

/** A channel of a wide window, whose sender sends all that is granted. */
class EagerChannel {
  readonly window = new ReceiveWindow()
  limit = NaN
  granted = 0

  limitTo(total: number): void {
    this.limit = total
    this.window.limitTo(total)
    this.#grant()
  }

  release(byteLength: number): void {
    this.window.release(byteLength)
    this.#grant()
  }

  /** Lets all come that is granted, and returns how much came. */
  come(): number {
    const byteLength = this.window.inFlight
    this.window.receive(byteLength)
    return byteLength
  }

  #grant(): void {
    this.granted = this.window.nextGrant(1_000_000, 4_000_000) ?? this.granted
  }
}

function tap(bytesPerSecond: number | undefined, bytes: number | null = null) {
  const clock = new FakeClock()
  const limiter = new RateLimiter(clock)
  limiter.limit(bytesPerSecond)
  const channel = new EagerChannel()
  const made = new CreditTap(channel, limiter, bytes)
  const pass = async (ms: number, eachStep: () => void = () => undefined) => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50)
      await eventLoopTurns(1)
      eachStep()
    }
  }
  return {clock, limiter, channel, tap: made, pass, flow: () => made.release(channel.come())}
}

describe('CreditTap', () => {
  it('stays out of the way without a limit', () => {
    const {clock, channel, tap: open} = tap(undefined)
    expect([channel.limit, channel.granted]).toEqual([Infinity, 1_000_000])
    open.close()
    expect(clock.waiting).toBe(0)
  })

  it('lets bytes come at the limit, from the first one on', async () => {
    const {channel, pass, flow} = tap(1000)
    expect(channel.granted).toBe(0)
    await pass(100, flow)
    expect(channel.granted).toBe(100)
    await pass(9900, flow)
    expect(channel.granted).toBe(10_000)
  })

  it('asks for no more while what is granted does not come, so that others have the turns', async () => {
    const {clock, limiter, channel, pass, flow} = tap(1000)
    await pass(5000)
    expect(channel.granted).toBe(500)
    expect(clock.waiting).toBe(0)
    const other = new EagerChannel()
    const otherTap = new CreditTap(other, limiter, null)
    await pass(2000, () => otherTap.release(other.come()))
    expect(other.granted).toBeGreaterThanOrEqual(2000)
    flow()
    await pass(1000)
    expect(channel.granted).toBeGreaterThan(500)
  })

  it('shares a limit evenly', async () => {
    const {limiter, channel, pass, flow} = tap(6000)
    const others = Array.from({length: 5}, () => new EagerChannel())
    const taps = others.map(other => new CreditTap(other, limiter, null))
    await pass(10_000, () => {
      flow()
      taps.forEach((each, index) => each.release(others[index]!.come()))
    })
    for (const {granted} of [channel, ...others]) expect(Math.abs(granted - 10_000)).toBeLessThanOrEqual(1000)
  })

  it('asks for what will come and no more, and then lets a surplus show itself', async () => {
    const {clock, channel, pass, flow} = tap(1000, 250)
    await pass(300, flow)
    expect(channel.limit).toBe(Infinity)
    expect(clock.waiting).toBe(0)
  })

  it('takes a limit that is set, raised and lifted under way', async () => {
    const {limiter, channel, pass, flow, clock} = tap(undefined)
    limiter.limit(1000)
    expect(channel.limit).toBe(1_000_000)
    flow()
    await pass(1000, flow)
    expect(channel.granted).toBe(1_001_000)
    limiter.limit(10_000)
    await pass(1000, flow)
    expect(channel.granted).toBeGreaterThan(1_010_000)
    expect(channel.granted).toBeLessThanOrEqual(1_011_000)
    limiter.limit(undefined)
    await eventLoopTurns(1)
    expect([channel.limit, clock.waiting]).toEqual([Infinity, 0])
    flow()
    limiter.limit(1000)
    expect(channel.limit).toBe(channel.granted)
  })

  it('never lets more come than a next hop takes, with a limit or without', async () => {
    const {limiter, channel, tap: relaying, pass, flow} = tap(undefined)
    relaying.limitTo(0)
    expect(channel.limit).toBe(0)
    relaying.limitTo(2_000_000)
    expect(channel.limit).toBe(2_000_000)
    flow()
    flow()
    limiter.limit(1000)
    await pass(1000, flow)
    expect(channel.granted).toBe(2_000_000)
    relaying.limitTo(2_000_300)
    await pass(1000, flow)
    expect(channel.granted).toBe(2_000_300)
    limiter.limit(undefined)
    expect(channel.limit).toBe(2_000_300)
  })

  it('leaves nothing behind when the channel is over', async () => {
    const {clock, limiter, channel, tap: closing, pass} = tap(1000)
    closing.close()
    expect(clock.waiting).toBe(0)
    limiter.limit(5000)
    await pass(500)
    expect([channel.granted, clock.waiting]).toEqual([0, 0])
  })
})
