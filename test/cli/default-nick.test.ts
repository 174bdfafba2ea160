import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {toNick} from '../../src/cli/default-nick.js'
import {isNick} from '../../src/protocol/nick.js'

describe('toNick', () => {
  it.each([
    ['ana', 'ana'],
    ['Ana Maria', 'Ana-Maria'],
    [String.raw`CORP\ana`, 'CORP-ana'],
    ['ana@example.org', 'ana-example.org'],
    ['josé', 'josé'],
    ['李雷', '李雷'],
    ['www-data', 'www-data'],
    ['', 'guest'],
    ['\u001b[31m', '31m'],
    ['!!!', 'guest'],
    ['all', 'all-1'],
    ['ALL', 'ALL-1'],
    ['x'.repeat(40), 'x'.repeat(32)],
    ['李'.repeat(20), '李'.repeat(16)],
  ])('maps %j to %s', (login, nick) => {
    expect(toNick(login)).toBe(nick)
  })

  it('gives a nick that a room takes, whatever the login name is', () => {
    for (const unit of ['binary', 'grapheme'] as const) {
      fc.assert(fc.property(fc.string({unit, maxLength: 60}), login => isNick(toNick(login))))
    }
  })
})
