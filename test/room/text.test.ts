import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {checkText, isBlank} from '../../src/room/text.js'

describe('a text', () => {
  it.each(['', ' ', '\t', '\r\n', '\u00a0', '\u3000\u2003', '\ufeff'])(
    'of nothing but blanks, %j, cannot be sent',
    text => {
      expect(isBlank(text)).toBe(true)
      expect(() => checkText(text)).toThrow(expect.objectContaining({code: 'empty-message', exitCode: 2}))
    },
  )

  it('is sent as it is, blanks around it and all', () => {
    expect(checkText('  two\n\n lines \t')).toBe('  two\n\n lines \t')
  })

  it.each([
    ['ASCII', 'a'.repeat(65_536)],
    ['two bytes a letter', 'é'.repeat(32_768)],
    ['emoji', '😀'.repeat(16_384)],
  ])('of 65,536 bytes can be sent, and one byte more cannot: %s', (_, text) => {
    expect(checkText(text)).toBe(text)
    expect(() => checkText(`${text}.`)).toThrow(expect.objectContaining({code: 'message-too-long', exitCode: 2}))
  })

  it('is made well-formed', () => {
    expect(checkText('a\ud800b')).toBe('a\ufffdb')
  })

  it('is counted as it is sent: a lone surrogate becomes three bytes', () => {
    expect(() => checkText('\ud800'.repeat(21_846))).toThrow(expect.objectContaining({code: 'message-too-long'}))
    expect(checkText('\ud800'.repeat(21_845))).toHaveLength(21_845)
  })

  it('is always something that the wire takes, or refused', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 200}), text => {
        if (isBlank(text)) return
        const sent = checkText(text)
        expect(Buffer.from(sent).toString()).toBe(sent)
      }),
    )
  })
})
