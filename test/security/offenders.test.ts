import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Offenders} from '../../src/security/offenders.js'
import {FakeClock} from '../helpers/fake-clock.js'

const limits = {wrongCodesOfOneSource: 3, firstPenaltyMs: 60_000, offenders: 5, offenderForgottenMs: 3_600_000}

function makeOffenders() {
  const clock = new FakeClock()
  const offenders = new Offenders(clock, limits)
  const offend = (source: string, times: number): void => {
    for (let done = 0; done < times; done++) offenders.add(source)
  }
  return {clock, offenders, offend}
}

describe('an offender', () => {
  it('is forgotten an hour after its penalty is over, and not before', () => {
    const {clock, offenders, offend} = makeOffenders()
    offend('early', 3)
    offend('late', 3)
    clock.advance(60_000 + limits.offenderForgottenMs - 1)
    expect(offenders.add('early')).toEqual({wrongCodes: 4, penaltyMs: 120_000})
    clock.advance(1)
    expect(offenders.add('late')).toEqual({wrongCodes: 1, penaltyMs: 0})
  })

  it('is forgotten an hour after its last wrong code when it has earned no penalty', () => {
    const {clock, offenders, offend} = makeOffenders()
    offend('once', 2)
    clock.advance(limits.offenderForgottenMs)
    offend('other', 1)
    expect(offenders.size).toBe(1)
  })

  it('makes room for another, when there are too many, in the order in which their penalties end', () => {
    const {clock, offenders, offend} = makeOffenders()
    offend('long', 5)
    offend('middle', 4)
    offend('short', 3)
    clock.advance(1)
    offend('none', 2)
    offend('new', 1)
    offend('newer', 1)
    expect(offenders.add('none').wrongCodes).toBe(1)
    expect(['long', 'middle', 'short'].map(source => offenders.isBlocked(source))).toEqual([true, true, true])
  })

  it('keeps its place when it offends again', () => {
    const {offenders, offend} = makeOffenders()
    for (const source of ['a', 'b', 'c', 'd', 'e']) offend(source, 3)
    expect(offenders.add('c').wrongCodes).toBe(4)
    expect(['a', 'b', 'c', 'd', 'e'].every(source => offenders.isBlocked(source))).toBe(true)
  })
})

describe('offenders', () => {
  it('are no more than have a place, however many come', () => {
    const {offenders, offend} = makeOffenders()
    for (let source = 0; source < 1000; source++) offend(`2001:db8:0:${source}::/64`, 1 + (source % 4))
    expect(offenders.size).toBe(limits.offenders)
  })

  it('get rid of a penalty by others only when every place has earned a longer one', () => {
    const anyTries = fc.array(fc.integer({min: 0, max: 8}), {maxLength: 60})
    fc.assert(
      fc.property(anyTries, sources => {
        const {offenders, offend} = makeOffenders()
        offend('attacker', 3)
        const wrongCodes = new Map<string, number>()
        for (const source of sources) {
          const name = `other ${source}`
          wrongCodes.set(name, offenders.add(name).wrongCodes)
          const longer = [...wrongCodes].filter(([other, count]) => offenders.isBlocked(other) && count >= 3)
          if (!offenders.isBlocked('attacker'))
            return expect(longer.length).toBeGreaterThanOrEqual(limits.offenders - 1)
        }
      }),
    )
  })
})
