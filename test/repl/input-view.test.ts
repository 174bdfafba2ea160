import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {typedLineBreak, viewOfInput} from '../../src/repl/input-view.js'
import {columnsOf} from '../../src/ui/width.js'

describe('the view of the line that is being typed', () => {
  it('is the whole line while it fits', () => {
    expect(viewOfInput('hello', 2, 10)).toEqual({before: 'he', after: 'llo'})
    expect(viewOfInput('', 0, 10)).toEqual({before: '', after: ''})
  })

  it('leaves a column for the cursor at the end', () => {
    expect(viewOfInput('0123456789', 10, 10)).toEqual({before: '123456789', after: ''})
  })

  it('shows what is around the cursor', () => {
    const alphabet = 'abcdefghijklmnopqrstuvwxyz'
    expect(viewOfInput(alphabet, 13, 9)).toEqual({before: 'ijklm', after: 'nopq'})
    expect(viewOfInput(alphabet, 0, 9)).toEqual({before: '', after: 'abcdefghi'})
  })

  it('never cuts a wide character in two', () => {
    expect(viewOfInput('你好世界', 4, 6)).toEqual({before: '世界', after: ''})
    expect(viewOfInput('a👩‍👩‍👧‍👦', 12, 4)).toEqual({before: '', after: ''})
  })

  it('shows line breaks and controls as what can be seen', () => {
    expect(viewOfInput(`a${typedLineBreak}\u001b`, 3, 20)).toEqual({before: 'a⏎\\u{1b}', after: ''})
  })

  it('fits, has room for the cursor, and is made of what is typed', () => {
    const anyLine = fc.string({unit: 'grapheme', maxLength: 200})
    fc.assert(
      fc.property(anyLine, fc.nat(), fc.integer({min: 3, max: 60}), (line, place, columns) => {
        const cursor = place % (line.length + 1)
        const {before, after} = viewOfInput(line, cursor, columns)
        expect(columnsOf(before)).toBeLessThan(columns)
        expect(columnsOf(before) + columnsOf(after)).toBeLessThanOrEqual(columns)
      }),
    )
  })
})
