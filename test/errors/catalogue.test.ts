import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {catalogue, ChatctlError, toChatctlError, type ErrorCode} from '../../src/errors/index.js'
import {packageRoot} from '../helpers/run-chatctl.js'

const codes = Object.keys(catalogue) as ErrorCode[]

const sources = readdirSync(join(packageRoot, 'src'), {recursive: true, encoding: 'utf8'})
  .filter(path => path.endsWith('.ts') && !path.endsWith('catalogue.ts'))
  .map(path => readFileSync(join(packageRoot, 'src', path), 'utf8'))

const documented = readFileSync(join(packageRoot, 'docs/errors.md'), 'utf8')

describe.each(codes)('the error %s', code => {
  const {exitCode, hint} = catalogue[code]

  it('has an exit code of the contract and a hint that says what to do', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 129, 130, 143]).toContain(exitCode)
    expect(hint).toMatch(/^[A-Z`/].*\.$/)
  })

  it('is thrown somewhere', () => {
    expect(sources.some(source => source.includes(`'${code}'`))).toBe(true)
  })

  it('is documented with that', () => {
    expect(documented).toContain(`| \`${code}\` | ${exitCode} | ${hint.replaceAll('|', '\\|')} |`)
  })
})

describe('a ChatctlError', () => {
  it('carries its code, exit code and hint, in the shape that oclif prints', () => {
    const error = new ChatctlError('disk-full', 'no room for a.txt', {cause: new Error('ENOSPC')})
    expect(error).toMatchObject({code: 'disk-full', exitCode: 8, suggestions: [catalogue['disk-full'].hint]})
    expect(new ChatctlError('disk-full', 'no room', {hint: 'Another one.'}).suggestions).toEqual(['Another one.'])
  })

  it('is made of whatever else was thrown, as a bug of ours', () => {
    expect(toChatctlError(new TypeError('oops'))).toMatchObject({code: 'internal', exitCode: 1})
    expect(toChatctlError('oops')).toMatchObject({code: 'internal', message: 'unexpected error: oops'})
    const known = new ChatctlError('declined', 'no')
    expect(toChatctlError(known)).toBe(known)
  })

  it('is documented only where it exists', () => {
    const rows = Array.from(documented.matchAll(/^\| `([a-z-]+)` \|/gm), ([, code]) => code)
    expect(rows).toEqual(codes)
  })
})
