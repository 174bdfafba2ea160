import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {packageRoot} from '../helpers/run-chatctl.js'

interface Mutation {
  defence: string
  file: string
  from: string
  to: string
  test: string
}

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8')
const mutations = JSON.parse(read('scripts/mutations.json')) as Mutation[]

/** The rows of the table of threats: its name, and each test that holds it as [file, title]. */
const rows = tableIn(read('docs/security.md')).map(([threat = '', , tests = '']) => ({
  threat,
  tests: Array.from(tests.matchAll(/`(test\/[^`]+)` ([^;]+)/g), ([, file = '', title = '']) => [file, title.trim()]),
}))

/** The cells of each row under the heading of the threats, but for the two lines of the head. */
function tableIn(page: string): string[][] {
  const section = /^## Threats.*$(?<body>[^]*?)^## /m.exec(page)?.groups?.['body'] ?? ''
  const lines = section.split('\n').filter(line => line.startsWith('|'))
  return lines.slice(2).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

/** Whether source has a test, or a group of them, whose title has `title` in it. */
function hasTest(source: string, title: string): boolean {
  const calls = source.split('\n').filter(line => /^\s*(\]\)|(it|describe)(\.\w+(\(.*\))?)*)\('/.test(line))
  return calls.some(line => line.includes(title))
}

describe('the table of threats', () => {
  it('has every threat once', () => {
    expect(rows.length).toBeGreaterThanOrEqual(17)
    expect(new Set(rows.map(({threat}) => threat)).size).toBe(rows.length)
  })

  it.each(rows.map(({threat, tests}) => [threat, tests] as const))('has a test for each threat: %s', (_, tests) => {
    expect(tests.length).toBeGreaterThan(0)
  })

  it.each(rows.flatMap(({threat, tests}) => tests.map(([file, title]) => [threat, file!, title!] as const)))(
    'names a test that is there: %s, %s',
    (_threat, file, title) => {
      expect(title).not.toBe('')
      expect(hasTest(read(file), title)).toBe(true)
    },
  )

  it.each([
    ["  // it('holds the line', () => {", false],
    ["  const title = 'holds the line'", false],
    ["  it('holds the line, whatever comes', () => {", true],
    ["  it.each(lines)('holds the line: %s', line => {", true],
    ["  ])('holds the line: %s', line => {", true],
    ["  it.skipIf(isRoot || isWindows('x'))('holds the line', () => {", true],
    ["describe('a door that holds the line', () => {", true],
  ])('takes a title for a test only where it is the title of one: %s', (source, isTest) => {
    expect(hasTest(source, 'holds the line')).toBe(isTest)
  })

  it.each(rows.map(({threat}) => threat))(
    'has a defence that can be taken away, for which a test fails: %s',
    threat => {
      expect(mutations.map(({defence}) => defence)).toContain(threat)
    },
  )
})

describe('what takes a defence away', () => {
  it.each(mutations.map(mutation => [mutation.defence, mutation] as const))(
    'fits the source as it is: %s',
    (defence, {file, from, to, test}) => {
      expect(rows.map(({threat}) => threat)).toContain(defence)
      expect(read(file).split(from)).toHaveLength(2)
      expect(to).not.toBe(from)
      expect(existsSync(join(packageRoot, test))).toBe(true)
    },
  )
})
