import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {encode} from 'uqr'
import {qrRows} from '../../src/ui/qr-rows.js'

const text = 'npx chatctl join -h 192.168.1.23\nlegal-zoo-abandon'
const isDark = (of: string) => encode(of, {ecc: 'L', border: 2}).data

/** Reads half blocks as a camera does: what is drawn, row by row. */
function modulesOf(rows: readonly string[]): boolean[][] {
  return rows.flatMap(row => [
    Array.from(row, mark => mark === '▀' || mark === '█'),
    Array.from(row, mark => mark === '▄' || mark === '█'),
  ])
}

describe('a QR code', () => {
  it('fits a terminal of 80 by 24', async () => {
    const rows = await qrRows(text, {isUnicode: true, isLight: false})
    expect(rows.length).toBeLessThan(20)
    expect(new Set(rows.map(row => row.length))).toEqual(new Set([rows[0]!.length]))
    expect(rows[0]!.length).toBeLessThan(40)
  })

  it.each([true, false])('has its dark and its light modules on a background that is light: %s', async isLight => {
    await fc.assert(
      fc.asyncProperty(fc.string({minLength: 1, maxLength: 100}), async of => {
        const drawn = modulesOf(await qrRows(of, {isUnicode: true, isLight}))
        const expected = isDark(of).map(row => row.map(dark => dark === isLight))
        expect(drawn.slice(0, expected.length)).toEqual(expected)
      }),
      {numRuns: 20},
    )
  })

  it('is drawn with ASCII where there is nothing else', async () => {
    const rows = await qrRows(text, {isUnicode: false, isLight: true})
    expect(rows.join('')).toMatch(/^[# ]+$/)
    expect(rows.map(row => Array.from({length: row.length / 2}, (_, at) => row[2 * at] === '#'))).toEqual(isDark(text))
  })
})
