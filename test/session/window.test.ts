import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {BulkBudget, maxHeldBytes, minChannelWindowBytes} from '../../src/session/bulk-budget.js'
import {WindowSizer, windowDefaults, windowsFor} from '../../src/session/window-sizer.js'
import {ReceiveWindow, SendWindow} from '../../src/session/window.js'

describe('a window', () => {
  it('never lets more be sent than was granted, whatever order things happen in', () => {
    const step = fc.record({
      sender: fc.nat(200_000),
      release: fc.nat(200_000),
      size: fc.integer({min: 1, max: 1_000_000}),
      hold: fc.integer({min: 1, max: 1_000_000}),
    })
    fc.assert(
      fc.property(fc.array(step, {maxLength: 100}), steps => {
        const sending = new SendWindow()
        const receiving = new ReceiveWindow()
        let released = 0
        let granted = 0
        for (const {sender, release, size, hold} of steps) {
          const total = receiving.nextGrant(size, hold)
          if (total !== undefined) {
            expect(total).toBeGreaterThan(granted)
            granted = total
            expect(receiving.inFlight).toBeLessThanOrEqual(size)
            expect(receiving.inFlight + receiving.held).toBeLessThanOrEqual(size + hold)
            sending.grant(total)
          }
          const byteLength = Math.min(sender, sending.available)
          sending.spend(byteLength)
          expect(receiving.receive(byteLength)).toBe(true)
          const done = Math.min(release, receiving.received - released)
          receiving.release(done)
          released += done
          expect(sending.sent).toBe(receiving.received)
          expect(sending.sent).toBeLessThanOrEqual(granted)
        }
      }),
    )
  })

  it('always lets a sender go on once everything is released', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({min: 1, max: 5_000_000}), {minLength: 1, maxLength: 50}),
        fc.integer({min: 1, max: 5_000_000}),
        (sizes, hold) => {
          const sending = new SendWindow()
          const receiving = new ReceiveWindow()
          for (const size of sizes) {
            sending.grant(receiving.nextGrant(size, hold) ?? 0)
            const byteLength = sending.available
            expect(byteLength).toBeGreaterThan(0)
            sending.spend(byteLength)
            receiving.receive(byteLength)
            sending.grant(receiving.nextGrant(size, hold) ?? 0)
            receiving.release(receiving.held)
          }
        },
      ),
    )
  })

  it('refuses bytes that were not granted, and releases that cannot be', () => {
    const receiving = new ReceiveWindow()
    receiving.nextGrant(10, 10)
    expect(receiving.receive(11)).toBe(false)
    expect(receiving.receive(10)).toBe(true)
    expect(() => receiving.release(11)).toThrow(RangeError)
    expect(() => new SendWindow().spend(1)).toThrow(RangeError)
  })

  it('asks for more as bytes come, and for none while too many wait to be dealt with', () => {
    const receiving = new ReceiveWindow()
    expect(receiving.nextGrant(100, 200)).toBe(100)
    receiving.receive(100)
    expect(receiving.nextGrant(100, 200)).toBe(200)
    receiving.receive(100)
    expect(receiving.nextGrant(100, 200)).toBe(300)
    receiving.receive(100)
    expect(receiving.nextGrant(100, 200)).toBeUndefined()
    receiving.release(150)
    expect(receiving.nextGrant(100, 200)).toBe(400)
  })

  it('is not moved by an old grant', () => {
    const sending = new SendWindow()
    sending.grant(10)
    sending.grant(5)
    expect(sending.available).toBe(10)
  })
})

describe('the bulk budget', () => {
  it('is never exceeded by more than a frame for each channel, nor is what may wait here', () => {
    const step = fc.record({channel: fc.nat(7), bytes: fc.nat(300_000)})
    fc.assert(
      fc.property(fc.array(step, {maxLength: 200}), fc.integer({min: 128 * 1024, max: 4_000_000}), (steps, size) => {
        const budget = new BulkBudget(size)
        const windows = Array.from({length: 8}, () => new ReceiveWindow())
        for (const window of windows) budget.add(window)
        for (const {channel, bytes} of steps) {
          const window = windows[channel]!
          budget.nextGrant(window)
          expect(window.receive(Math.min(bytes, window.inFlight))).toBe(true)
          if (bytes % 2 === 0) window.release(window.held)
          const frames = windows.length * minChannelWindowBytes
          expect(sum(windows.map(each => each.inFlight))).toBeLessThanOrEqual(size + frames)
          expect(sum(windows.map(each => each.inFlight + each.held))).toBeLessThanOrEqual(size + maxHeldBytes + frames)
        }
      }),
    )
  })

  it('leaves a frame to everyone while another holds all of it', () => {
    const budget = new BulkBudget(1_000_000)
    const [greedy, late] = [new ReceiveWindow(), new ReceiveWindow()]
    budget.add(greedy)
    expect(budget.nextGrant(greedy)).toBe(1_000_000)
    budget.add(late)
    expect(budget.nextGrant(late)).toBe(minChannelWindowBytes)
  })

  it('gives all of it again while what came waits for the disk: a slow disk makes no small window', () => {
    const budget = new BulkBudget(1_000_000)
    const window = new ReceiveWindow()
    budget.add(window)
    for (let round = 1; round <= 4; round++) {
      expect(budget.nextGrant(window)).toBe(round * 1_000_000)
      window.receive(1_000_000)
    }
  })
})

/** What the window of one that had less comes to, of that of another beside it, after so many rounds on one way. */
function shareAfter(rounds: number, measure: (sizer: WindowSizer, rate: number, otherRate: number) => void): number {
  const [one, other] = [new WindowSizer(), new WindowSizer()]
  const round = (rate: number, otherRate: number): void => {
    for (const sizer of [one, other]) sizer.measureRoundTrip(0.2)
    measure(one, rate, otherRate)
    measure(other, otherRate, rate)
  }
  for (let count = 0; count < 20; count++) round(100_000, 400_000)
  for (let count = 0; count < rounds; count++) {
    const all = one.bytes + other.bytes
    round((500_000 * one.bytes) / all, (500_000 * other.bytes) / all)
  }
  return one.bytes / other.bytes
}

/** Returns what makes the same row of numbers from 0 to 1 each time: mulberry32, by Tommy Ettinger. */
function uneven(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)

describe('the window sizer', () => {
  /** Plays a link of a rate and a round trip against a sizer. */
  function run(rate: number, roundTripMs: number, rounds: number, windows = windowDefaults): WindowSizer {
    const sizer = new WindowSizer(windows)
    for (let round = 0; round < rounds; round++) {
      sizer.measureRoundTrip(roundTripMs)
      const elapsedMs = Math.max(10, roundTripMs)
      sizer.measureRound(Math.min(rate, sizer.bytes / roundTripMs) * elapsedMs, elapsedMs)
    }
    return sizer
  }

  /** Plays a link whose queue holds what it cannot carry, seen empty once; tells how long talk waits in each round. */
  function queueOn({rate, tripMs}: {rate: number; tripMs: number}, rounds: number) {
    const sizer = new WindowSizer()
    sizer.measureRoundTrip(tripMs)
    const queuedMs = Array.from({length: rounds}, () => {
      const busyMs = Math.max(tripMs, sizer.bytes / rate)
      const elapsedMs = Math.max(20, busyMs)
      sizer.measureRoundTrip(busyMs)
      sizer.measureRound((sizer.bytes / busyMs) * elapsedMs, elapsedMs)
      return busyMs - tripMs
    })
    return {sizer, queuedMs}
  }

  it('fills a long fat link: 1 Gbit/s over 100 ms needs 12.5 MB', () => {
    expect(run(125_000, 100, 30).bytes).toBeGreaterThanOrEqual(12_500_000)
  })

  it('gets to such a window within five round trips', () => {
    expect(run(125_000, 100, 5).bytes).toBeGreaterThanOrEqual(12_500_000)
  })

  const link = {rate: fc.integer({min: 1_000, max: 1_000_000}), tripMs: fc.double({min: 0.1, max: 300, noNaN: true})}

  it('fills any link that its largest window can fill', () => {
    fc.assert(
      fc.property(link.rate, link.tripMs, (rate, tripMs) => {
        const {sizer} = queueOn({rate, tripMs}, 40)
        expect(sizer.bytes).toBeGreaterThanOrEqual(Math.min(windowDefaults.maxBytes, rate * tripMs))
      }),
    )
  })

  it('makes no long queue on its way there, and lets go of it at once', () => {
    fc.assert(
      fc.property(link.rate, link.tripMs, (rate, tripMs) => {
        // Before anything larger is tried.
        const {queuedMs} = queueOn({rate, tripMs}, 6)
        const ofBaseMs = (2 * windowDefaults.baseBytes) / rate
        expect(Math.max(...queuedMs)).toBeLessThanOrEqual(3 * tripMs + 20 + ofBaseMs)
        expect(queuedMs.filter(ms => ms > tripMs / 2 + 10 + ofBaseMs).length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('stays small on a slow link, so that talk stays quick: 100 Mbit/s over 1 ms', () => {
    expect(run(12_500, 1, 30).bytes).toBeLessThan(12_500 * 15)
  })

  it.each([
    ['talk', 0.75],
    ['deliver', 5],
  ] as const)('of a connection whose purpose is to %s builds a queue of %d ms and its base', (purpose, delayMs) => {
    fc.assert(
      fc.property(link.rate, fc.double({min: 0.1, max: 1, noNaN: true}), (rate, tripMs) => {
        const wanted = windowDefaults.baseBytes + rate * (1.5 * tripMs + delayMs)
        const {bytes} = run(rate, tripMs, 30, windowsFor(purpose))
        expect(bytes / Math.min(windowDefaults.maxBytes, wanted)).toBeCloseTo(1, 2)
      }),
    )
  })

  it('comes to equal shares with another that had more, where both share one way', () => {
    expect(shareAfter(1000, (sizer, rate) => sizer.measureRound(rate * 20, 20))).toBeGreaterThan(0.9)
  })

  it('comes to equal shares soon where the two directions of one connection share the processors', () => {
    // As long as the best rate is believed.
    expect(shareAfter(100, (sizer, rate, other) => sizer.measureRound(rate * 20, 20, other * 20))).toBeGreaterThan(0.99)
  })

  it('does not grow on while the queue grows with it, whatever good rounds there are', () => {
    const sizer = new WindowSizer()
    sizer.measureRoundTrip(0.2)
    for (let rate = 5_000, tripMs = 6; rate < 100_000; rate *= 1.5, tripMs *= 1.5) {
      sizer.measureRoundTrip(tripMs)
      sizer.measureRound(rate * 20, 20)
    }
    expect(sizer.bytes).toBeLessThan(400_000)
  })

  it('forgets within two seconds what the way was before', () => {
    const sizer = run(125_000, 10, 30)
    for (let count = 0; count < 200; count++) sizer.measureRound(12_500 * 20, 20)
    expect(sizer.bytes).toBeLessThan(500_000)
  })

  it('becomes as large as it has to be where the ends are slow to answer, and the way is not', () => {
    const sizer = new WindowSizer()
    const step = (): void => {
      sizer.measureRoundTrip(50)
      sizer.measureRound(Math.min(100_000, sizer.bytes / 50) * 50, 50)
    }
    // The way was seen empty once.
    sizer.measureRoundTrip(0.2)
    // Uneven at first: it stops to grow too early.
    for (let count = 0; count < 8; count++) sizer.measureRound(200_000, 50)
    expect(sizer.bytes).toBeLessThan(300_000)
    for (let count = 0; count < 400; count++) step()
    expect(sizer.bytes).toBeGreaterThan(2_500_000)
  })

  it('is not talked into more by a rate that goes up and down by itself', () => {
    const sizer = new WindowSizer()
    const sizes = []
    sizer.measureRoundTrip(0.3)
    const random = uneven(1)
    for (let count = 0; count < 4000; count++) {
      const rate = 100_000 * (0.3 + 1.4 * random())
      sizer.measureRoundTrip((0.3 + sizer.bytes / rate) * (0.3 + 1.4 * random()))
      sizer.measureRound(rate * 25, 25)
      sizes.push(sizer.bytes)
    }
    // The double of it, while it is tried.
    expect(Math.max(...sizes.slice(200))).toBeLessThan(2 * 500_000)
  })

  it('does not outgrow another in a race for one way', () => {
    const sizers = [new WindowSizer(), new WindowSizer()]
    for (const sizer of sizers) sizer.measureRoundTrip(0.5)
    for (let count = 0; count < 2000; count++) {
      const both = sizers[0]!.bytes + sizers[1]!.bytes
      const tripMs = 0.5 + both / 12_500
      for (const sizer of sizers) {
        sizer.measureRoundTrip(tripMs)
        sizer.measureRound((12_500 * 20 * sizer.bytes) / both, 20)
      }
    }
    for (const {bytes} of sizers) expect(bytes).toBeLessThan(400_000)
  })

  it('keeps within its bounds, whatever is measured', () => {
    const round = fc.tuple(fc.nat(1_000_000_000), fc.double({min: 0.01, max: 1e6, noNaN: true}))
    fc.assert(
      fc.property(fc.array(round, {maxLength: 60}), rounds => {
        const sizer = new WindowSizer()
        for (const [bytes, milliseconds] of rounds) {
          sizer.measureRoundTrip(milliseconds)
          sizer.measureRound(bytes, milliseconds)
          expect(sizer.bytes).toBeGreaterThanOrEqual(windowDefaults.minBytes)
          expect(sizer.bytes).toBeLessThanOrEqual(windowDefaults.maxBytes)
        }
      }),
    )
  })
})
