import {createHash} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {encodeAnew, encodeDone, encodeEntry, writeDataHeader} from '../../../src/protocol/tree-encoder.js'
import type {TreeEntry} from '../../../src/protocol/tree-record.js'
import {staysInside} from '../../../src/transfer/tree/inner-link.js'
import {openFilesOf} from '../../helpers/open-files.js'
import {failureOf} from '../../helpers/transfer-pair.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {fill, openSink, transferId} from '../../helpers/tree-pipe.js'
import {harvest, plant} from '../../helpers/trees.js'

function directory(...path: string[]): Buffer {
  return encodeEntry({type: 'directory', path, mtimeMs: 0})
}

function link(target: string, ...path: string[]): Buffer {
  return encodeEntry({type: 'link', path, target})
}

function file(content: string, ...path: string[]): Buffer {
  return announced(content, createHash('sha256').update(content).digest(), path)
}

function announced(content: string, sha256: Buffer, path: string[]): Buffer {
  const data = Buffer.alloc(4 + content.length, 0)
  data.write(content, 4)
  const entry: TreeEntry = {type: 'file', path, bytes: content.length, mtimeMs: 0}
  if (content !== '') writeDataHeader(data, content.length)
  return Buffer.concat([encodeEntry(entry), ...(content === '' ? [] : [data]), encodeDone(sha256)])
}

const large = 'x'.repeat(100_000)
const endBytes = encodeDone(Buffer.alloc(32)).length
const hostileNames = ['..', '.', 'a/b', '../x', '/etc/x', 'a\\b', 'a\u0000b', 'a\nb', '\u202egpj', 'x'.repeat(256)]

describe('TreeSink', () => {
  it.each(hostileNames)('drops what is named %j, and all in it, and lists it; the rest arrives', async name => {
    const sink = await openSink()
    const records = [file('1', 'a'), directory(name), file('2', name, 'in'), file('3', name), file('4', 'z')]
    const path = await fill(sink, Buffer.concat([...records, link('a', name)]))
    expect(harvest(path)).toEqual({a: '1', z: '4'})
    expect(sink.dropped.first).toEqual([
      {path: [name], code: 'unsafe-name'},
      {path: [name, 'in'], code: 'not-writable'},
      {path: [name], code: 'unsafe-name'},
      {path: [name], code: 'unsafe-name'},
    ])
    expect(readdirSync(join(path, '..'))).toEqual(['new_tree'])
  })

  it('drops what has a path too long for this machine, and lists it; the rest arrives', async () => {
    const sink = await openSink()
    const names = Array<string>(20).fill('n'.repeat(250))
    const directories = names.map((_, depth) => directory(...names.slice(0, depth + 1)))
    const path = await fill(
      sink,
      Buffer.concat([file('1', 'a'), ...directories, file('2', ...names, 'in'), file('3', 'z')]),
    )
    expect(harvest(path)).toMatchObject({a: '1', z: '3'})
    expect(sink.dropped.first[0]).toMatchObject({code: 'path-too-long'})
    expect(sink.dropped.first.at(-1)).toEqual({path: [...names, 'in'], code: 'not-writable'})
    expect(sink.files).toBe(2)
  })

  it('keeps a leading dot, but for the tree itself all names are those that were sent', async () => {
    const sink = await openSink()
    const path = await fill(sink, Buffer.concat([directory('.git'), file('x', '.git', '...'), file('y', '.a')]))
    expect(harvest(path)).toEqual({'.git': null, '.git/...': 'x', '.a': 'y'})
  })

  it('tells apart what looks like the same name to some file system, and says so', async () => {
    const sink = await openSink()
    const names = ['Read.me', 'read.me', 'READ.ME', 'é', 'e\u0301', '\ufb01', 'fi']
    const path = await fill(sink, Buffer.concat(names.map(name => file('x', name))))
    const kept = ['Read.me', 'read (2).me', 'READ (3).ME', 'é', 'e\u0301 (2)', '\ufb01', 'fi (2)']
    expect(Object.keys(harvest(path)).sort()).toEqual(kept.sort())
    expect(sink.renamed).toBe('read.me became read (2).me, and 3 more have other names here')
    expect(sink.dropped.count).toBe(0)
  })

  it('merges nothing that comes twice, and never writes through what is there', async () => {
    const sink = await openSink()
    const twice = [directory('d'), file('1', 'd', 'a'), directory('d'), file('2', 'd', 'a'), file('3', 'd')]
    expect(harvest(await fill(sink, Buffer.concat(twice)))).toEqual({
      d: null,
      'd/a': '1',
      'd (2)': null,
      'd (2)/a': '2',
      'd (3)': '3',
    })
  })

  it('drops what somebody else has put in the way', async () => {
    const place = temporaryDirectory()
    const sink = await openSink({directory: place})
    const victim = join(place, 'victim')
    writeFileSync(victim, 'precious')
    const tree = join(place, `.new_tree.${transferId}.part`, 'tree')
    symlinkSync(victim, join(tree, 'a'))
    symlinkSync(victim, join(tree, 'b'))
    mkdirSync(join(tree, 'c'))
    const path = await fill(
      sink,
      Buffer.concat([file('1', 'a'), file(large, 'b'), directory('c'), file('2', 'c', 'd')]),
    )
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(harvest(path)).toMatchObject({'a (2)': '1', 'b (2)': large, 'c (2)/d': '2'})
  })

  it.each<[string, Buffer]>([
    ['without its directory', file('x', 'a', 'b')],
    ['in a directory that was left', Buffer.concat([directory('a'), file('x', 'b'), file('y', 'a', 'c')])],
    ['below a file', Buffer.concat([file('x', 'a'), file('y', 'a', 'b')])],
    ['below a link', Buffer.concat([link('.', 'a'), file('y', 'a', 'b')])],
  ])('refuses an entry %s', async (_, stream) => {
    const sink = await openSink()
    expect(await failureOf(sink.write([stream]))).toMatchObject({code: 'protocol-violation'})
    await sink.discard()
  })

  it.each([['small'], [large]])('drops a file whose digest is another, and lists it', async content => {
    const sink = await openSink()
    const stream = Buffer.concat([file('1', 'a'), announced(content, Buffer.alloc(32), ['b']), file('2', 'c')])
    const path = await fill(sink, stream)
    expect(harvest(path)).toEqual({a: '1', c: '2'})
    expect(sink.dropped.first).toEqual([{path: ['b'], code: 'digest-mismatch'}])
    expect(sink).toMatchObject({bytes: 2, files: 2})
  })

  it.each([['small'], [large]])('has nothing of what came before everything begins anew', async content => {
    const sink = await openSink({bytes: content.length + 2, files: 2})
    let startedOver = 0
    sink.onStartedOver = () => {
      startedOver++
    }
    const withoutEnd = file(content, 'd', 'b').subarray(0, -endBytes)
    const before = [file('1', 'a'), link('a', 'l'), directory('d'), withoutEnd]
    const path = await fill(sink, Buffer.concat([...before, encodeAnew(), file('2', 'a2'), file(content, 'b')]))
    expect(harvest(path)).toEqual({a2: '2', b: content})
    expect({startedOver, files: sink.files, bytes: sink.bytes}).toEqual({
      startedOver: 1,
      files: 2,
      bytes: content.length + 1,
    })
    expect(openFilesOf(path)).toBe(0)
  })

  it('drops what its sender gave up', async () => {
    const sink = await openSink()
    const cut = file(large, 'b').subarray(0, -36)
    const end = encodeEntry({type: 'skipped', path: ['b'], code: 'source-changed'})
    const path = await fill(sink, Buffer.concat([file('1', 'a'), cut, end, file('2', 'c')]))
    expect(harvest(path)).toEqual({a: '1', c: '2'})
    expect(sink.missing.first).toMatchObject([{path: ['b'], code: 'source-changed'}])
  })

  it.each<[string, object, string]>([
    ['more bytes than were offered', {bytes: 3, files: 2}, 'size-mismatch'],
    ['more files than were offered', {bytes: 9, files: 1}, 'size-mismatch'],
    ['more bytes than are taken here', {bytes: null, files: 0, maxBytes: 3}, 'too-large'],
  ])('takes no %s', async (_, limits, code) => {
    const sink = await openSink(limits)
    expect(await failureOf(sink.write([file('aa', 'a'), file('bb', 'b')]))).toMatchObject({code})
    await sink.discard()
  })

  it('takes no more that is no file than goes with the files that were offered', async () => {
    const sink = await openSink({bytes: 1, files: 1})
    const page = (length: number): Buffer =>
      Buffer.concat(Array.from({length}, () => encodeEntry({type: 'skipped', path: ['a'], code: 'not-readable'})))
    await sink.write([page(65_536 + 16)])
    expect(await failureOf(sink.write([page(1)]))).toMatchObject({code: 'too-large'})
    await sink.discard()
    const larger = await openSink({bytes: 1, files: 2})
    await larger.write([page(65_536 + 17)])
    await larger.discard()
  })

  it('takes no entry whose place could not be told in one message', async () => {
    const names = (length: number): string[] => Array<string>(length).fill('n'.repeat(1000))
    const skipped = (length: number) => encodeEntry({type: 'skipped', path: names(length), code: 'not-readable'})
    const sink = await openSink()
    await sink.write([skipped(32)])
    expect(await failureOf(sink.write([skipped(33)]))).toMatchObject({code: 'too-large'})
    await sink.discard()
  })

  it('makes links last, and only those that stay inside', async () => {
    const outside = temporaryDirectory()
    plant(outside, {victim: 'precious'})
    const links: [string, string[]][] = [
      ['a', ['good']],
      ['../a', ['d', 'up']],
      ['..', ['out']],
      ['d/../../x', ['detour']],
      [outside, ['absolute']],
      ['../../x', ['d', 'far']],
      ['d\\..\\..', ['backslash']],
    ]
    const sink = await openSink()
    const records = [...links.filter(([, path]) => path[0] !== 'd').map(([target, path]) => link(target, ...path))]
    const inner = links.filter(([, path]) => path[0] === 'd').map(([target, path]) => link(target, ...path))
    const path = await fill(sink, Buffer.concat([file('1', 'a'), ...records, directory('d'), ...inner]))
    expect(harvest(path)).toEqual({a: '1', good: '->a', d: null, 'd/up': '->../a'})
    expect(sink.dropped.first.map(({path: [...names]}) => names.join('/'))).toEqual([
      ...['out', 'detour', 'absolute', 'backslash', 'd/far'],
    ])
  })

  it('writes nothing through a link that came before', async () => {
    const sink = await openSink()
    const path = await fill(sink, Buffer.concat([file('1', 'a'), link('a', 'b'), file('2', 'b'), file(large, 'c')]))
    expect(harvest(path)).toEqual({a: '1', b: '2', 'b (2)': '->a', c: large})
  })

  it('takes the next free name, and leaves what is there as it is', async () => {
    const place = temporaryDirectory()
    plant(place, {'new_tree/mine': 'm', 'new_tree (2)': 'a file'})
    const path = await fill(await openSink({directory: place}), file('1', 'a'))
    expect(path).toBe(join(place, 'new_tree (3)'))
    expect(harvest(place)).toMatchObject({'new_tree/mine': 'm', 'new_tree (2)': 'a file', 'new_tree (3)/a': '1'})
    expect(readdirSync(place)).toHaveLength(3)
  })

  it('takes the place of nothing, and with `skip` comes only where nothing has its name', async () => {
    const place = temporaryDirectory()
    const sinks = await Promise.all([
      openSink({directory: place, onConflict: 'overwrite'}),
      openSink({directory: place, onConflict: 'skip', transfer: 'f'.repeat(32)}),
    ])
    plant(place, {'new_tree/mine': 'm'})
    const [path] = [await fill(sinks[0], file('1', 'a'))]
    expect(path).toBe(join(place, 'new_tree (2)'))
    expect(await failureOf(fill(sinks[1], file('1', 'a')))).toMatchObject({code: 'exists'})
    await sinks[1].discard()
    expect(await failureOf(openSink({directory: place, onConflict: 'skip'}))).toMatchObject({code: 'exists'})
    expect(harvest(place)).toEqual({new_tree: null, 'new_tree/mine': 'm', 'new_tree (2)': null, 'new_tree (2)/a': '1'})
  })

  it('leaves nothing when it is discarded, in the middle of a file too', async () => {
    const place = temporaryDirectory()
    const sink = await openSink({directory: place})
    await sink.write([directory('d'), file('1', 'd', 'a'), file(large, 'd', 'b').subarray(0, 90_000)])
    await sink.discard()
    expect(readdirSync(place)).toEqual([])
    expect(openFilesOf(place)).toBe(0)
  })

  it('is discarded behind a write that is under way, which comes to its end', async () => {
    const place = temporaryDirectory()
    const sink = await openSink({directory: place})
    const writing = sink.write([file(large, 'a'), file(large, 'b')])
    await sink.discard()
    await writing
    expect(readdirSync(place)).toEqual([])
    expect(openFilesOf(place)).toBe(0)
  })

  it('makes nothing where somebody has put another directory in the place of its own', async () => {
    const place = temporaryDirectory()
    const sink = await openSink({directory: place})
    const name = `.new_tree.${transferId}.part`
    plant(place, {'elsewhere/tree/mine': 'm'})
    renameSync(join(place, name), join(place, 'aside'))
    symlinkSync(join(place, 'elsewhere'), join(place, name))
    if (existsSync('/proc/self/fd')) {
      await sink.write([file('1', 'a'), directory('d'), file(large, 'd', 'b')])
      expect(harvest(join(place, 'aside', 'tree'))).toEqual({a: '1', d: null, 'd/b': large})
    }
    expect(await failureOf(sink.publish())).toMatchObject({code: 'not-writable'})
    await sink.discard()
    expect(harvest(join(place, 'elsewhere'))).toEqual({tree: null, 'tree/mine': 'm'})
    expect(existsSync(join(place, name))).toBe(true)
  })

  it('refuses an end in the middle', async () => {
    const sink = await openSink()
    await sink.write([file('abc', 'a').subarray(0, -1)])
    expect(await failureOf(Promise.resolve().then(() => sink.digest()))).toMatchObject({code: 'protocol-violation'})
    await sink.discard()
  })

  it('says that there is no room before anything comes', async () => {
    const place = temporaryDirectory()
    expect(await failureOf(openSink({directory: place, bytes: 2 ** 52, files: 1}))).toMatchObject({code: 'disk-full'})
    expect(readdirSync(place)).toEqual([])
  })
})

describe('staysInside', () => {
  it.each([
    [['l'], 'a', true],
    [['l'], 'a/b', true],
    [['d', 'l'], '..', true],
    [['d', 'l'], '../a', true],
    [['l'], '..', false],
    [['d', 'l'], '../../a', false],
    [['l'], '/a', false],
    [['l'], '', false],
    [['l'], 'a/', true],
    [['l'], 'a//b', true],
    [['l'], './a', true],
    [['l'], '.', true],
    [['l'], './..', false],
    [['d', 'l'], './..//a/.', true],
    [['d', 'l'], 'a/./..', false],
    [['l'], '//a', false],
    [['d', 'e', 'l'], 'a/../b', false],
  ])('%j -> %s: %s', (path, target, expected) => {
    expect(staysInside(path, target)).toBe(expected)
  })

  it('holds whatever the other links are: what a chain of them leads to is inside', () => {
    const part = fc.constantFrom('a', 'b', 'c', '..', '.', '')
    const target = fc.array(part, {minLength: 1, maxLength: 4}).map(parts => parts.join('/'))
    const place = fc.array(fc.constantFrom('a', 'b', 'c'), {minLength: 1, maxLength: 3})
    fc.assert(
      fc.property(fc.array(fc.tuple(place, target), {maxLength: 5}), place, (links, from) => {
        const inside = new Map(
          links.filter(([path, to]) => staysInside(path, to)).map(([path, to]) => [path.join('/'), to]),
        )
        expect(resolves(inside, from)).toBe(true)
      }),
    )
  })
})

/** Follows a path as a file system does: false when it comes out of the root. */
function resolves(links: Map<string, string>, from: string[]): boolean {
  let todo = [...from]
  let at: string[] = []
  for (let steps = 0; todo.length > 0 && steps < 100; steps++) {
    const [name, ...rest] = todo as [string, ...string[]]
    todo = rest
    if (name === '.' || name === '') continue
    if (name === '..') {
      if (at.length === 0) return false
      at = at.slice(0, -1)
      continue
    }
    const target = links.get([...at, name].join('/'))
    if (target === undefined) at = [...at, name]
    else todo = [...target.split('/'), ...todo]
  }
  return true
}
