import {describe, expect, it} from 'vitest'
import {barMarks, ruleMark, spinnerMarks, toAscii} from '../../src/ui/marks.js'
import {columnsOf} from '../../src/ui/width.js'

describe('a mark', () => {
  it.each([...barMarks, ruleMark, ...spinnerMarks, '…', '⏎', '◌'])('%s has one of ASCII that is as wide', mark => {
    expect(toAscii(mark)).toMatch(/^[!-~]$/)
    expect(columnsOf(mark)).toBe(1)
  })

  it('of ASCII takes no place of what people write', () => {
    expect(toAscii('naïve 你好 ñ')).toBe('naïve 你好 ñ')
  })
})
