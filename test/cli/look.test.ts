import {describe, expect, it} from 'vitest'
import {decideLook, type LookInput} from '../../src/cli/look.js'

const utf8 = {TERM: 'xterm', LANG: 'en_US.UTF-8'}
const screen: LookInput = {
  ...{isTerminal: true, mode: 'terminal', argv: [], env: utf8, platform: 'linux', hostname: 'box'},
  commandStart: 'chatctl ',
}
const look = (env: Record<string, string>, changes: Partial<LookInput> = {}) =>
  decideLook({...screen, ...changes, env: {...utf8, ...env}})

describe('colour', () => {
  it("is on for a person's screen and off elsewhere", () => {
    expect(look({}).colors).toBe(16)
    expect(look({}, {isTerminal: false}).colors).toBe(0)
    expect(look({}, {mode: 'line'}).colors).toBe(0)
    expect(look({TERM: 'dumb'}).colors).toBe(0)
  })

  it.each([
    {TERM: 'xterm-256color'},
    {TERM: 'tmux-256color'},
    {TERM: 'xterm-kitty'},
    {TERM: 'xterm', COLORTERM: 'truecolor'},
    {TERM: '', WT_SESSION: 'x'},
  ])('has 256 with %j', env => {
    expect(look(env).colors).toBe(256)
  })

  it.each(['vt220', 'linux', 'xterm', 'screen'])('has 16 on a %s', TERM => {
    expect(look({TERM}).colors).toBe(16)
  })

  it('is off with NO_COLOR, even against FORCE_COLOR, unless it is empty', () => {
    expect(look({NO_COLOR: '1'}).colors).toBe(0)
    expect(look({NO_COLOR: '1', FORCE_COLOR: '1'}).colors).toBe(0)
    expect(look({NO_COLOR: ''}).colors).toBe(16)
  })

  it.each([
    ['1', 16],
    ['2', 256],
    ['3', 256],
    ['true', 16],
    ['', 16],
    ['0', 0],
    ['false', 0],
  ])('with FORCE_COLOR=%s where it would be off has %i', (value, colors) => {
    expect(look({FORCE_COLOR: value, TERM: 'dumb'}, {isTerminal: false, mode: 'line'}).colors).toBe(colors)
  })

  it('is never on among events', () => {
    expect(look({FORCE_COLOR: '1'}, {mode: 'event'}).colors).toBe(0)
  })
})

describe('the theme', () => {
  it('is for any background, unless one is asked for', () => {
    expect(look({}).theme).toBe('auto')
    expect(look({CHATCTL_THEME: 'light'}).theme).toBe('light')
    expect(look({CHATCTL_THEME: 'light'}, {argv: ['--theme', 'mono']}).theme).toBe('mono')
    expect(look({}, {argv: ['--theme=color-blind']}).theme).toBe('color-blind')
    expect(look({CHATCTL_THEME: 'pink'}).theme).toBe('auto')
  })

  it.each([
    ['15;0', 'dark'],
    ['0;15', 'light'],
    ['0;default;15', 'light'],
    ['12;8', 'dark'],
    ['0;7', 'light'],
    ['default;default', 'auto'],
  ])('follows the background that a terminal tells of: %s', (COLORFGBG, theme) => {
    expect(look({COLORFGBG}).theme).toBe(theme)
    expect(look({COLORFGBG, CHATCTL_THEME: 'mono'}).theme).toBe('mono')
  })
})

describe('characters', () => {
  it.each([
    [{LANG: 'en_US.UTF-8'}, true],
    [{LANG: 'en_US.utf8'}, true],
    [{LANG: 'C'}, false],
    [{LANG: 'C.UTF-8'}, true],
    [{LANG: 'de_DE@euro'}, false],
    [{LANG: ''}, false],
    [{LANG: 'en_US.UTF-8', LC_ALL: 'C'}, false],
    [{LANG: 'C', LC_CTYPE: 'de_DE.UTF-8'}, true],
    [{LC_CTYPE: 'C', LC_ALL: 'de_DE.UTF-8'}, true],
    [{TERM: 'linux'}, false],
  ])('with %j are more than ASCII: %j', (env, isUnicode) => {
    expect(look(env).isUnicode).toBe(isUnicode)
  })

  it('are UTF-8 for whoever reads a pipe', () => {
    expect(look({LANG: 'C'}, {isTerminal: false}).isUnicode).toBe(true)
  })

  it('depend on the console of Windows, which names no locale', () => {
    expect(look({LANG: ''}, {platform: 'win32'}).isUnicode).toBe(false)
    expect(look({LANG: '', WT_SESSION: 'x'}, {platform: 'win32'}).isUnicode).toBe(true)
    expect(look({LANG: '', TERM_PROGRAM: 'vscode'}, {platform: 'win32'}).isUnicode).toBe(true)
  })

  it('are more than ASCII on macOS, where ssh names no locale', () => {
    expect(look({LANG: ''}, {platform: 'darwin'}).isUnicode).toBe(true)
  })
})

describe('links', () => {
  it.each([
    {TERM_PROGRAM: 'iTerm.app'},
    {TERM_PROGRAM: 'WezTerm'},
    {TERM_PROGRAM: 'vscode'},
    {VTE_VERSION: '7600'},
    {WT_SESSION: 'x'},
    {TERM: 'xterm-kitty'},
    {KONSOLE_VERSION: '230400'},
  ])('are known with %j, but not through tmux, screen or ssh, or where nobody looks', env => {
    expect(look(env).links).toEqual({hostname: 'box'})
    for (const between of [{TMUX: 'x'}, {STY: 'x'}, {SSH_CONNECTION: 'x'}])
      expect(look({...env, ...between}).links).toBeUndefined()
    expect(look(env, {mode: 'line'}).links).toBeUndefined()
    expect(look(env, {isTerminal: false}).links).toBeUndefined()
  })

  it.each([{}, {TERM: 'xterm-256color'}, {VTE_VERSION: '4800'}, {TERM_PROGRAM: 'Apple_Terminal'}, {TERM: 'linux'}])(
    'are not known with %j',
    env => {
      expect(look(env).links).toBeUndefined()
    },
  )
})

describe('the clipboard', () => {
  it.each([{TERM: 'xterm-kitty'}, {WT_SESSION: 'x'}, {TERM: 'alacritty', SSH_CONNECTION: 'x'}])(
    'is known to be reached with %j',
    env => {
      expect(look(env).hasClipboard).toBe(true)
      expect(look({...env, TMUX: 'x'}).hasClipboard).toBe(false)
    },
  )

  it('is not known to be reached elsewhere', () => {
    expect(look({VTE_VERSION: '7600'}).hasClipboard).toBe(false)
    expect(look({TERM_PROGRAM: 'Apple_Terminal'}).hasClipboard).toBe(false)
  })
})
