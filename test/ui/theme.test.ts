import {$ as kleurSwitch} from 'kleur/colors'
import {afterEach, describe, expect, it} from 'vitest'
import {createTheme} from '../../src/ui/theme.js'

describe('createTheme', () => {
  const wasEnabled = kleurSwitch.enabled
  afterEach(() => {
    kleurSwitch.enabled = wasEnabled
  })

  it('colours on a stream with colour and not on one without, side by side in one process', () => {
    const [terminal, pipe] = [createTheme(true), createTheme(false)]
    expect(terminal.bad('x')).toBe('\u001b[31mx\u001b[39m')
    expect(pipe.bad('x')).toBe('x')
    expect(terminal.bad('x')).toBe('\u001b[31mx\u001b[39m')
  })

  it.each([true, false])('neither obeys nor moves the switch of the whole process (%s)', enabled => {
    kleurSwitch.enabled = enabled
    expect(createTheme(true).strong('x')).toContain('\u001b[1m')
    expect(createTheme(false).strong('x')).toBe('x')
    expect(kleurSwitch.enabled).toBe(enabled)
  })

  it('goes on with the outer style after an inner one', () => {
    const theme = createTheme(true)
    expect(theme.bad(`a ${theme.good('b')} c`)).toBe('\u001b[31ma \u001b[32mb\u001b[39m\u001b[31m c\u001b[39m')
  })

  it('gives a member the same colour under every nick, and its neighbour another', () => {
    const {nick} = createTheme(true)
    expect(nick('ana', 3).replace('ana', '')).toBe(nick('bob', 3).replace('bob', ''))
    expect(nick('ana', 3)).not.toBe(nick('ana', 4))
    expect(createTheme(false).nick('ana', 3)).toBe('ana')
  })
})
