import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Crowd} from '../../src/security/crowd.js'
import {sourceOf} from '../../src/security/source.js'
import {arrivalStages} from '../../src/transport/arrival.js'
import {FakeArrival} from '../helpers/admission.js'

const own = '192.0.2.1'
const other = '192.0.2.2'

describe('a crowd', () => {
  it.each([
    ['silent', 'handshaking'],
    ['handshaking', 'secured'],
    ['secured', 'greeted'],
    ['greeted', 'admitted'],
  ] as const)('gives up a %s arrival before a %s one, though that is older', (stage, later) => {
    const crowd = new Crowd(2)
    const [far, near] = [new FakeArrival(own, later), new FakeArrival(own, stage)]
    crowd.add(far)
    crowd.add(near)
    expect(crowd.add(new FakeArrival(own))).toBe(near)
  })

  it('gives up the oldest of those who have come equally far', () => {
    const crowd = new Crowd(3)
    const [first] = [1, 2, 3].map(() => {
      const arrival = new FakeArrival(own, 'silent')
      crowd.add(arrival)
      return arrival
    })
    expect(crowd.add(new FakeArrival(own, 'silent'))).toBe(first)
  })

  it('gives up one of the source that has most, though somebody else has come less far', () => {
    const crowd = new Crowd(3)
    const honest = new FakeArrival(other, 'silent')
    const greedy = [1, 2].map(() => new FakeArrival(own, 'greeted'))
    for (const arrival of [honest, ...greedy]) crowd.add(arrival)
    expect(crowd.add(new FakeArrival('203.0.113.1'))).toBe(greedy[0])
  })

  it('gives up one of the source of the newcomer when that has too many', () => {
    const crowd = new Crowd(9, 1)
    const [own1, other1] = [new FakeArrival(own), new FakeArrival(other)]
    expect([crowd.add(other1), crowd.add(own1), crowd.add(new FakeArrival(own))]).toEqual([undefined, undefined, own1])
  })

  it('never holds more than its limits, never refuses a newcomer, and spares who stands alone', () => {
    const anyArrival = fc.record({source: fc.nat(4), stage: fc.constantFrom(...arrivalStages), leaves: fc.boolean()})
    fc.assert(
      fc.property(fc.array(anyArrival, {maxLength: 60}), steps => {
        const crowd = new Crowd(8, 3)
        const inside = new Set<FakeArrival>()
        const count = (source: string): number =>
          [...inside].filter(({remoteAddress}) => sourceOf(remoteAddress) === source).length
        for (const {source, stage, leaves} of steps) {
          const newcomer = new FakeArrival(`192.0.2.${source}`, stage)
          const loser = crowd.add(newcomer) as FakeArrival | undefined
          expect(loser).not.toBe(newcomer)
          if (loser) expect(count(loser.remoteAddress)).toBeGreaterThan(1)
          if (loser) inside.delete(loser)
          inside.add(newcomer)
          if (leaves) {
            crowd.remove(newcomer)
            inside.delete(newcomer)
          }
          expect(inside.size).toBeLessThanOrEqual(8)
          expect(count(newcomer.remoteAddress)).toBeLessThanOrEqual(3)
        }
      }),
    )
  })
})
