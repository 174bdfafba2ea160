import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {splitWords} from '../../src/repl/words.js'

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

  it('are split in linear time', () => {
    expect(splitWords('\\('.repeat(100_000) + '"')).toBeUndefined()
  })
})
