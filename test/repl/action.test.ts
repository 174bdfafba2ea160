import {describe, expect, it} from 'vitest'
import {parseAction} from '../../src/repl/action.js'

describe('a line in event mode', () => {
  it.each([
    ['{"say": "two\\nlines"}', {say: 'two\nlines', kind: 'say'}],
    ['{"say": "waves", "kind": "me"}', {say: 'waves', kind: 'me'}],
    ['{"say": "psst", "to": "bob"}', {say: 'psst', to: 'bob'}],
    [' {"file": "/exact/path", "to": "bob"} ', {file: '/exact/path', to: 'bob'}],
    ['{"file": "~/2"}', {file: '~/2'}],
    ['{"file": "a", "to": "all"}', {file: 'a', to: 'all'}],
    ['{"get": 3}', {get: 3}],
    ['{"get": 3, "as": "b.txt"}', {get: 3, as: 'b.txt'}],
    ['{"decline": 3}', {decline: 3}],
    ['{"cancel": 3}', {cancel: 3}],
    ['{"pause": 3}', {pause: 3}],
    ['{"resume": 3}', {resume: 3}],
    ['{"nick": "ana"}', {nick: 'ana'}],
    ['{"quit": true}', {quit: true}],
  ])('is an action: %s', (line, action) => {
    expect(parseAction(line)).toEqual(action)
  })

  it.each(['hello', '/who', '', '[1]', '"say"', 'null', '{ is a brace', '{"say": "open'])('is none: %s', line => {
    expect(parseAction(line)).toBeUndefined()
  })

  it.each([
    '{}',
    '{"dance": 1}',
    '{"say": 1}',
    '{"say": "a", "file": "b"}',
    '{"say": "a", "kind": "private"}',
    '{"__proto__": {"say": "a"}}',
    '{"get": "3"}',
    '{"get": 0}',
    '{"get": 1.5}',
    '{"decline": 3, "as": "b"}',
    '{"cancel": null}',
    '{"nick": 1}',
    '{"quit": false}',
  ])('is refused when it is an object of another shape: %s', line => {
    expect(() => parseAction(line)).toThrow(expect.objectContaining({code: 'bad-argument'}))
  })

  it('is told, when it is refused, which actions there are', () => {
    for (const name of ['say', 'file', 'retry', 'get', 'decline', 'cancel', 'pause', 'resume', 'nick', 'quit']) {
      expect(() => parseAction('{"dance": true}')).toThrow(`{"${name}": `)
    }
  })
})
