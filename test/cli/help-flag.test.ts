import {describe, expect, it} from 'vitest'
import {helpFlagsFor} from '../../src/cli/help-flag.js'

const isHelp = (id: string | undefined, ...argv: string[]) => helpFlagsFor(id, argv).includes('-h')

describe('helpFlagsFor', () => {
  it.each([
    ['nothing at all', undefined, ['-h']],
    ['another command', 'host', ['-h']],
    ['another command with something after it', 'send-file', ['-h', '1.2.3.4']],
    ['join with nothing after it', 'join', ['-h']],
    ['join with nothing after it, behind an address', 'join', ['1.2.3.4', '-h']],
    ['join with another flag after it', 'join', ['-h', '--plain']],
    ['join with the end of all flags after it', 'join', ['-h', '--', '1.2.3.4']],
    ['join where one of two has nothing after it', 'join', ['-h', '1.2.3.4', '-h']],
    ['join mounted, with nothing after it', 'chat:join', ['-h']],
  ])('makes -h help for %s', (_, id, argv) => {
    expect(isHelp(id, ...argv)).toBe(true)
  })

  it.each([
    ['join', ['-h', '1.2.3.4']],
    ['join', ['-p', '5001', '-h', '1.2.3.4']],
    ['join', ['-h', '1.2.3.4', '--', '-h']],
    ['chat:join', ['-h', 'fe80::1%eth0']],
  ])('makes -h the address for %s %j', (id, argv) => {
    expect(isHelp(id, ...argv)).toBe(false)
  })

  it('keeps the other help flags of a CLI', () => {
    expect(helpFlagsFor('join', ['-h', '1.2.3.4'], ['-h', '-?'])).toEqual(['-?'])
    expect(helpFlagsFor('host', [], ['-h', '-?'])).toEqual(['-?', '-h'])
  })
})
