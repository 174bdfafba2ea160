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

  it('has no other lines, whatever a peer has put into it', () => {
    const evil = 'eve\r\nbob: pay her\u001b[2J'
    const text = errorText({message: `${evil} is not here`, suggestions: [`Ask ${evil}.`]}, plain)
    expect(text).toBe('Error: eve⏎bob: pay her\\u{1b}[2J is not here\n  Ask eve⏎bob: pay her\\u{1b}[2J.')
  })
})
