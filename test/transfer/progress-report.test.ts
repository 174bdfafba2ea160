import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ProgressReport, type Moved} from '../../src/transfer/progress-report.js'
import {RateMeter} from '../../src/transfer/rate-meter.js'
import {FakeClock} from '../helpers/fake-clock.js'

describe('ProgressReport', () => {
  it('reports five times a second at most, however often bytes move', () => {
    const clock = new FakeClock()
    const reports: Moved[] = []
    let bytes = 0
    const report = new ProgressReport(
      () => clock.now(),
      () => bytes,
      moved => reports.push(moved),
    )
    for (bytes = 1000; bytes <= 1_000_000; bytes += 1000) {
      clock.advance(1)
      report.update()
    }
    expect(reports).toHaveLength(5)
    expect(reports.at(-1)).toEqual({bytes: 1_000_000, rate: 1_000_000})
  })

  it('is asked at any time: the rate falls while nothing moves', () => {
    const clock = new FakeClock()
    const report = new ProgressReport(
      () => clock.now(),
      () => (clock.now() < 1000 ? clock.now() : 1000),
      () => undefined,
    )
    const asked = [500, 500, 1000, 10_000].map(ms => {
      clock.advance(ms)
      return report.measure()
    })
    expect(asked).toEqual([
      {bytes: 500, rate: 1000},
      {bytes: 1000, rate: 1000},
      {bytes: 1000, rate: 500},
      {bytes: 1000, rate: 0},
    ])
  })
})

describe('RateMeter', () => {
  function measure(steps: [ms: number, bytes: number][], start = 0): number[] {
    const clock = new FakeClock()
    const meter = new RateMeter(() => clock.now(), start)
    return steps.map(([ms, bytes]) => {
      clock.advance(ms)
      return meter.measure(bytes)
    })
  }

  it('is the average from the start at first, then of the last three seconds', () => {
    const steady = Array.from({length: 10}, (_, second): [number, number] => [1000, (second + 1) * 500])
    expect(measure(steady)).toEqual(Array(10).fill(500))
    const faster = measure([...steady, [1000, 6000], [1000, 7000], [1000, 8000], [1000, 9000]])
    expect(faster.at(-1)).toBe(1000)
  })

  it('forgets a fast beginning, and spans a pause', () => {
    const rates = measure([
      [1000, 10_000],
      [1000, 10_000],
      [1000, 10_000],
      [1000, 10_000],
      [1000, 10_000],
      [10_000, 10_100],
    ])
    expect(rates[0]).toBe(10_000)
    expect(rates[4]).toBe(0)
    expect(rates[5]).toBe(10)
  })

  it('counts from where it begins, whatever was there before', () => {
    const steady = fc.array(fc.tuple(fc.integer({min: 1, max: 5000}), fc.nat(1_000_000)), {minLength: 1})
    const bytesBefore = fc.nat(1_000_000_000_000)
    fc.assert(
      fc.property(steady, bytesBefore, (moves, before) => {
        let moved = 0
        const steps = moves.map(([ms, bytes]): [number, number] => [ms, (moved += bytes)])
        const further = steps.map(([ms, bytes]): [number, number] => [ms, bytes + before])
        expect(measure(further, before)).toEqual(measure(steps))
      }),
    )
  })

  it('is never below nothing when all of it comes anew', () => {
    expect(
      measure([
        [1000, 5000],
        [1000, 100],
        [1000, 600],
      ]),
    ).toEqual([5000, 0, 500])
  })

  it('forgets what was before it begins anew', () => {
    const clock = new FakeClock()
    const meter = new RateMeter(() => clock.now(), 0)
    clock.advance(1000)
    expect(meter.measure(2000)).toBe(2000)
    clock.advance(20_000)
    meter.restart(2100)
    clock.advance(200)
    expect(meter.measure(2500)).toBe(2000)
  })

  it('has no rate in no time', () => {
    expect(measure([[0, 500]])).toEqual([0])
  })
})
