import {describe, expect, it} from 'vitest'
import {decideMode, flagValue} from '../../src/cli/streams.js'

describe('decideMode', () => {
  const terminal = {isStdinTerminal: true, isStdoutTerminal: true, argv: [], env: {TERM: 'xterm'}}

  it('is the screen when both streams are a terminal', () => {
    expect(decideMode(terminal)).toBe('terminal')
  })

  it.each([
    ['stdin is a pipe', {isStdinTerminal: false}],
    ['stdout is a pipe', {isStdoutTerminal: false}],
    ['TERM is dumb', {env: {TERM: 'dumb'}}],
    ['--plain is given', {argv: ['--plain']}],
    ['CHATCTL_PLAIN is 1', {env: {CHATCTL_PLAIN: '1'}}],
  ])('is lines when %s', (_, change) => {
    expect(decideMode({...terminal, ...change})).toBe('line')
  })

  it('is events with --json, on a terminal too', () => {
    expect(decideMode({...terminal, argv: ['bob', '--json']})).toBe('event')
    expect(decideMode({...terminal, argv: ['--plain', '--json']})).toBe('event')
  })

  it('takes what follows a double dash for no flag', () => {
    expect(decideMode({...terminal, argv: ['--', '--json', '--plain']})).toBe('terminal')
  })
})

describe('flagValue', () => {
  it.each([
    [['--theme', 'dark'], 'dark'],
    [['--theme=dark'], 'dark'],
    [['--theme', 'dark', '--theme=light'], 'light'],
    [['--theme'], undefined],
    [['--', '--theme', 'dark'], undefined],
    [[], undefined],
  ])('of %j is %s', (argv, value) => {
    expect(flagValue(argv, '--theme')).toBe(value)
  })
})
