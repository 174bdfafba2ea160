import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {columnsOf} from '../../src/ui/width.js'
import {wrapWords} from '../../src/ui/wrap.js'

describe('wrapWords', () => {
  it('breaks between words, and keeps the spaces of a line', () => {
    expect(wrapWords('one two three four', 9)).toEqual(['one two', 'three', 'four'])
    expect(wrapWords('one   two  three', 10)).toEqual(['one   two', 'three'])
    expect(wrapWords('  one two', 6)).toEqual(['  one', 'two'])
    expect(wrapWords('one  two ', Infinity)).toEqual(['one  two '])
    expect(wrapWords('', 10)).toEqual([''])
  })

  it('indents what goes on', () => {
    expect(wrapWords('14:02 one two three', 12, '      ')).toEqual(['14:02 one', '      two', '      three'])
  })

  it('counts no colours', () => {
    expect(wrapWords('\u001b[31mone\u001b[39m two three', 8)).toEqual(['\u001b[31mone\u001b[39m two', 'three'])
  })

  it('keeps a command in one piece, with what clings to it', () => {
    expect(wrapWords('Try `chatctl doctor -p 5`, or ask', 25)).toEqual(['Try', '`chatctl doctor -p 5`, or', 'ask'])
  })

  it('keeps a number with its unit', () => {
    expect(wrapWords('sent a.txt  4.2 MB in 0.1 s (61.0 MB/s)', 12)).toEqual([
      'sent a.txt',
      '4.2 MB in',
      '0.1 s',
      '(61.0 MB/s)',
    ])
    expect(wrapWords('it took 3 min 5 s', 12)).toEqual(['it took', '3 min 5 s'])
    expect(wrapWords('there are 4 songs', 12)).toEqual(['there are 4', 'songs'])
  })

  it('is as wide as the window at most, unless one word is wider, and loses nothing', () => {
    fc.assert(
      fc.property(fc.lorem({maxCount: 30}), fc.integer({min: 1, max: 60}), (text, columns) => {
        const lines = wrapWords(text, columns)
        expect(lines.join(' ')).toBe(text)
        for (const line of lines) expect(columnsOf(line) <= columns || !line.includes(' ')).toBe(true)
      }),
    )
  })

  it('leaves out no backtick of an odd number', () => {
    expect(wrapWords('a ` b ``c d', 3).join(' ')).toBe('a ` b ``c d')
  })
})
