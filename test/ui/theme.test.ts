import {$ as kleurSwitch} from 'kleur/colors'
import {afterEach, describe, expect, it} from 'vitest'
import {plainLook, type Look} from '../../src/ui/look.js'
import {createTheme} from '../../src/ui/theme.js'

const few: Look = {...plainLook, colors: 16}
const many: Look = {...plainLook, colors: 256}
const withLinks: Look = {...plainLook, links: {hostname: 'box'}}

describe('createTheme', () => {
  const wasEnabled = kleurSwitch.enabled
  afterEach(() => {
    kleurSwitch.enabled = wasEnabled
  })

  it('colours on a stream with colour and not on one without, side by side in one process', () => {
    const [terminal, pipe] = [createTheme(few), createTheme(plainLook)]
    expect(terminal.bad('x')).toBe('\u001b[31mx\u001b[39m')
    expect(pipe.bad('x')).toBe('x')
    expect(terminal.bad('x')).toBe('\u001b[31mx\u001b[39m')
  })

  it('takes the colours that are the same everywhere where there are 256', () => {
    expect(createTheme(many).bad('x')).toBe('\u001b[38;5;161mx\u001b[39m')
    expect(createTheme({...many, theme: 'light'}).bad('x')).toBe('\u001b[38;5;124mx\u001b[39m')
  })

  it.each([true, false])('neither obeys nor moves the switch of the whole process (%s)', enabled => {
    kleurSwitch.enabled = enabled
    expect(createTheme(few).strong('x')).toContain('\u001b[1m')
    expect(createTheme(plainLook).strong('x')).toBe('x')
    expect(kleurSwitch.enabled).toBe(enabled)
  })

  it('goes on with the outer style after an inner one', () => {
    const [of16, of256] = [createTheme(few), createTheme(many)]
    expect(of16.bad(`a ${of16.good('b')} c`)).toBe('\u001b[31ma \u001b[32mb\u001b[39m\u001b[31m c\u001b[39m')
    expect(of256.bad(`a ${of256.good('b')} c`)).toMatch(/^\S+161ma .+28mb\S+161m c\S+39m$/)
  })

  it('has weight and no hue in the theme mono', () => {
    const theme = createTheme({...many, theme: 'mono'})
    const all = [theme.bad('x'), theme.good('x'), theme.faint('x'), theme.command('x')]
    expect(all).toEqual(['x', 'x', 'x', 'x'])
    expect(theme.nick('ana', 'ana')).toBe(theme.strong('ana'))
    expect(theme.mention('ana')).toContain('\u001b[7m')
  })

  it('gives a nick the same colour wherever it is shown, and its neighbour another', () => {
    const [here, there] = [createTheme(many), createTheme(many)]
    expect(here.nick('* ana', 'ana').replace('* ana', '')).toBe(there.nick('ana', 'ana').replace('ana', ''))
    const people = ['ana', 'bob', 'eve', 'zoë', '小明', 'dan'].map(nick => here.nick('x', nick))
    expect(new Set(people).size).toBe(people.length)
    expect(createTheme(plainLook).nick('ana', 'ana')).toBe('ana')
  })

  it('links files only where the terminal knows links', () => {
    expect(createTheme(plainLook).file('a.txt', '/home/a.txt')).toBe('a.txt')
    expect(createTheme(withLinks).file('a.txt', '/home/a.txt')).toContain('file://box/home/a.txt')
  })

  it('leaves no mark beyond ASCII where there is only that', () => {
    const {fit} = createTheme({...plainLook, isUnicode: false})
    expect(fit('a…b⏎c ██░░ ◌')).toBe('a~b|c ##-- o')
    expect(createTheme(plainLook).fit('a…b⏎c')).toBe('a…b⏎c')
  })
})
