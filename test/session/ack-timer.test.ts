import {describe, expect, it} from 'vitest'
import {ackDelayMs, AckTimer, maxUnacknowledgedBytes} from '../../src/session/ack-timer.js'
import {FakeClock} from '../helpers/fake-clock.js'

function start() {
  const clock = new FakeClock()
  const sentAt: number[] = []
  return {clock, sentAt, timer: new AckTimer(clock, () => sentAt.push(clock.now()))}
}

describe('the timer of acknowledgements', () => {
  it('sends one a while after the first byte that came, for all that came until then', () => {
    const {clock, sentAt, timer} = start()
    timer.received(10)
    clock.advance(ackDelayMs - 1)
    timer.received(10)
    clock.advance(1)
    expect(sentAt).toEqual([ackDelayMs])
    clock.advance(1000)
    expect([sentAt.length, clock.waiting]).toEqual([1, 0])
  })

  it('sends one at once when much came, and none for it later', () => {
    const {clock, sentAt, timer} = start()
    timer.received(maxUnacknowledgedBytes - 1)
    timer.received(1)
    expect(sentAt).toEqual([0])
    clock.advance(1000)
    expect(sentAt).toEqual([0])
  })

  it('sends one when it is told to, if anything came', () => {
    const {clock, sentAt, timer} = start()
    timer.flush()
    expect(sentAt).toEqual([])
    timer.received(1)
    timer.flush()
    timer.flush()
    expect(sentAt).toEqual([0])
    expect(clock.waiting).toBe(0)
  })

  it('sends none once it is stopped, and leaves no timer', () => {
    const {clock, sentAt, timer} = start()
    timer.received(1)
    timer.stop()
    expect(clock.waiting).toBe(0)
    timer.flush()
    expect(sentAt).toEqual([])
  })
})
