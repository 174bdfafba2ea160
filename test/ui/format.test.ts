import {describe, expect, it} from 'vitest'
import {
  formatDigest,
  formatDuration,
  formatEta,
  formatPart,
  formatRate,
  formatSize,
  formatTime,
} from '../../src/ui/format.js'

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

describe('the other figures', () => {
  it('shows a part in the unit of the whole', () => {
    expect(formatPart(2_600_000_000, 4_200_000_000)).toBe('2.6/4.2 GB')
    expect(formatPart(0, 0)).toBe('0/0 B')
    expect(formatPart(1500, null)).toBe('1.5 kB')
  })

  it('shows rates a second', () => {
    expect(formatRate(98_300_000)).toBe('98.3 MB/s')
  })

  it('shows how long something took, coarser as it grows', () => {
    expect([0, 120, 9940, 9960, 59_400, 185_000, 7_800_000].map(formatDuration)).toEqual([
      ...['0.0 s', '0.1 s', '9.9 s', '10 s', '59 s', '3 min 5 s', '2 h 10 min'],
    ])
  })

  it('shows what is left as a clock, rounded up', () => {
    expect([1, 15_500, 61_000, 3_723_000].map(formatEta)).toEqual(['0:01', '0:16', '1:01', '1:02:03'])
  })

  it('shows the local time of day in two digits each', () => {
    expect(formatTime(new Date(2024, 0, 1, 9, 5))).toBe('09:05')
    expect(formatTime(new Date(2024, 0, 1, 14, 2))).toBe('14:02')
  })

  it('shows the ends of a digest', () => {
    expect(formatDigest('9f2c' + '0'.repeat(58) + 'e1')).toBe('9f2c...e1')
    expect(formatDigest('short')).toBe('short')
  })
})
