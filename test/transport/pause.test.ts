import {expect, it} from 'vitest'
import {pause} from '../../src/transport/pause.js'
import {FakeClock} from '../helpers/fake-clock.js'

it('a pause ends with its time', async () => {
  const clock = new FakeClock()
  const pausing = pause(clock, 100)
  clock.advance(100)
  await pausing
})

it('a pause that is called off ends at once, and leaves no timer', async () => {
  const clock = new FakeClock()
  const giveUp = new AbortController()
  const pausing = pause(clock, 100, giveUp.signal)
  expect(clock.waiting).toBe(1)
  giveUp.abort(new Error('enough'))
  await expect(pausing).rejects.toThrow('enough')
  expect(clock.waiting).toBe(0)
  await expect(pause(clock, 100, giveUp.signal)).rejects.toThrow('enough')
})
