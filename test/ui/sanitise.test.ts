import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {sanitiseBlock, sanitiseLine} from '../../src/ui/sanitise.js'
import {attacks, naughtyStrings} from '../helpers/hostile-text.js'
import {draw} from '../helpers/terminal.js'

const ESC = '\u001b'

const hidden = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u

describe('sanitiseLine', () => {
  it.each(Object.entries(attacks))('disarms what would %s', async (_name, attack) => {
    const safe = sanitiseLine(attack)
    const screen = await draw(`first\n[${safe}]\nlast`)
    const untouched = await draw('first\n[x]\nlast')
    expect(safe).not.toMatch(hidden)
    expect(screen.rows[0]).toBe('first')
    expect(screen.rows[1]).toBe(`[${safe}]`)
    expect(screen.rows[2]).toBe('last')
    expect({...screen, rows: []}).toEqual({...untouched, rows: []})
  })

  it('disarms the Big List of Naughty Strings', async () => {
    expect(naughtyStrings.length).toBeGreaterThan(400)
    const size = {columns: 3000, rows: 3}
    const untouched = await draw('first\n\n', size)
    for (const naughty of naughtyStrings) {
      const safe = sanitiseLine(naughty)
      const screen = await draw(`first\n${safe}\n`, size)
      expect({...screen, rows: [screen.rows[0], screen.rows[2]]}, naughty).toEqual({...untouched, rows: ['first', '']})
      expect(screen.rows[1]?.trimEnd()).toBe(safe.trimEnd())
    }
  })

  it('the judge would notice: the same attacks, printed raw, touch the terminal', async () => {
    const untouched = await draw('first\n[x]\nlast')
    const raw = await Promise.all(Object.values(attacks).map(attack => draw(`first\n[${attack}]\nlast`)))
    const felt = raw.filter(
      screen => JSON.stringify({...screen, rows: []}) !== JSON.stringify({...untouched, rows: []}),
    )
    expect(felt.length).toBeGreaterThan(15)
  })

  it('leaves what people write as it is', () => {
    for (const text of [
      'plain text, with "quotes" and a \\ too',
      'Grüße, été, Ελληνικά, русский, 日本語, 한국어, ไทย, עברית',
      'e\u0301 in two code points',
      '\u1112\u1161\u11ab in three',
      'bare symbols: ← § ½ ™ © │ ■ ✓',
      '',
    ])
      expect(sanitiseLine(text)).toBe(text)
  })

  it('keeps emoji whole: families, skin tones, keycaps, flags, both presentations', () => {
    for (const text of ['👩‍👩‍👧‍👦', '👩🏽‍💻', '🏴‍☠️', '❤️', '❤︎', '1️⃣', '#️⃣', '🇫🇷', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🧑🏿‍🤝‍🧑🏻', '👁️‍🗨️'])
      expect(sanitiseLine(`a ${text} b`)).toBe(`a ${text} b`)
  })

  it('keeps joiners between letters of joining scripts', () => {
    for (const text of ['می\u200cخواهم', 'क\u094d\u200dष', 'ශ\u0dca\u200dරී', 'ന\u0d4d\u200cമ'])
      expect(sanitiseLine(text)).toBe(text)
  })

  it('shows joiners anywhere else', () => {
    expect(sanitiseLine('ad\u200dmin')).toBe('ad\\u{200d}min')
    expect(sanitiseLine('ad\u200cmin')).toBe('ad\\u{200c}min')
    expect(sanitiseLine('می\u200c\u200cخواهم')).toBe('می\\u{200c}\\u{200c}خواهم')
    expect(sanitiseLine('😀\u200d')).toBe('😀\\u{200d}')
    expect(sanitiseLine('1\u200d2')).toBe('1\\u{200d}2')
  })

  it('shows bidi controls, tags, selectors, fillers and lone surrogates', () => {
    expect(sanitiseLine('a\u202egpj.exe')).toBe('a\\u{202e}gpj.exe')
    expect(sanitiseLine('a\u2066b\u2069')).toBe('a\\u{2066}b\\u{2069}')
    expect(sanitiseLine('a\u{e0041}\u{e007f}')).toBe('a\\u{e0041}\\u{e007f}')
    expect(sanitiseLine('🏴\u{e0041}\u{e007f}')).toBe('🏴\\u{e0041}\\u{e007f}')
    expect(sanitiseLine('a\ufe0fb\u{e0100}')).toBe('a\\u{fe0f}b\\u{e0100}')
    expect(sanitiseLine('7\ufe0f')).toBe('7\\u{fe0f}')
    expect(sanitiseLine('\u3164\u115f\uffa0')).toBe('\\u{3164}\\u{115f}\\u{ffa0}')
    expect(sanitiseLine('\ud83d!\ude00')).toBe('\\u{d83d}!\\u{de00}')
    expect(sanitiseLine('\ufeff\u00ad\u180e\u2060\ufff9\uffff')).not.toMatch(hidden)
  })

  it('gives a mark at the start of a line a base of its own', async () => {
    const safe = sanitiseLine('\u0338mark')
    const screen = await draw(`bob:${safe}`)
    expect(safe).toBe('◌\u0338mark')
    expect(screen.rows[0]).toBe('bob:◌\u0338mark')
    expect(sanitiseLine('\u1161')).toBe('◌\u1161')
  })

  it('prints line breaks as ⏎, so that no line can be forged', () => {
    expect(sanitiseLine('one\ntwo\r\nbob: three\n')).toBe('one⏎two⏎bob: three⏎')
    expect(sanitiseLine('one\rtwo')).toBe('one\\u{d}two')
  })

  it('prints a tab as spaces', () => {
    expect(sanitiseLine('a\tb')).toBe('a    b')
  })

  it('lets nothing of all Unicode through that is hidden, and changes nothing else', () => {
    const shown = (codePoint: number) => {
      const character = String.fromCodePoint(codePoint)
      return hidden.test(character) ? `\\u{${codePoint.toString(16)}}` : character
    }
    const special = new Map([
      [0x09, '    '],
      [0x0a, '⏎'],
    ])
    for (let start = 0; start <= 0x10_ffff; start += 256) {
      const row = Array.from({length: 256}, (_, index) => start + index)
      const safe = sanitiseLine(row.map(codePoint => `a${String.fromCodePoint(codePoint)}`).join(''))
      const expected = row.map(codePoint => `a${special.get(codePoint) ?? shown(codePoint)}`).join('')
      if (safe !== expected) expect(safe).toBe(expected)
    }
  })

  it('leaves the terminal alone whatever the text', async () => {
    const piece = fc.oneof(
      fc.constantFrom(...Object.values(attacks)),
      fc.string({unit: 'binary', maxLength: 20}),
      fc.string({unit: 'grapheme', maxLength: 10}),
      fc.constantFrom('\u200d', '\ufe0f', '😀', '🏽', '1', '\u20e3', 'م', '\u200c', '\ud800', '\n', '\u0301'),
    )
    const size = {columns: 1500, rows: 3}
    const untouched = await draw('first\n\n', size)
    await fc.assert(
      fc.asyncProperty(fc.array(piece, {maxLength: 6}), async pieces => {
        const safe = sanitiseLine(pieces.join(''))
        const screen = await draw(`first\n${safe}\n`, size)
        expect({...screen, rows: [screen.rows[0], screen.rows[2]]}).toEqual({...untouched, rows: ['first', '']})
      }),
      {numRuns: 80},
    )
  })

  it('has nothing left to do the second time', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), text => {
        expect(sanitiseLine(sanitiseLine(text))).toBe(sanitiseLine(text))
      }),
    )
  })
})

describe('sanitiseBlock', () => {
  it('keeps line breaks and disarms each line', () => {
    expect(sanitiseBlock(`one\r\n${ESC}[2Jtwo\n\n\u0301x`)).toBe('one\n\\u{1b}[2Jtwo\n\n◌\u0301x')
  })

  it('differs from the line form in its line breaks only', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), text => {
        expect(sanitiseBlock(text).replaceAll('\n', '⏎')).toBe(sanitiseLine(text))
      }),
    )
  })
})
