import {describe, expect, it} from 'vitest'
import {ackDelayMs, AckTimer, maxUnacknowledgedBytes, type MayAcknowledge} from '../../src/session/ack-timer.js'
import {FakeClock} from '../helpers/fake-clock.js'

function start(mayAcknowledge?: MayAcknowledge) {
  const clock = new FakeClock()
  const sentAt: number[] = []
  const acknowledged: number[] = []
  const acknowledge = (sequence: number): void => {
    sentAt.push(clock.now())
    acknowledged.push(sequence)
  }
  return {clock, sentAt, acknowledged, timer: new AckTimer(clock, acknowledge, mayAcknowledge)}
}

describe('the timer of acknowledgements', () => {
  it('sends one a while after the first byte that came, for all that came until then', () => {
    const {clock, sentAt, acknowledged, timer} = start()
    timer.received(1, 10)
    clock.advance(ackDelayMs - 1)
    timer.received(2, 10)
    clock.advance(1)
    expect(sentAt).toEqual([ackDelayMs])
    expect(acknowledged).toEqual([2])
    clock.advance(1000)
    expect([sentAt.length, clock.waiting]).toEqual([1, 0])
  })

  it('sends one at once when much came, and none for it later', () => {
    const {clock, sentAt, timer} = start()
    timer.received(1, maxUnacknowledgedBytes - 1)
    timer.received(2, 1)
    expect(sentAt).toEqual([0])
    clock.advance(1000)
    expect(sentAt).toEqual([0])
  })

  it('sends one when it is told to, if anything came', () => {
    const {clock, sentAt, timer} = start()
    timer.flush()
    expect(sentAt).toEqual([])
    timer.received(1, 1)
    timer.flush()
    timer.flush()
    expect(sentAt).toEqual([0])
    expect(clock.waiting).toBe(0)
  })

  it('sends none once it is stopped, and leaves no timer', () => {
    const {clock, sentAt, timer} = start()
    timer.received(1, 1)
    timer.stop()
    expect(clock.waiting).toBe(0)
    timer.flush()
    expect(sentAt).toEqual([])
  })

  it('sends one for what may be acknowledged, and for the rest as soon as that may be', () => {
    let releasedBytes = 0
    const {clock, acknowledged, timer} = start(laterBytes => 300 - laterBytes <= releasedBytes)
    for (const sequence of [1, 2, 3]) timer.received(sequence, 100)
    clock.advance(1000)
    expect(acknowledged).toEqual([])
    releasedBytes = 250
    clock.advance(ackDelayMs)
    expect(acknowledged).toEqual([2])
    releasedBytes = 300
    clock.advance(ackDelayMs)
    expect(acknowledged).toEqual([2, 3])
    expect(clock.waiting).toBe(0)
  })
})
