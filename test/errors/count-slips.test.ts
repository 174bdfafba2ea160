import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {countSlips} from '../../src/errors/index.js'

describe('the slips from one word to another', () => {
  it('are one for a letter changed, added, left out or swapped', () => {
    for (const other of ['hexp', 'hellp', 'hep', 'hepl']) expect(countSlips('help', other)).toBe(1)
  })

  it('are as many as back, and none only between equals', () => {
    const word = fc.string({maxLength: 8})
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(countSlips(a, b)).toBe(countSlips(b, a))
        expect(countSlips(a, b) === 0).toBe(a === b)
      }),
    )
  })
})
