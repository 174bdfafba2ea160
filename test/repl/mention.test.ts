import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {highlightMentions, isMentioned} from '../../src/repl/mention.js'

describe('a mention', () => {
  it.each(['ana', 'Ana: hi', 'hello @ana!', 'thanks, ANA.', 'ana?', '(ana)', 'an ana-', "ana's", 'so:ana'])(
    'is a whole word in any case: %s',
    text => {
      expect(isMentioned('ana', text)).toBe(text !== 'an ana-')
    },
  )

  it.each(['banana', 'ana2', 'ana-2', 'anaïs', 'ana_b', 'an a', '', 'añana'])(
    'is no part of another word: %s',
    text => {
      expect(isMentioned('ana', text)).toBe(false)
    },
  )

  it('is found whatever signs the nick has', () => {
    expect(isMentioned('a.b', 'axb')).toBe(false)
    expect(isMentioned('a.b-c_', 'so a.b-c_ it is')).toBe(true)
    expect(isMentioned('小明', '谢谢 小明！')).toBe(true)
  })

  it('is marked, and the rest stays as it is', () => {
    expect(highlightMentions('Ana, banana ana', 'ana', word => `<${word}>`)).toBe('<Ana>, banana <ana>')
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), fc.string({unit: 'grapheme', minLength: 1}), (text, nick) => {
        expect(highlightMentions(text, nick, word => word)).toBe(text)
      }),
    )
  })
})
