import {describe, expect, it} from 'vitest'
import {StallWatch, stallMs} from '../../src/transfer/stall-watch.js'
import {FakeClock} from '../helpers/fake-clock.js'

function watch() {
  const clock = new FakeClock()
  const state = {moved: 0, isDue: true, stalls: 0}
  const made = new StallWatch(clock, {
    moved: () => state.moved,
    isDue: () => state.isDue,
    stalled: () => state.stalls++,
  })
  return {clock, state, watch: made}
}

describe('StallWatch', () => {
  it('tells once when a peer whose turn it is has moved nothing for a minute', () => {
    const {clock, state} = watch()
    clock.advance(stallMs - 1)
    expect(state.stalls).toBe(0)
    clock.advance(1)
    expect([state.stalls, clock.waiting]).toEqual([1, 0])
  })

  it('is content with a byte now and then', () => {
    const {clock, state} = watch()
    for (let minute = 0; minute < 20; minute++) {
      clock.advance(stallMs - 5000)
      state.moved++
    }
    expect(state.stalls).toBe(0)
    clock.advance(stallMs + 5000)
    expect(state.stalls).toBe(1)
  })

  it('holds nothing against a peer while it is not its turn', () => {
    const {clock, state} = watch()
    state.isDue = false
    clock.advance(100 * stallMs)
    state.isDue = true
    clock.advance(stallMs - 5000)
    expect(state.stalls).toBe(0)
    clock.advance(5000)
    expect(state.stalls).toBe(1)
  })

  it('ends when it is stopped', () => {
    const {clock, state, watch: stopped} = watch()
    clock.advance(stallMs - 1)
    stopped.stop()
    clock.advance(stallMs)
    expect([state.stalls, clock.waiting]).toEqual([0, 0])
  })
})
