import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {parseInput} from '../../src/repl/input.js'

describe('a line of input', () => {
  it('is nothing when it is empty or blank', () => {
    expect(parseInput('')).toEqual({kind: 'nothing'})
    expect(parseInput(' \t ')).toEqual({kind: 'nothing'})
  })

  it('is a message, kept as it is', () => {
    expect(parseInput(' two  words ')).toEqual({kind: 'message', text: ' two  words '})
    expect(parseInput('one\n/two')).toEqual({kind: 'message', text: 'one\n/two'})
  })

  it('is a command when it begins with a slash', () => {
    expect(parseInput('/who')).toEqual({kind: 'command', name: 'who', rest: ''})
    expect(parseInput('/MSG bob  a b ')).toEqual({kind: 'command', name: 'msg', rest: 'bob  a b '})
    expect(parseInput('/me one\ntwo')).toEqual({kind: 'command', name: 'me', rest: 'one\ntwo'})
    expect(parseInput('/')).toEqual({kind: 'command', name: '', rest: ''})
  })

  it('is a message with a slash when it begins with two', () => {
    expect(parseInput('//who')).toEqual({kind: 'message', text: '/who'})
    expect(parseInput('///')).toEqual({kind: 'message', text: '//'})
  })

  it('leaves by quit() alone', () => {
    expect(parseInput('quit()')).toEqual({kind: 'command', name: 'quit', rest: ''})
    expect(parseInput('quit() now')).toEqual({kind: 'message', text: 'quit() now'})
  })

  it('is never a message when it begins with one slash', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), text => {
        fc.pre(!text.startsWith('/'))
        expect(parseInput(`/${text}`).kind).toBe('command')
      }),
    )
  })
})
