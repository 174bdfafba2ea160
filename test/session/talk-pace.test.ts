import {describe, expect, it} from 'vitest'
import {calmBytes, forgottenBytesPerSecond, TalkPace} from '../../src/session/talk-pace.js'
import {FakeClock} from '../helpers/fake-clock.js'

describe('the pace of a speaker', () => {
  it('is calm as long as it says no more than people do', () => {
    const clock = new FakeClock()
    const pace = new TalkPace(clock)
    for (let second = 0; second < 100; second++) {
      pace.said(forgottenBytesPerSecond)
      expect(pace.isCalm).toBe(true)
      clock.advance(1000)
    }
  })

  it('is not while what was said in a flood is not forgotten', () => {
    const clock = new FakeClock()
    const pace = new TalkPace(clock)
    pace.said(calmBytes)
    expect(pace.isCalm).toBe(true)
    pace.said(forgottenBytesPerSecond)
    expect(pace.isCalm).toBe(false)
    clock.advance(999)
    expect(pace.isCalm).toBe(false)
    clock.advance(1)
    expect(pace.isCalm).toBe(true)
  })

  it('gains nothing by silence beyond that', () => {
    const clock = new FakeClock()
    const pace = new TalkPace(clock)
    clock.advance(1_000_000)
    pace.said(calmBytes + 1)
    expect(pace.isCalm).toBe(false)
  })
})
