import {expect, it} from 'vitest'
import {comebackLimits, Comebacks} from '../../src/transfer/comebacks.js'
import {FakeClock} from '../helpers/fake-clock.js'

it('lets a transfer go on often at once, and then once a minute', () => {
  const clock = new FakeClock()
  const comebacks = new Comebacks(clock)
  const take = (): void => comebacks.take()
  for (let count = 0; count < comebackLimits.atOnce; count++) take()
  expect(take).toThrow('again and again')
  clock.advance(comebackLimits.intervalMs)
  take()
  expect(take).toThrow(expect.objectContaining({code: 'peer-failed'}))
})
