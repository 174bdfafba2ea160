import stringWidth from 'string-width'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {maxNickBytes} from '../../src/protocol/messages.js'
import {checkNick, freeNick, isNick, maxNickColumns, nickKey} from '../../src/protocol/nick.js'

/** One column wide, and 129 bytes. */
const stacked = `a${'\u0301'.repeat(64)}`

describe('a nick', () => {
  it.each([
    ['a'],
    ['ana'],
    ['Ana-2'],
    ['x_y.z'],
    ['42'],
    ['-'],
    ['.'],
    ['Łucja'],
    ['Анна'],
    ['安娜'],
    ['عَرَبِيّ'],
    ['อานนท์'],
    ['e\u0301va'],
    ['allan'],
    ['a'.repeat(32)],
    ['安'.repeat(16)],
  ])('can be %s', nick => {
    expect(isNick(nick)).toBe(true)
    expect(checkNick(nick)).toBe(nick)
  })

  it.each([
    ['nothing', ''],
    ['more than 32 columns', 'a'.repeat(33)],
    ['more than 32 columns of wide letters', '安'.repeat(17)],
    ['a mark on nothing', '\u0301'],
    ['more bytes than the wire carries', stacked],
    ['a space', 'an a'],
    ['a space at its end', 'ana '],
    ['a slash', 'a/b'],
    ['a colon', 'ana:'],
    ['an at', '@ana'],
    ['an emoji', 'ana😀'],
    ['a line break', 'ana\n'],
    ['an escape', 'ana\u001b[31m'],
    ['a right-to-left override', 'ana\u202e'],
    ['a zero-width space', 'a\u200bna'],
    ['a lone surrogate', 'ana\ud800'],
    ['the word for everyone', 'all'],
    ['the word for everyone in capitals', 'ALL'],
    ['the word for everyone in other letters of the same look', 'ａｌｌ'],
  ])('cannot be %s', (_, nick) => {
    expect(isNick(nick)).toBe(false)
    expect(() => checkNick(nick)).toThrow(expect.objectContaining({code: 'bad-nick', exitCode: 2}))
  })

  it('is the same as another of other case, width or composition', () => {
    expect(new Set(['Éva', 'éva', 'e\u0301VA', 'ｅ\u0301ｖａ'].map(nickKey)).size).toBe(1)
    expect(nickKey('ana')).not.toBe(nickKey('anna'))
  })
})

describe('a free nick', () => {
  const taken = (...nicks: string[]) => {
    const keys = new Set(nicks.map(nickKey))
    return (nick: string): boolean => keys.has(nickKey(nick))
  }

  it.each([
    ['ana', [], 'ana'],
    ['ana', ['bob'], 'ana'],
    ['ana', ['ana'], 'ana-2'],
    ['ana', ['ANA', 'ana-2', 'ana-4'], 'ana-3'],
    ['a'.repeat(32), ['a'.repeat(32)], `${'a'.repeat(30)}-2`],
    ['安'.repeat(16), ['安'.repeat(16)], `${'安'.repeat(15)}-2`],
  ])('for %s, while %j are taken, is %s', (wanted, nicks, free) => {
    expect(freeNick(wanted, taken(...nicks))).toBe(free)
  })

  it('is a nick that nobody has, whatever is wanted and however many have it', () => {
    const letter = fc.constantFrom('a', 'B', '7', '安', 'e\u0301', '𐌰', '-', 'ไ', 'a\u0301\u0302\u0303')
    const nick = fc.string({unit: letter, minLength: 1, maxLength: 32}).filter(isNick)
    fc.assert(
      fc.property(nick, fc.integer({min: 1, max: 12}), (wanted, count) => {
        const nicks: string[] = []
        for (let number = 0; number < count; number++) nicks.push(freeNick(wanted, taken(...nicks)))
        expect(new Set(nicks.map(nickKey)).size).toBe(count)
        for (const each of nicks) {
          expect(isNick(each)).toBe(true)
          expect(stringWidth(each)).toBeLessThanOrEqual(maxNickColumns)
          expect(Buffer.byteLength(each)).toBeLessThanOrEqual(maxNickBytes)
        }
      }),
    )
  })

  it('fits the wire even when the wanted one just did', () => {
    const wanted = `ab${'\u0301'.repeat(63)}`
    expect(isNick(wanted)).toBe(true)
    const free = freeNick(wanted, taken(wanted))
    expect(isNick(free)).toBe(true)
    expect(free).toBe('a-2')
  })
})
