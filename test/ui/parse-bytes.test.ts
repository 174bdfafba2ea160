import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {formatSize} from '../../src/errors/format-size.js'
import {parseBytes, parseRate} from '../../src/ui/parse-bytes.js'

describe('a size', () => {
  it.each([
    ['1', 1],
    ['4200', 4200],
    ['4200B', 4200],
    ['2k', 2000],
    ['2K', 2000],
    ['2KB', 2000],
    ['4.2 MB', 4_200_000],
    ['100M', 100_000_000],
    ['1G', 1_000_000_000],
    ['1Ki', 1024],
    ['1.5KiB', 1536],
    ['1mi', 1_048_576],
    ['2Gi', 2_147_483_648],
    [' 7 ', 7],
  ])('of %j is %i bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes)
  })

  it.each([
    '',
    '0',
    '0.4',
    '-1',
    '+1',
    '1e3',
    '.5',
    '1.',
    '1,5M',
    'M',
    '1b',
    '1Mb',
    '1MIB',
    '1T',
    '1 M B',
    '1M2',
    '9999999G',
  ])('is not %j', text => {
    expect(parseBytes(text)).toBeUndefined()
  })

  it('is read back from what is shown, to the decimal that is shown', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 1e12}), bytes => {
        const shown = formatSize(bytes)
        fc.pre(!shown.endsWith('TB'))
        expect(formatSize(parseBytes(shown) ?? 0)).toBe(shown)
      }),
    )
  })
})

describe('a rate', () => {
  it.each([
    ['2M', 2_000_000],
    ['2M/s', 2_000_000],
    ['98.3 MB/s', 98_300_000],
    ['1Mi/s', 1_048_576],
  ])('of %j is %i bytes a second', (text, rate) => {
    expect(parseRate(text)).toBe(rate)
  })

  it.each(['', '/s', '2M/h', '2M/s/s', 'off', '0'])('is not %j', text => {
    expect(parseRate(text)).toBeUndefined()
  })
})
