import {describe, expect, it} from 'vitest'
import {errorText} from '../../src/repl/error-text.js'
import {plainLook} from '../../src/ui/look.js'
import {createTheme} from '../../src/ui/theme.js'

describe('an error, as text', () => {
  const plain = createTheme(plainLook)

  it('is what happened and, under it, what to do', () => {
    const text = errorText({message: 'nobody here is called eve', suggestions: ['`/who` lists who is here.']}, plain)
    expect(text).toBe('Error: nobody here is called eve\n  `/who` lists who is here.')
  })

  it('is wrapped to the window, under its title, with no command broken', () => {
    const message = 'nobody is listening on 192.168.1.23:5000 (connection refused)'
    const suggestions = [
      'Is `chatctl host` running there, on the same port? A firewall may block it: try `chatctl doctor`.',
    ]
    expect(errorText({message, suggestions}, plain, 40)).toBe(
      [
        'Error: nobody is listening on',
        '  192.168.1.23:5000 (connection refused)',
        '  Is `chatctl host` running there, on',
        '  the same port? A firewall may block',
        '  it: try `chatctl doctor`.',
      ].join('\n'),
    )
  })

  it('names commands as they are typed here', () => {
    const theme = createTheme({...plainLook, commandStart: 'mycli chat '})
    expect(errorText({message: 'x', suggestions: ['Try `chatctl doctor`.']}, theme)).toContain(
      'Try `mycli chat doctor`.',
    )
  })

  it('shows what can be typed as such', () => {
    const theme = {...plain, command: (text: string) => `<${text}>`}
    expect(errorText({message: 'x', suggestions: ['Try `a b`, or `c`.']}, theme)).toContain('Try <`a b`>, or <`c`>.')
  })

  it('has no other lines, whatever a peer has put into it', () => {
    const evil = 'eve\r\nbob: pay her\u001b[2J'
    const text = errorText({message: `${evil} is not here`, suggestions: [`Ask ${evil}.`]}, plain)
    expect(text).toBe('Error: eve⏎bob: pay her\\u{1b}[2J is not here\n  Ask eve⏎bob: pay her\\u{1b}[2J.')
  })
})
