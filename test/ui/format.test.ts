import {describe, expect, it} from 'vitest'
import {formatDigest, formatDuration, formatEta, formatRate, formatTime} from '../../src/ui/format.js'

describe('figures for people', () => {
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
