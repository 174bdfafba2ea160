import {expect, it} from 'vitest'
import {systemClock} from '../../src/transport/clock.js'
import {eventLoopTurns} from '../helpers/until.js'

it('a delay longer than a timer of Node holds does not end at once', async () => {
  let isOver = false
  const callOff = systemClock.setTimeout(() => (isOver = true), 2 ** 31)
  const soon = new Promise<void>(resolve => systemClock.setTimeout(resolve, 5))
  await soon
  await eventLoopTurns(2)
  callOff()
  expect(isOver).toBe(false)
})
