import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {splitWords, typeWord, wordAt} from '../../src/repl/words.js'

describe('words', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['a  b', ['a', 'b']],
    ['"my report.pdf" b', ['my report.pdf', 'b']],
    [`'it is' "it's"`, ['it is', `it's`]],
    [String.raw`/home/ana/my\ report\ \(1\).pdf`, ['/home/ana/my report (1).pdf']],
    [String.raw`C:\Users\ana\a.txt`, [String.raw`C:\Users\ana\a.txt`]],
    [String.raw`"C:\my files\"`, [String.raw`C:\my files` + '\\']],
    ['pre"mid dle"post', ['premid dlepost']],
    ['""', ['']],
    ['数据 😀', ['数据', '😀']],
  ])('of %j are %j', (text, words) => {
    expect(splitWords(text)).toEqual(words)
  })

  it('are none when a quote is left open', () => {
    expect(splitWords(`it's`)).toBeUndefined()
    expect(splitWords('a "b')).toBeUndefined()
  })

  it("come back whole from a shell's quoting", () => {
    const quoted = (word: string) => `'${word.replaceAll("'", `'"'"'`)}'`
    fc.assert(
      fc.property(fc.array(fc.string({unit: 'grapheme'})), words => {
        expect(splitWords(words.map(quoted).join(' '))).toEqual(words)
      }),
    )
  })

  it('say where they stand, and whether a quote is open', () => {
    expect(wordAt('ab  "c d', 2)).toEqual({start: 4, end: 8, meaning: 'c d', isQuoted: true, openQuote: '"'})
    expect(wordAt('ab  ', 2)).toBeUndefined()
    expect(wordAt("x'y z'", 0)).toMatchObject({meaning: 'xy z', isQuoted: false, openQuote: undefined})
  })

  it('are typed so that they read as themselves', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), word => {
        expect(splitWords(typeWord(word))).toEqual([word])
      }),
    )
  })

  it('are split in linear time', () => {
    expect(splitWords('\\('.repeat(100_000) + '"')).toBeUndefined()
  })
})
