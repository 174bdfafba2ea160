import {describe, expect, it} from 'vitest'
import {formatPart, formatSize, formatUnequal} from '../../src/errors/format-size.js'

describe('formatSize', () => {
  it('uses SI units with one decimal, and whole bytes', () => {
    expect([0, 1, 812, 999, 1000, 4_200_000, 4_200_000_000].map(formatSize)).toEqual([
      ...['0 B', '1 B', '812 B', '999 B', '1.0 kB', '4.2 MB', '4.2 GB'],
    ])
  })

  it('goes to the next unit when rounding reaches it', () => {
    expect(formatSize(999_949)).toBe('999.9 kB')
    expect(formatSize(999_950)).toBe('1.0 MB')
    expect(formatSize(999.6)).toBe('1.0 kB')
  })

  it('has a unit for the largest file there can be', () => {
    expect(formatSize(Number.MAX_SAFE_INTEGER)).toBe('9.0 PB')
  })
})

describe('formatUnequal', () => {
  it('tells two sizes apart', () => {
    expect(formatUnequal(2_000_000, 1_000_000)).toEqual(['2.0 MB', '1.0 MB'])
    expect(formatUnequal(1_040_000, 1_000_000)).toEqual(['1040000 B', '1000000 B'])
  })
})

describe('formatPart', () => {
  it('shows a part in the unit of the whole', () => {
    expect(formatPart(2_600_000_000, 4_200_000_000)).toBe('2.6/4.2 GB')
    expect(formatPart(0, 0)).toBe('0/0 B')
    expect(formatPart(1500, null)).toBe('1.5 kB')
  })
})
