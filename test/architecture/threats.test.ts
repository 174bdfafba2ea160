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
const rows = Array.from(
  read('docs/security.md').matchAll(/^\| (?<threat>[^|]+) \| [^|]+ \| (?<tests>`test\/[^|]+) \|$/gm),
  ({groups: {threat = '', tests = ''} = {}}) => ({
    threat: threat.trim(),
    tests: Array.from(tests.matchAll(/`(test\/[^`]+)` ([^;]+)/g), ([, file = '', title = '']) => [file, title.trim()]),
  }),
)

describe('the table of threats', () => {
  it('has every threat once', () => {
    expect(rows.length).toBeGreaterThanOrEqual(17)
    expect(new Set(rows.map(({threat}) => threat)).size).toBe(rows.length)
  })

  it.each(rows.flatMap(({threat, tests}) => tests.map(([file, title]) => [threat, file!, title!] as const)))(
    'names a test that is there: %s, %s',
    (_threat, file, title) => {
      expect(read(file)).toContain(title)
    },
  )

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
