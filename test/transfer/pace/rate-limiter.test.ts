import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {RateLimiter} from '../../../src/transfer/pace/rate-limiter.js'
import {FakeClock} from '../../helpers/fake-clock.js'
import {eventLoopTurns} from '../../helpers/until.js'

function limited(bytesPerSecond?: number) {
  const clock = new FakeClock()
  const limiter = new RateLimiter(clock)
  limiter.limit(bytesPerSecond)
  return {clock, limiter}
}

/** Takes without end, and notes what passed and when. */
function greedy({clock, limiter}: ReturnType<typeof limited>, name: string, log: [number, string, number][]) {
  const controller = new AbortController()
  const takeOn = async () => {
    for (;;) log.push([clock.now(), name, await limiter.take(1_000_000, controller.signal)])
  }
  takeOn().catch(() => undefined)
  return () => controller.abort()
}

async function pass(clock: FakeClock, ms: number, stepMs = 10) {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(stepMs)
    await Promise.resolve()
    await eventLoopTurns(1)
  }
}

const sum = (log: [number, string, number][], name?: string) =>
  log.filter(entry => name === undefined || entry[1] === name).reduce((bytes, entry) => bytes + entry[2], 0)

describe('RateLimiter', () => {
  it('lets everything pass at once without a limit, and leaves no timer', async () => {
    const {clock, limiter} = limited()
    expect([limiter.isLimited, limiter.stepBytes, limiter.bytesPerSecond]).toEqual([false, Infinity, Infinity])
    expect(await limiter.take(5_000_000)).toBe(5_000_000)
    expect(clock.waiting).toBe(0)
  })

  it.each([
    [1, 1],
    [500, 50],
    [1_000_000, 100_000],
    [1_000_000_000, 512 * 1024],
  ])('at %i bytes a second passes %i of them in a turn', (bytesPerSecond, step) => {
    expect(limited(bytesPerSecond).limiter.stepBytes).toBe(step)
  })

  it.each([0, -1, 0.5, NaN])('refuses a limit of %d', bytesPerSecond => {
    expect(() => limited(bytesPerSecond)).toThrow(expect.objectContaining({code: 'bad-argument'}))
  })

  it('starts without a burst, and holds the rate', async () => {
    const end = limited(1000)
    const log: [number, string, number][] = []
    const stop = greedy(end, 'a', log)
    await pass(end.clock, 90)
    expect(log).toEqual([])
    await pass(end.clock, 9910)
    expect(sum(log)).toBe(10_000)
    stop()
    expect(end.clock.waiting).toBe(0)
  })

  it('holds the rate over any window within a fifth of a second, however it is asked', async () => {
    const asked = fc.array(fc.tuple(fc.integer({min: 1, max: 3000}), fc.integer({min: 0, max: 700})), {maxLength: 60})
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 20_000}), asked, async (rate, requests) => {
        const {clock, limiter} = limited(rate)
        const passed: [atMs: number, bytes: number][] = []
        for (const [maxBytes, pauseMs] of requests) {
          void limiter.take(maxBytes).then(bytes => passed.push([clock.now(), bytes]))
          for (let ms = 0; ms < pauseMs; ms += 50) {
            clock.advance(50)
            for (let turn = 0; turn < 4; turn++) await Promise.resolve()
          }
        }
        for (let from = 0; from < passed.length; from++) {
          let bytes = 0
          for (const [atMs, more] of passed.slice(from)) {
            bytes += more
            const seconds = (atMs - passed[from]![0]) / 1000
            expect(bytes).toBeLessThanOrEqual(rate * seconds + Math.max(1, rate * 0.2) + limiter.stepBytes + 1e-6)
          }
        }
      }),
      {numRuns: 60},
    )
  })

  it('serves in turn: several that take without end get the same', async () => {
    const end = limited(60_000)
    const log: [number, string, number][] = []
    const stops = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => greedy(end, name, log))
    await pass(end.clock, 12_000)
    for (const name of 'abcdef') expect(Math.abs(sum(log, name) - 120_000)).toBeLessThanOrEqual(6000)
    for (const stop of stops) stop()
    expect(end.clock.waiting).toBe(0)
  })

  it('lets the first pass first, even when a later one asks for less', async () => {
    const {clock, limiter} = limited(1000)
    const order: string[] = []
    void limiter.take(100).then(() => order.push('much'))
    void limiter.take(1).then(() => order.push('little'))
    await pass(clock, 50)
    expect(order).toEqual([])
    await pass(clock, 60)
    expect(order).toEqual(['much', 'little'])
  })

  it('lets all go that wait when it is lifted', async () => {
    const {clock, limiter} = limited(10)
    const all = Promise.all([limiter.take(1_000_000), limiter.take(5)])
    limiter.limit(undefined)
    expect(await all).toEqual([1_000_000, 5])
    expect(clock.waiting).toBe(0)
  })

  it('holds those who wait already to a new limit, higher or lower', async () => {
    const {clock, limiter} = limited(1)
    const raised = limiter.take(10_000)
    limiter.limit(100_000)
    await pass(clock, 100)
    expect(await raised).toBe(10_000)
    const lowered = limiter.take(10_000)
    limiter.limit(100)
    await pass(clock, 100)
    expect(await lowered).toBe(10)
    expect(clock.waiting).toBe(0)
  })

  it('tells of each change, and not when nothing changed', () => {
    const {limiter} = limited(1)
    const heard: number[] = []
    const stop = limiter.onChange(() => heard.push(limiter.bytesPerSecond))
    for (const rate of [1, 5, 5, undefined, undefined]) limiter.limit(rate)
    stop()
    limiter.limit(7)
    expect(heard).toEqual([5, Infinity])
  })

  it('lets go at once of who gives up: it uses nothing, and the next one comes up', async () => {
    const {clock, limiter} = limited(1000)
    const controller = new AbortController()
    const first = limiter.take(100, controller.signal)
    const second = limiter.take(20)
    controller.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    clock.advance(20)
    expect(await second).toBe(20)
    expect(clock.waiting).toBe(0)
    await expect(limiter.take(1, controller.signal)).rejects.toThrow('enough')
    expect(clock.waiting).toBe(0)
  })
})
