import {getEventListeners} from 'node:events'
import {expect, it} from 'vitest'
import {StopSwitch} from '../../src/transfer/stop-switch.js'

it('keeps nothing of what was waited for and came', async () => {
  const stopSwitch = new StopSwitch()
  for (let count = 0; count < 20; count++) await stopSwitch.until(resolve => resolve(count))
  expect(getEventListeners(stopSwitch.signal, 'abort')).toEqual([])
})
