import {CLIError} from '@oclif/core/errors'
import {describe, expect, it} from 'vitest'
import {isDebugging, toReportable} from '../../src/cli/report.js'
import {keepSecret, redact} from '../../src/cli/secrets.js'
import {ChatctlError} from '../../src/errors/index.js'

describe('toReportable', () => {
  it('leaves an error of ours as it is', () => {
    const error = new ChatctlError('no-code', 'no code was given')
    expect(toReportable(error, 'hint')).toBe(error)
  })

  it('takes any other error for a bug of ours', () => {
    expect(toReportable(new TypeError('x is not a function'), 'hint')).toMatchObject({
      code: 'internal',
      exitCode: 1,
      suggestions: [expect.stringContaining('DEBUG=chatctl*')],
    })
  })

  it.each([
    ['Nonexistent flag: --bogus\nSee more help with --help', 'nonexistent flag: --bogus'],
    ['Parsing --port \n\tExpected an integer\nSee more help with --help', '--port: expected an integer'],
  ])('makes one line in lower case of %j', (message, line) => {
    expect(toReportable(new CLIError(message), 'hint')).toMatchObject({
      code: 'bad-argument',
      exitCode: 2,
      message: line,
      suggestions: ['hint'],
    })
  })
})

describe('isDebugging', () => {
  it.each(['*', 'chatctl', 'chatctl*', 'chatctl:session', 'http,chatctl:*'])('is so with DEBUG=%s', value => {
    expect(isDebugging({DEBUG: value})).toBe(true)
  })

  it.each([undefined, '', 'http', 'http:*,-chatctl'])('is not so with DEBUG=%s', value => {
    expect(isDebugging({DEBUG: value})).toBe(false)
  })
})

describe('redact', () => {
  it('takes every known code out of a text', () => {
    expect(redact('legal-zoo-abandon')).toBe('legal-zoo-abandon')
    expect(keepSecret('legal-zoo-abandon')).toBe('legal-zoo-abandon')
    expect(redact('the code legal-zoo-abandon, again legal-zoo-abandon')).toBe('the code [code], again [code]')
  })
})
