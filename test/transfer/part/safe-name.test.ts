import {join, posix, win32} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {toSafeName} from '../../../src/transfer/part/safe-name.js'

const platforms = ['linux', 'darwin', 'win32'] as const
const refusal = expect.objectContaining({code: 'unsafe-name', exitCode: 6})
const nameOn = (platform: NodeJS.Platform, name: string, prefix = '') => toSafeName(name, {prefix, platform}).name

const traversals = [
  ...['..', '.', '', '../x', '../../etc/passwd', '/etc/passwd', 'a/../../b', 'a/', '/', './x', '~/../x'],
  ...['..\\x', '..\\..\\Windows\\win.ini', 'C:\\x', '\\\\server\\share\\x', '\\\\?\\C:\\x', 'a\\b', '\\', '..\\/x'],
  ...[
    '....//x',
    '..././x',
    'x/..',
    '%2e%2e/x',
    'a\u0000/../b',
    '\u0000',
    'x\u0000.txt',
    '/dev/null',
    'file:///etc/passwd',
  ],
]

const deceptions = [
  ...['a\nb', 'a\rb', '\u001b[2J', 'a\u007f', 'a\u0085b', '\u009b31m', 'a\u2028b', 'a\u2029b', 'a\tb', '\u0008x'],
  ...[
    'a\u202egpj.exe',
    '\u202ax',
    'a\u2066b\u2069',
    'a\u200eb',
    'a\u200fb',
    'a\u061cb',
    'a\u202c',
    '\ud800',
    'a\udc00b',
  ],
]

describe('toSafeName', () => {
  it.each(traversals)('refuses what leads to another place: %j', name => {
    for (const platform of platforms)
      for (const prefix of ['', 'new_']) expect(() => nameOn(platform, name, prefix)).toThrow(refusal)
  })

  it.each(deceptions)('refuses what deceives whoever reads it: %j', name => {
    for (const platform of platforms) expect(() => nameOn(platform, name)).toThrow(refusal)
  })

  it('says why without repeating the name', () => {
    expect(() => nameOn('linux', '\u001b[2J')).toThrow(/control/)
    expect(() => nameOn('linux', '\u001b[2J')).not.toThrow(/\[2J/)
  })

  it('keeps names of any script as they were sent, never normalised', () => {
    const names = [
      'report.pdf',
      'résumé.txt',
      're\u0301sume\u0301.txt',
      '日本語 (最終).tar.gz',
      'עברית.doc',
      '👩‍👩‍👧.png',
      ' a ',
      '~',
      '-rf',
    ]
    for (const name of names) {
      expect(toSafeName(name, {prefix: '', platform: 'linux'})).toEqual({name, isAltered: false})
      expect(toSafeName(name, {prefix: 'new_', platform: 'linux'})).toEqual({name: `new_${name}`, isAltered: false})
    }
  })

  it('lets nothing arrive hidden', () => {
    expect(toSafeName('.bashrc', {prefix: '', platform: 'linux'})).toEqual({name: '_.bashrc', isAltered: true})
    expect(nameOn('linux', '.bashrc', 'new_')).toBe('new_.bashrc')
    expect(nameOn('linux', '...')).toBe('_...')
  })

  it('takes no prefix that leads elsewhere', () => {
    for (const prefix of ['../', '/tmp/', 'a\\', '\u001b']) expect(() => nameOn('linux', 'x', prefix)).toThrow(refusal)
    expect(() => nameOn('linux', '.', '.')).toThrow(refusal)
  })

  it('leaves a name of full length room for a number, before its extension', () => {
    const {name, isAltered} = toSafeName(`${'a'.repeat(248)}.tar.gz`, {prefix: 'new_', platform: 'linux'})
    expect(name).toMatch(/^new_a+\.tar\.gz$/)
    expect(Buffer.byteLength(name)).toBe(248)
    expect(isAltered).toBe(true)
    expect(Buffer.byteLength(nameOn('linux', `${'語'.repeat(251)}.txt`))).toBeLessThanOrEqual(248)
    expect(nameOn('linux', `${'語'.repeat(251)}.txt`)).toMatch(/^語+\.txt$/)
  })

  it('refuses a name that no file system holds', () => {
    expect(() => nameOn('linux', 'a'.repeat(256))).toThrow(refusal)
  })

  it.each([
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['Aux.tar.gz', '_Aux.tar.gz'],
    ['NUL .txt', '_NUL .txt'],
    ['prn', '_prn'],
    ['COM1', '_COM1'],
    ['com9.log', '_com9.log'],
    ['LPT¹', '_LPT¹'],
    ['COM0', '_COM0'],
    ['CONIN$', '_CONIN$'],
    ['conout$.x', '_conout$.x'],
    ['a:b', 'a_b'],
    ['a.txt::$DATA', 'a.txt__$DATA'],
    ['what?<>"|*', 'what______'],
    ['evil.exe.', 'evil.exe_'],
    ['evil.exe. .', 'evil.exe___'],
    ['trailing ', 'trailing_'],
    ['NUL.', '_NUL_'],
    ['nul:', 'nul_'],
  ])('maps what Windows cannot hold, and says so: %j becomes %j', (sent, name) => {
    expect(toSafeName(sent, {prefix: '', platform: 'win32'})).toEqual({name, isAltered: true})
    expect(toSafeName(sent, {prefix: '', platform: 'linux'})).toEqual({name: sent, isAltered: false})
  })

  it('leaves on Windows what only looks like a device', () => {
    for (const name of ['CONSOLE', 'com10', 'COM.', 'lpt', 'auxiliary.txt', 'null'].filter(name => !name.endsWith('.')))
      expect(toSafeName(name, {prefix: '', platform: 'win32'})).toEqual({name, isAltered: false})
    expect(nameOn('win32', 'CON', 'new_')).toBe('new_CON')
  })

  it('leads into the directory and nowhere else, whatever all Unicode holds', () => {
    const dangerous = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      ':',
      '\u0000',
      '\u202e',
      'CON',
      ' ',
      '~',
      '\ud800',
      'é',
      '😀',
    )
    const names = fc.oneof(fc.string({unit: 'binary'}), fc.string({unit: dangerous}), fc.string({unit: 'grapheme'}))
    fc.assert(
      fc.property(names, fc.constantFrom('', 'new_'), fc.constantFrom(...platforms), (sent, prefix, platform) => {
        const name = attempt(() => toSafeName(sent, {prefix, platform}).name)
        if (name === undefined) return
        const path = platform === 'win32' ? win32 : posix
        const whole = path.join('out', name)
        expect([path.basename(whole), path.dirname(whole)]).toEqual([name, 'out'])
        expect(name).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}/\\]|^\.{0,2}$/u)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(248)
        if (platform === 'win32') expect(name).not.toMatch(/[<>:"|?*]|[. ]$|^(con|nul|aux|prn|com\d|lpt\d) *(\.|$)/i)
      }),
      {numRuns: 1000},
    )
  })

  it('refuses every control, bidirectional control, separator and surrogate of all Unicode, and nothing else', () => {
    const refused = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}/\\]/u
    for (let codePoint = 0; codePoint <= 0x10_ffff; codePoint++) {
      const character = String.fromCodePoint(codePoint)
      const isKept = attempt(() => nameOn('linux', `a${character}b`)) === `a${character}b`
      if (isKept === refused.test(character)) expect.fail(`U+${codePoint.toString(16)}`)
    }
  })

  it('is by default for the system it runs on', () => {
    expect(join('/out', toSafeName('a.txt', {prefix: 'new_'}).name)).toMatch(/new_a\.txt$/)
  })
})

/** What `action` returns, or undefined when it refuses a name. */
function attempt(action: () => string): string | undefined {
  try {
    return action()
  } catch (error) {
    expect(error).toEqual(refusal)
    return undefined
  }
}
