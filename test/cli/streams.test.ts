import {describe, expect, it} from 'vitest'
import {decideColor, decideMode} from '../../src/cli/streams.js'

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

describe('decideColor', () => {
  const screen = {isTerminal: true, mode: 'terminal', env: {TERM: 'xterm'}} as const

  it("is on for a person's screen and off elsewhere", () => {
    expect(decideColor(screen)).toBe(true)
    expect(decideColor({...screen, isTerminal: false})).toBe(false)
    expect(decideColor({...screen, mode: 'line'})).toBe(false)
    expect(decideColor({...screen, env: {TERM: 'dumb'}})).toBe(false)
  })

  it('is off with NO_COLOR, even against FORCE_COLOR, unless it is empty', () => {
    expect(decideColor({...screen, env: {NO_COLOR: '1'}})).toBe(false)
    expect(decideColor({...screen, env: {NO_COLOR: '1', FORCE_COLOR: '1'}})).toBe(false)
    expect(decideColor({...screen, env: {NO_COLOR: ''}})).toBe(true)
  })

  it.each(['1', '2', 'true', ''])('is on with FORCE_COLOR=%s where it would be off', value => {
    expect(decideColor({isTerminal: false, mode: 'line', env: {FORCE_COLOR: value, TERM: 'dumb'}})).toBe(true)
  })

  it.each(['0', 'false'])('is off with FORCE_COLOR=%s', value => {
    expect(decideColor({...screen, env: {FORCE_COLOR: value}})).toBe(false)
  })

  it('is never on among events', () => {
    expect(decideColor({...screen, mode: 'event', env: {FORCE_COLOR: '1'}})).toBe(false)
  })
})
