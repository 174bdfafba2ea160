import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {NickColors} from '../../src/ui/nick-colors.js'

describe('NickColors', () => {
  it('keeps the colour that a nick has, whoever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), {minLength: 1}), nicks => {
        const colors = new NickColors(6)
        const first = nicks.map(nick => colors.of(nick))
        expect(nicks.map(nick => colors.of(nick))).toEqual(first)
        for (const color of first) expect(color).toBeLessThan(6)
      }),
    )
  })

  it('gives no two of the first six the same', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), {maxLength: 6}), nicks => {
        const colors = new NickColors(6)
        expect(new Set(nicks.map(nick => colors.of(nick))).size).toBe(nicks.length)
      }),
    )
  })

  it('spreads nicks over all colours, alone the same one in every room', () => {
    const alone = Array.from({length: 300}, (_, index) => new NickColors(6).of(`nick-${index}`))
    const counts = [0, 1, 2, 3, 4, 5].map(color => alone.filter(own => own === color).length)
    expect(Math.min(...counts)).toBeGreaterThan(25)
  })
})
