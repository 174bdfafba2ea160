import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {looksOf} from '../../src/protocol/look.js'
import {isNick} from '../../src/protocol/nick.js'
import {Room} from '../../src/room/room.js'

const areAlike = (one: string, other: string): boolean => [...looksOf(one)].some(look => looksOf(other).has(look))

/** Of each pair, the second is what an impostor would take. */
const impostors: [nick: string, impostor: string, how: string][] = [
  ['admin', 'аdmin', 'Cyrillic а'],
  ['admin', 'ɑdmin', 'Latin alpha'],
  ['admin', 'αdmin', 'Greek alpha'],
  ['admin', 'adrnin', 'rn for m'],
  ['admin', 'ad\u034fmin', 'a combining grapheme joiner'],
  ['admin', 'ad\u3164min', 'a Hangul filler'],
  ['admin', 'adm\u0131n', 'a dotless i'],
  ['admin', 'ａｄｍｉｎ', 'full width'],
  ['admin', '𝐚𝐝𝐦𝐢𝐧', 'mathematical bold'],
  ['admin', '𝖺𝖽𝗆𝗂𝗇', 'mathematical sans-serif'],
  ['bob', 'ЬоЬ', 'Cyrillic soft signs'],
  ['bob', 'b0b', 'a zero'],
  ['bob', 'bοb', 'Greek omicron'],
  ['bob', 'bօb', 'Armenian oh'],
  ['bob', 'ᏏoᏏ', 'Cherokee'],
  ['BOB', 'ВОВ', 'Cyrillic capitals'],
  ['BOB', 'ΒΟΒ', 'Greek capitals'],
  ['Alice', 'AIice', 'a capital I for an l'],
  ['alice', 'a1ice', 'a one for an l'],
  ['alice', 'Alice', 'another case'],
  ['ALICE', 'alice', 'another case, all of it'],
  ['ALICE', 'ALlCE', 'an l for a capital I'],
  ['éva', 'e\u0301va', 'another composition'],
  ['paypal', 'раураl', 'Cyrillic, but for one letter'],
  ['scope', 'ѕсоре', 'Cyrillic alone'],
  ['jens', 'ϳenѕ', 'Greek yot'],
  ['ana-2', 'ana\u2cba2', 'a Coptic dash'],
  ['x_y', 'x\u07fay', 'an NKo low line'],
  ['lea', 'ⅼea', 'a Roman numeral'],
  ['lea', 'اea', 'Arabic alef'],
  ['口口', 'ロ口', 'Katakana ro'],
]

const honest: [string, string][] = [
  ['ana', 'anna'],
  ['ana', 'ena'],
  ['bob', 'rob'],
  ['nan', 'van'],
  ['lan', 'ian'],
  ['josé', 'jose'],
  ['müller', 'muller'],
  ['Łucja', 'Lucja'],
  ['Анна', 'Анне'],
  ['нина', 'нана'],
  ['Νίκος', 'Νίκη'],
  ['محمد', 'محمود'],
  ['דוד', 'דור'],
  ['さくら', 'さくり'],
  ['太郎', '大郎'],
  ['김민준', '김민서'],
  ['สมชาย', 'สมหญิง'],
]

describe('looksOf', () => {
  it.each(impostors)('takes %s for %s: %s', (nick, impostor) => {
    expect(isNick(nick)).toBe(true)
    expect(areAlike(nick, impostor)).toBe(true)
    expect(areAlike(impostor, nick)).toBe(true)
  })

  it.each(honest)('tells %s from %s', (one, other) => {
    expect(areAlike(one, other)).toBe(false)
  })

  it('tells any two different names of plain small letters apart, but for rn and m', () => {
    const name = fc.stringMatching(/^[a-z]{1,12}$/)
    fc.assert(
      fc.property(name, name, (one, other) => {
        const spell = (nick: string): string => nick.replaceAll('m', 'rn')
        expect(areAlike(one, other)).toBe(spell(one) === spell(other))
      }),
    )
  })

  it('finds every nick like itself, whatever its case and composition', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', minLength: 1, maxLength: 12}), nick => {
        for (const same of [nick.normalize('NFC'), nick.normalize('NFD'), nick.normalize('NFKC')])
          expect(areAlike(nick, same), same).toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.string({unit: 'grapheme-ascii'}), nick => {
        expect(areAlike(nick, nick.toUpperCase())).toBe(true)
      }),
    )
  })
})

describe('a room', () => {
  it.each(impostors)('gives nobody the look of who is here: beside %s, %s gets a number', (nick, impostor) => {
    const room = new Room()
    room.enter(nick, () => undefined)
    expect(room.enter(impostor, () => undefined).nick).toMatch(/-2$/)
    const other = room.enter('zoe', () => undefined)
    expect(room.rename(other.id, impostor)).toBe('nick-taken')
  })

  it('gives passers-by no look of who is here either', () => {
    const room = new Room()
    room.enter('bob', () => undefined)
    expect(room.pass('ЬоЬ', () => undefined).nick).toBe('ЬоЬ-2')
  })

  it('gives nobody the look of the word for everyone', () => {
    const room = new Room()
    expect(room.enter('аll', () => undefined).nick).toBe('аll-2')
    expect(room.rename(1, 'a1l')).toBe('nick-taken')
  })

  it('gives nobody a nick that the host has ever had, but to the host', () => {
    const room = new Room()
    const host = room.enter('bob', () => undefined)
    const ana = room.enter('ana', () => undefined)
    expect(room.rename(host.id, 'rob')).toBeUndefined()
    expect(room.rename(ana.id, 'b0b')).toBe('nick-taken')
    expect(room.enter('bob', () => undefined).nick).toBe('bob-2')
    expect(room.rename(host.id, 'bob')).toBeUndefined()
    expect(room.rename(ana.id, 'ann')).toBeUndefined()
    expect(room.enter('ana', () => undefined).nick).toBe('ana')
  })

  it('lets members write their own nick another way, and gives a look free when its owner has gone', () => {
    const room = new Room()
    room.enter('zoe', () => undefined)
    const bob = room.enter('bob', () => undefined)
    expect(room.rename(bob.id, 'ЬоЬ')).toBeUndefined()
    expect(room.rename(bob.id, 'B0B')).toBeUndefined()
    expect(room.enter('bob', () => undefined).nick).toBe('bob-2')
    room.leave(bob.id, 'quit')
    expect(room.enter('bob', () => undefined).nick).toBe('bob')
  })
})
