import {describe, expect, it} from 'vitest'
import {BulkMeter} from '../../src/session/bulk-meter.js'
import {WindowSizer} from '../../src/session/window-sizer.js'
import {FakeClock} from '../helpers/fake-clock.js'

/** Notes what it is told. */
class NotingSizer extends WindowSizer {
  readonly noted: string[] = []

  override measureRoundTrip(milliseconds: number): void {
    this.noted.push(`trip ${milliseconds}`)
  }

  override measureRound(byteLength: number, elapsedMs: number): void {
    this.noted.push(`${byteLength} in ${elapsedMs}`)
  }
}

function start() {
  const clock = new FakeClock()
  const sizer = new NotingSizer()
  let pings = 0
  const meter = new BulkMeter(sizer, clock, () => pings++)
  return {clock, sizer, meter, pings: () => pings}
}

describe('the bulk meter', () => {
  it('has one ping on its way while bytes come, and none when none come', () => {
    const {clock, meter, pings} = start()
    expect(pings()).toBe(0)
    meter.count(1000)
    meter.count(1000)
    expect(pings()).toBe(1)
    clock.advance(20)
    meter.pong()
    expect(pings()).toBe(2)
    clock.advance(20)
    meter.pong()
    expect(pings()).toBe(2)
    meter.count(1000)
    expect(pings()).toBe(3)
  })

  it('measures one round right behind the other, whenever in it the bytes come', () => {
    const {clock, sizer, meter} = start()
    meter.count(1000)
    for (const bytes of [2000, 3000]) {
      clock.advance(99)
      meter.count(bytes)
      clock.advance(1)
      meter.pong()
    }
    expect(sizer.noted).toEqual(['trip 100', '2000 in 100', 'trip 100', '3000 in 100'])
  })

  it('measures the bytes that come between a ping and its answer', () => {
    const {clock, sizer, meter} = start()
    meter.count(1000)
    clock.advance(20)
    meter.count(3000)
    meter.count(4000)
    expect(meter.pong()).toBe(true)
    expect(sizer.noted).toEqual(['trip 20', '7000 in 20'])
  })

  it('goes on for 20 ms at least, over as many pings as that takes', () => {
    const {clock, sizer, meter} = start()
    meter.count(1)
    for (const isLast of [false, false, true]) {
      clock.advance(7)
      meter.count(100)
      expect(meter.pong()).toBe(isLast)
      meter.count(10)
    }
    expect(sizer.noted).toEqual(['trip 7', 'trip 7', 'trip 7', '320 in 21'])
  })

  it('says nothing of a round in which nothing came', () => {
    const {clock, sizer, meter} = start()
    meter.count(1000)
    clock.advance(500)
    expect(meter.pong()).toBe(true)
    expect(sizer.noted).toEqual(['trip 500'])
  })

  it('takes no answer to what it did not ask', () => {
    const {meter, sizer} = start()
    expect(meter.pong()).toBe(false)
    expect(sizer.noted).toEqual([])
  })
})
