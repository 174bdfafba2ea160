import {execFileSync} from 'node:child_process'
import {join} from 'node:path'
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {walkTree} from '../../../src/transfer/tree/walk-tree.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {plant, type Plan} from '../../helpers/trees.js'

const names = ['a', 'b', 'build', 'x.log']
const directories = [
  '',
  ...names.flatMap(name => [name, ...names.map(inner => `${name}/${inner}`)]).map(path => `${path}/`),
]

const files: Plan = Object.fromEntries(directories.map(directory => [`${directory}file`, '']))
for (const directory of directories) files[`${directory}y.log`] = ''

const word = fc.constantFrom(...names, 'file', '*', '**', '?', '*.log', '[ab]', '[!a]', 'b*')
const pattern = fc
  .tuple(
    fc.constantFrom('', '!'),
    fc.constantFrom('', '/'),
    fc.array(word, {minLength: 1, maxLength: 3}),
    fc.constantFrom('', '/'),
  )
  .map(([not, root, words, end]) => not + root + words.join('/') + end)
const patterns = fc.array(pattern, {maxLength: 4})

it('leaves out what git does, by patterns of every directory and those that come before them', () => {
  const gitDirectory = join(temporaryDirectory(), 'git')
  const git = (root: string, ...argv: string[]): string =>
    execFileSync('git', [`--git-dir=${gitDirectory}`, `--work-tree=${root}`, ...argv], {cwd: root, encoding: 'utf8'})
  git(temporaryDirectory(), 'init', '-q')
  const where = fc.uniqueArray(fc.tuple(fc.constantFrom(...directories), patterns), {
    maxLength: 4,
    selector: ([at]) => at,
  })
  fc.assert(
    fc.property(where, patterns, (said, exclude) => {
      const rules = Object.fromEntries(said.map(([at, lines]) => [`${at}.chatctlignore`, lines.join('\n')]))
      const root = plant(temporaryDirectory(), {...files, ...rules})
      const excluded = exclude.map(line => `--exclude=${line}`)
      const listed = git(root, 'ls-files', '--others', '-z', '--exclude-per-directory=.chatctlignore', ...excluded)
      const found = [...walkTree(root, {exclude})].filter(found => found?.kind === 'file')
      expect(found.map(found => found.path.join('/')).sort()).toEqual(listed.split('\0').filter(Boolean).sort())
    }),
    {numRuns: 60},
  )
})

it('takes no pattern that is given for a comment', () => {
  const root = plant(temporaryDirectory(), {'#draft#': '', kept: ''})
  const found = [...walkTree(root, {exclude: ['#*#']})].filter(found => found !== undefined)
  expect(found.map(({path}) => path)).toEqual([['kept']])
})
