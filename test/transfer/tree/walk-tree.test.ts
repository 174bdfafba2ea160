import {execFileSync} from 'node:child_process'
import {chmodSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {once} from 'node:events'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {maxListed, maxPatterns, walkTree, type Found, type WalkOptions} from '../../../src/transfer/tree/walk-tree.js'
import {surveyTree, surveyMs} from '../../../src/transfer/tree/survey-tree.js'
import {maxPathNames} from '../../../src/protocol/tree-record.js'
import {FakeClock} from '../../helpers/fake-clock.js'
import {quickDisk, temporaryDirectory} from '../../helpers/temporary-directory.js'
import {plant, type Plan} from '../../helpers/trees.js'

function walk(root: string, options?: WalkOptions): Found[] {
  return [...walkTree(root, options)].filter(found => found !== undefined)
}

function namesIn(plan: Plan, options?: WalkOptions): string[] {
  const found = walk(plant(temporaryDirectory(), plan), options)
  return found.map(({kind, path}) => path.join('/') + (kind === 'directory' ? '/' : ''))
}

function codesOrPaths(root: string): string[] {
  return walk(root).map(found => ('code' in found ? found.code : found.path.join('/')))
}

const deepName = 'd'.repeat(200)

/** Makes directories in each other that no path reaches: each is entered from the one above it. */
function digDeep(root: string): void {
  const dig = `for (let depth = 0; depth < 30; depth++) { fs.mkdirSync('${deepName}'); process.chdir('${deepName}') }`
  execFileSync(process.execPath, ['-e', dig], {cwd: root})
}

describe('walkTree', () => {
  it.skipIf(process.platform !== 'linux')('lists a name that is no UTF-8, and takes it for no other', () => {
    const root = plant(temporaryDirectory(), {'a\uFFFD': 'a', b: 'b'})
    writeFileSync(Buffer.concat([Buffer.from(`${root}/a`), Buffer.of(0xff)]), 'mangled')
    const found = walk(root).map(each => [each.path[0], each.kind === 'unreadable' ? each.code : each.kind])
    expect(found.sort()).toEqual([
      ['a\uFFFD', 'file'],
      ['a\uFFFD', 'not-unicode'],
      ['b', 'file'],
    ])
  })

  it('finds everything depth first, parents first, sorted by name', () => {
    const names = ['b/', 'b/a', 'b/c/', 'b/c/z', 'b/d', 'b.txt', 'é', 'B']
    expect(namesIn({é: '', 'b.txt': '', 'b/d': '', 'b/c/z': '', 'b/a': '', B: ''})).toEqual([
      'B',
      ...names.slice(0, -1),
    ])
  })

  it('lets others have their turn while it lists a large directory, again and again', () => {
    const root = temporaryDirectory(quickDisk)
    for (let index = 0; index < 2 * maxListed + 1; index++) writeFileSync(join(root, String(index)), '')
    const found = [...walkTree(root)]
    expect(found.slice(0, 3)).toEqual([undefined, undefined, expect.objectContaining({path: ['0']})])
    expect(found).toHaveLength(2 + 2 * maxListed + 1)
  })

  it('finds nothing in what is empty', () => {
    expect(walk(temporaryDirectory())).toEqual([])
  })

  it('leaves out what is excluded, in the syntax of gitignore', () => {
    const plan = {'a.log': '', 'keep.log': '', 'dist/x': '', 'src/dist/y': '', 'src/a.ts': '', 'src/b.LOG': ''}
    expect(namesIn(plan, {exclude: ['*.log', '!keep.log', '/dist/']})).toEqual([
      ...['keep.log', 'src/', 'src/a.ts', 'src/b.LOG', 'src/dist/', 'src/dist/y'],
    ])
  })

  it('leaves out what a .chatctlignore says, below its directory, the deepest first and --exclude before all', () => {
    const plan = {
      '.chatctlignore': '*.tmp\n# words\n/secret\n',
      'a.tmp': '',
      secret: '',
      'sub/secret': '',
      'sub/.chatctlignore': '!kept.tmp\n/own\n',
      'sub/kept.tmp': '',
      'sub/own': '',
      'sub/deep/own': '',
      'sub/deep/b.tmp': '',
    }
    const rest = ['.chatctlignore', 'sub/', 'sub/.chatctlignore', 'sub/deep/', 'sub/deep/own']
    expect(namesIn(plan)).toEqual([...rest, 'sub/kept.tmp', 'sub/secret'])
    expect(namesIn(plan, {exclude: ['kept.tmp', '!/secret']})).toEqual([
      ...['.chatctlignore', 'secret', 'sub/', 'sub/.chatctlignore', 'sub/deep/', 'sub/deep/own', 'sub/secret'],
    ])
  })

  it('bears names that a pattern might take for something else', () => {
    const plan = {'...': '', '..a': '', 'a b ': '', '#x': '', '!y': '', 'z*': '', '[q]': ''}
    const names = namesIn({...plan, back: ''}, {exclude: ['back', '\\#x']})
    expect(names).toEqual(['!y', '...', '..a', '[q]', 'a b ', 'z'])
  })

  // Root reads everything.
  it.skipIf(process.getuid?.() === 0)('names what it cannot read, and goes on', () => {
    const root = plant(temporaryDirectory(), {a: '', 'locked/x': '', z: ''})
    chmodSync(join(root, 'locked'), 0)
    onTestFinished(() => chmodSync(join(root, 'locked'), 0o700))
    const kinds = walk(root).map(found => ('code' in found ? found.code : found.kind))
    expect(kinds).toEqual(['file', 'not-readable', 'file'])
  })

  it('does not go into a directory whose patterns it cannot read', () => {
    const root = plant(temporaryDirectory(), {'a/.chatctlignore/x': '', 'a/secret': '', b: ''})
    expect(codesOrPaths(root)).toEqual(['not-readable', 'b'])
  })

  it('reads no patterns through a link, wherever it leads: it may be out of the tree', () => {
    const root = plant(temporaryDirectory(), {'a/.chatctlignore': '->../patterns', 'a/secret': '', patterns: '*'})
    expect(codesOrPaths(root)).toEqual(['not-readable', 'patterns'])
    const hint = expect.stringContaining('put a copy there, or give them with --exclude')
    const message = `cannot read ${join(root, 'a', '.chatctlignore')}: it is a link`
    expect(() => walk(join(root, 'a'))).toThrow(expect.objectContaining({message, suggestions: [hint]}))
  })

  it('compares with so many patterns, and goes into no directory that has more', () => {
    const patterns = Array.from({length: maxPatterns}, (_, index) => `/${index}`)
    const many = patterns.with(-1, 'secret').join('\r\n')
    const root = plant(temporaryDirectory(), {
      'a/.chatctlignore': many,
      'a/secret': '',
      'b/.chatctlignore': `${many}\nx`,
    })
    expect(codesOrPaths(root)).toEqual(['a', 'a/.chatctlignore', 'not-readable'])
    const long = plant(temporaryDirectory(), {'.chatctlignore': `#${' '.repeat(1024 * 1024)}`})
    const message = `cannot read ${join(long, '.chatctlignore')}: it has more than 10000 patterns, or 1 MiB`
    expect(() => walk(long)).toThrow(expect.objectContaining({message}))
  })

  it.skipIf(process.platform === 'win32')('does not wait for what a pipe with the name of patterns has', () => {
    const root = plant(temporaryDirectory(), {'a/secret': '', b: ''})
    execFileSync('mkfifo', [join(root, 'a', '.chatctlignore')])
    expect(codesOrPaths(root)).toEqual(['not-readable', 'b'])
  })

  it('goes as deep as a path may be', () => {
    const deep = Array.from({length: maxPathNames}, () => 'd').join('/')
    const found = walk(plant(temporaryDirectory(), {[`${deep}/too/far`]: ''}))
    expect(found).toHaveLength(maxPathNames)
    expect(found.at(-1)).toMatchObject({kind: 'unreadable', code: 'too-deep', path: {length: maxPathNames}})
  })

  it.skipIf(process.platform !== 'linux')('names where a path is longer than the system takes, and goes on', () => {
    const root = plant(temporaryDirectory(), {a: '', z: ''})
    digDeep(root)
    onTestFinished(() => void execFileSync('rm', ['-rf', join(root, deepName)]))
    const found = walk(root)
    const unreadable = found.find(({kind}) => kind === 'unreadable')
    expect(unreadable).toMatchObject({code: 'path-too-long'})
    expect(unreadable!.place.length).toBeGreaterThan(4000)
    expect(found.at(-1)).toMatchObject({kind: 'file', path: ['z']})
  })

  it.skipIf(process.platform === 'win32')('leaves out what is no file', async () => {
    const root = plant(temporaryDirectory(), {a: ''})
    execFileSync('mkfifo', [join(root, 'pipe')])
    const server = createServer().listen(join(root, 'socket'))
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    expect(walk(root)).toMatchObject([
      {kind: 'file', path: ['a']},
      {kind: 'left-out', path: ['pipe'], isLink: false},
      {kind: 'left-out', path: ['socket'], isLink: false},
    ])
  })

  it.each([
    ['no-such-file', 'nowhere'],
    ['no-such-file', 'file'],
  ])('says %s of a root that is no directory', (code, name) => {
    const root = plant(temporaryDirectory(), {file: ''})
    expect(() => walk(join(root, name))).toThrow(expect.objectContaining({code}))
  })
})

describe('surveyTree', () => {
  it('counts the files of a tree and their bytes', async () => {
    const root = plant(temporaryDirectory(), {a: 'abc', 'b/c': 'de', 'b/empty': '', l: '->a'})
    expect(await surveyTree(root, {}, new FakeClock())).toEqual({bytes: 5, files: 3})
    expect(await surveyTree(root, {exclude: ['b']}, new FakeClock())).toEqual({bytes: 3, files: 1})
  })

  it('stops after a quarter of a second, and says what it has counted so far', async () => {
    const root = plant(temporaryDirectory(), {a: 'abc', b: 'de', c: 'f'})
    const clock = new FakeClock()
    const slow = {now: () => (clock.advance(surveyMs / 2), clock.now())}
    expect(await surveyTree(root, {}, slow)).toEqual({bytes: null, files: expect.any(Number)})
    expect((await surveyTree(root, {}, slow)).files).toBeLessThan(3)
  })
})
