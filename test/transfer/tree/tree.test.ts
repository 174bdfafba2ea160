import {lstatSync, readdirSync} from 'node:fs'
import {dirname, join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {openFilesOf} from '../../helpers/open-files.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {fill, openSink, openTree, readAll} from '../../helpers/tree-pipe.js'
import {date, harvest, plant, type Plan} from '../../helpers/trees.js'

async function move(root: string, links = false) {
  const reader = await openTree(root, {links})
  const sink = await openSink()
  const path = await fill(sink, await readAll(reader))
  return {reader, sink, path}
}

describe('a tree', () => {
  it('arrives as it was sent: empty directories and files, hidden and executable ones, names of every script', async () => {
    const plan: Plan = {
      empty: null,
      'a/b/c.txt': 'c',
      'a/empty.txt': '',
      'a/large.bin': 'x'.repeat(300_000),
      'a/just-small.bin': 'y'.repeat(65_536),
      '.gitignore': 'dist',
      '.config/.hidden': 'h',
      'run.sh*': '#!/bin/sh',
      '日本語/Ελληνικά/עברית.txt': 'names',
      're\u0301sume\u0301.txt': 'not normalised',
      'with space and "quotes"': 'q',
      '😀.txt': '😀',
    }
    const {path, sink, reader} = await move(plant(temporaryDirectory(), plan))
    expect(harvest(path)).toEqual({
      ...plan,
      a: null,
      'a/b': null,
      '.config': null,
      日本語: null,
      '日本語/Ελληνικά': null,
    })
    expect({bytes: sink.bytes, files: sink.files}).toEqual({bytes: reader.bytes, files: 11})
    expect(reader.files).toBe(11)
    expect([sink.missing.count, sink.dropped.count, sink.renamed, reader.leftOut]).toEqual([0, 0, undefined, undefined])
  })

  it('keeps the time of every file and directory', async () => {
    const root = plant(temporaryDirectory(), {'a/b.txt': 'b', 'a/large': 'x'.repeat(100_000), 'a/c/d': 'd'})
    const times = {
      'a/b.txt': '2001-02-03T04:05:06.789Z',
      'a/large': '1965-01-01T00:00:00Z',
      'a/c': '2010-01-01T00:00:00Z',
    }
    for (const [path, iso] of Object.entries(times)) date(join(root, path), iso)
    date(join(root, 'a'), '2020-06-01T12:00:00Z')
    const {path} = await move(root)
    for (const [inner, iso] of Object.entries({...times, a: '2020-06-01T12:00:00Z'}))
      expect(lstatSync(join(path, inner)).mtime).toEqual(new Date(iso))
  })

  it('arrives the same whatever the buffers, and the pieces that come', async () => {
    const content = fc.oneof(
      fc.string({maxLength: 30}),
      fc.integer({min: 60_000, max: 70_000}).map(size => 'z'.repeat(size)),
    )
    const names = fc.array(fc.stringMatching(/^[a-z]{1,3}$/), {minLength: 1, maxLength: 3})
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(names, content), {maxLength: 6}),
        fc.integer({min: 4100, max: 9000}),
        fc.integer({min: 500, max: 20_000}),
        async (files, bufferBytes, pieceBytes) => {
          // One letter more at each depth keeps a file from being a directory, too.
          const plan = Object.fromEntries(files.map(([path, text]) => [`${path.join('/')}.f`, text]))
          const root = plant(temporaryDirectory(), plan)
          const sink = await openSink()
          const stream = await readAll(await openTree(root), bufferBytes)
          expect(harvest(await fill(sink, stream, pieceBytes))).toEqual(harvest(root))
        },
      ),
      {numRuns: 15},
    )
  })

  it('is hidden until it is published, and leaves nothing open', async () => {
    const root = plant(temporaryDirectory(), {a: 'a', 'b/large': 'x'.repeat(200_000)})
    const directory = temporaryDirectory()
    const sink = await openSink({directory})
    const stream = await readAll(await openTree(root))
    await sink.write([stream])
    expect(readdirSync(directory)).toEqual([expect.stringMatching(/^\.new_tree\.[0-9a-f]{32}\.part$/)])
    await sink.digest()
    await sink.persist()
    expect(await sink.publish()).toBe(join(directory, 'new_tree'))
    expect(readdirSync(directory)).toEqual(['new_tree'])
    expect([openFilesOf(directory), openFilesOf(root)]).toEqual([0, 0])
  })

  it('has the same digest at both ends', async () => {
    const root = plant(temporaryDirectory(), {a: 'a', 'b/c': 'c'})
    const [reader, sink] = [await openTree(root), await openSink()]
    await sink.write([await readAll(reader)])
    expect(await sink.digest()).toBe(await reader.digest())
    expect(await sink.digest()).not.toBe('00'.repeat(32))
    await sink.discard()
  })

  it('may be a link to a directory itself', async () => {
    const root = temporaryDirectory()
    plant(root, {'real/a': 'a', link: '->real'})
    const {path} = await move(join(root, 'link'))
    expect(harvest(path)).toEqual({a: 'a'})
  })

  it('takes links along when they are asked for and stay inside, and says what it leaves out', async () => {
    const plan = {
      'a/file': 'x',
      'a/same': '->file',
      'a/up': '->../b',
      'a/root': '->..',
      dangling: '->nowhere/yet',
      outside: '->../elsewhere',
      absolute: '->/etc/passwd',
      detour: '->a/../../x',
    }
    const root = plant(temporaryDirectory(), plan)
    const plain = await move(root)
    expect(harvest(plain.path)).toEqual({a: null, 'a/file': 'x'})
    expect(plain.reader.leftOut).toBe('7 symbolic links')
    const {path, reader, sink} = await move(root, true)
    const {outside: _1, absolute: _2, detour: _3, ...inside} = plan
    expect(harvest(path)).toEqual({a: null, ...inside})
    expect(reader.leftOut).toBe('3 symbolic links')
    expect(sink.dropped.count).toBe(0)
    expect(dirname(path)).not.toBe(root)
  })
})
