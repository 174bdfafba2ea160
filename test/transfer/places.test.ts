import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Places} from '../../src/transfer/places.js'
import {eventLoopTurns} from '../helpers/until.js'

/** Asks for a number of places at once; the returned list holds who has one so far. */
function ask(places: Places, count: number): number[] {
  const seated: number[] = []
  for (let index = 0; index < count; index++) void places.take().then(() => seated.push(index))
  return seated
}

describe('Places', () => {
  it('are given out at once as long as there are any', async () => {
    const seated = ask(new Places(3), 5)
    await eventLoopTurns(1)
    expect(seated).toEqual([0, 1, 2])
  })

  it('wake exactly one waiter for each that comes free, the one that has waited longest', async () => {
    const places = new Places(1)
    const seated = ask(places, 4)
    for (const expected of [[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]]) {
      await eventLoopTurns(1)
      expect(seated).toEqual(expected)
      places.leave()
    }
  })

  it('are there again when nobody waited for them', async () => {
    const places = new Places(1)
    await places.take()
    places.leave()
    const seated = ask(places, 2)
    await eventLoopTurns(1)
    expect(seated).toEqual([0])
  })

  it('are never more than their number and go in order, whatever comes between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 4}), fc.array(fc.boolean()), async (count, steps) => {
        const places = new Places(count)
        const seated: number[] = []
        let [asked, left] = [0, 0]
        for (const asks of steps) {
          if (asks) {
            const index = asked++
            void places.take().then(() => seated.push(index))
          } else if (left < seated.length) {
            left++
            places.leave()
          }
          for (let turn = 0; turn < 3; turn++) await Promise.resolve()
          expect(seated).toEqual(Array.from({length: Math.min(asked, left + count)}, (_, index) => index))
        }
      }),
    )
  })
})
