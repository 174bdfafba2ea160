import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {columnsOf, cutMiddle, padColumns} from '../../src/ui/width.js'

describe('cutMiddle', () => {
  it('leaves a name that fits', () => {
    expect(cutMiddle('report.pdf', 10)).toBe('report.pdf')
  })

  it('cuts a long name in its middle and keeps its extension', () => {
    expect(cutMiddle('quarterly-report-final.pdf', 15)).toBe('quarter…nal.pdf')
    expect(cutMiddle('quarterly.numbers', 11)).toBe('qu….numbers')
  })

  it('counts columns, not characters', () => {
    expect(cutMiddle('日本語のファイル.txt', 12)).toBe('日本語….txt')
  })

  it('never cuts an emoji or an accent in two', () => {
    expect(cutMiddle('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5)).toBe('👩‍👩‍👧‍👦…👩‍👩‍👧‍👦')
  })

  it('fits any name into any width', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), fc.nat(40), (name, columns) => {
        expect(columnsOf(cutMiddle(name, columns))).toBeLessThanOrEqual(columns)
      }),
    )
  })
})

describe('padColumns', () => {
  it('pads to columns and never cuts', () => {
    expect(padColumns('日本', 6)).toBe('日本  ')
    expect(padColumns('long', 2)).toBe('long')
  })
})
