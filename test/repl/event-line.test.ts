import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {eventLine} from '../../src/repl/event-line.js'
import {bob} from '../helpers/fake-conversation.js'

const at = new Date('2026-01-02T03:04:05.678Z')

describe('an event as a line', () => {
  it('begins with its version, name and time, and has the fields as they are', () => {
    expect(eventLine({event: 'message', id: 7, from: bob, text: 'hello', kind: 'say', self: false}, at)).toBe(
      '{"v":1,"event":"message","at":"2026-01-02T03:04:05.678Z","id":7,"from":{"id":1,"nick":"bob"},"text":"hello","kind":"say","self":false}',
    )
  })

  it.each([
    '\n',
    '\r',
    '\u2028',
    '\u2029',
    '\u0085',
    '\u001b[2J',
    '\u009b2J',
    '\u007f',
    '\u202e',
    '\u200d',
    '\u{e0041}',
  ])('spells out %j', text => {
    const line = eventLine({event: 'notice', code: 'x', message: `a${text}b`}, at)
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(line)).toMatchObject({message: `a${text}b`})
  })

  it('is one line, safe to print, and gives back any text', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}), (nick, text) => {
        const line = eventLine({event: 'message', id: 1, from: {id: 2, nick}, text, kind: 'say', self: false}, at)
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(JSON.parse(line)).toMatchObject({text, from: {id: 2, nick}})
      }),
    )
  })
})
