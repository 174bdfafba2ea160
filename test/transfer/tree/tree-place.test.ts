import {appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {TreePlace} from '../../../src/protocol/tree-record.js'
import {systemClock} from '../../../src/session/clock.js'
import type {Start} from '../../../src/transfer/source.js'
import type {TreeReader} from '../../../src/transfer/tree/tree-reader.js'
import {TreeSource} from '../../../src/transfer/tree/tree-source.js'
import {maxListed, type WalkOptions} from '../../../src/transfer/tree/walk-tree.js'
import {openFilesOf} from '../../helpers/open-files.js'
import {quickDisk, temporaryDirectory} from '../../helpers/temporary-directory.js'
import {openTree, readAll} from '../../helpers/tree-pipe.js'
import {placesIn, tell, type StreamPlace} from '../../helpers/tree-stream.js'
import {plant, type Plan} from '../../helpers/trees.js'
import {eventLoopTurns} from '../../helpers/until.js'
import {plantWild, wildTree} from '../../helpers/wild-tree.js'

const large = 'x'.repeat(200_000)
const plan: Plan = {'a/1': 'one', 'a/2': 'two', 'b/c/d': 'deep', 'b.txt': 'b', l: '->a', m: large, z: 'last'}

/** A source of a tree, and what it has from its beginning. */
async function open(root: string, options: WalkOptions = {}) {
  const source = await TreeSource.inspect(root, options, systemClock)
  const reader = await source.open()
  const stream = await readAll(reader)
  return {source, reader, stream, places: placesIn(stream), digest: await reader.digest()}
}

async function goOn(source: TreeSource, start: Start): Promise<TreeReader & {startedOver: number}> {
  const reader = Object.assign(await source.open(start), {startedOver: 0})
  reader.onStartedOver = () => {
    reader.startedOver++
  }
  return reader
}

const countsOf = ({bytes, files, leftOut, skipped: {count, first}}: TreeReader) => ({
  bytes,
  files,
  leftOut,
  count,
  first,
})

/** The place in the midst of the large file. */
const inLarge = (places: StreamPlace[]): StreamPlace =>
  places.find(({start}) => start.place.path[0] === 'm' && start.place.offset === large.length / 2)!

describe('a tree that is gone on with', () => {
  it('has from any place on what the whole of it has behind that place, and counts and digest of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(wildTree, fc.boolean(), fc.constantFrom([], ['a'], ['*.b']), async (tree, links, exclude) => {
        const {source, reader: whole, places, digest} = await open(plantWild(tree), {links, exclude})
        for (const {start, decoder, rest} of places) {
          const reader = await goOn(source, start)
          expect(tell(await readAll(reader, 16_384), decoder)).toEqual(rest())
          expect(reader.startedOver).toBe(0)
          expect(await reader.digest()).toBe(digest)
          expect(countsOf(reader)).toEqual(countsOf(whole))
        }
      }),
      {numRuns: 40},
    )
  })

  it('begins to leave before anything that was sent has been looked at', async () => {
    const {source, places} = await open(plant(temporaryDirectory(), plan))
    const reader = await goOn(source, inLarge(places).start)
    await reader.read(Buffer.alloc(8192))
    expect(reader.files).toBe(0)
    await readAll(reader)
    expect(reader.files).toBe(6)
  })

  it('says from the beginning how far it is, by what the other side has', async () => {
    const {source, places} = await open(plant(temporaryDirectory(), plan))
    const {start} = inLarge(places)
    const reader = await goOn(source, start)
    const {length} = await reader.read(Buffer.alloc(8192))
    expect(reader.bytes).toBe(start.bytes + length - 4)
    await readAll(reader)
    expect(reader.bytes).toBe(start.bytes + large.length / 2 + 'last'.length)
  })

  it('sends no more than was offered in all', async () => {
    const root = plant(temporaryDirectory(), {a: 'aa', b: 'bb', c: 'cc'})
    const source = await TreeSource.inspect(root, {}, systemClock)
    plant(root, {b0: 'x'})
    const places = placesIn(await readAll(await source.open()))
    const {start, decoder, rest} = places.find(({start}) => start.place.path[0] === 'b')!
    const reader = await goOn(source, start)
    expect(tell(await readAll(reader), decoder)).toEqual(rest())
    expect(reader.skipped.first).toEqual([{path: ['c'], code: 'source-changed'}])
  })
})

function replaceBy(place: string, make: (place: string) => void): void {
  rmSync(place, {recursive: true})
  make(place)
}

/** What may happen to a tree before the midst of its large file. */
const changes: Record<string, (root: string) => void> = {
  'a file was added': root => writeFileSync(join(root, 'a/3'), ''),
  'a file was added at the beginning': root => writeFileSync(join(root, '0'), ''),
  'a file was added right before the place': root => writeFileSync(join(root, 'l0'), ''),
  'a file was removed': root => rmSync(join(root, 'a/1')),
  'a file was touched': root => utimesSync(join(root, 'b/c/d'), 1, 1),
  'a file has more in it': root => appendFileSync(join(root, 'a/2'), 'more'),
  'a file was renamed': root => renameSync(join(root, 'b.txt'), join(root, 'b.text')),
  'a directory was touched': root => utimesSync(join(root, 'b'), 1, 1),
  'a file is a directory now': root => replaceBy(join(root, 'b.txt'), mkdirSync),
  'a directory is a link now': root => replaceBy(join(root, 'a'), place => symlinkSync('b', place)),
  'it is excluded by now': root => writeFileSync(join(root, 'b/.chatctlignore'), 'c'),
  'the file of the place has more in it': root => appendFileSync(join(root, 'm'), 'more'),
  'the file of the place is shorter': root => writeFileSync(join(root, 'm'), 'short'),
  'the file of the place was touched': root => utimesSync(join(root, 'm'), 1, 1),
  'the file of the place is gone': root => rmSync(join(root, 'm')),
  'the file of the place is a directory now': root => replaceBy(join(root, 'm'), mkdirSync),
  'the file of the place is excluded by now': root => writeFileSync(join(root, '.chatctlignore'), 'm'),
}

describe('a tree that has changed before the place where it is gone on with', () => {
  it.each(Object.entries(changes))('begins anew, once, when %s', async (_, change) => {
    const root = plant(temporaryDirectory(), plan)
    const {source, places} = await open(root, {links: true})
    const {start, decoder} = inLarge(places)
    change(root)
    const reader = await goOn(await TreeSource.inspect(root, {links: true}, systemClock), start)
    const told = tell(await readAll(reader, 8192), decoder)
    const {stream, reader: whole, digest} = await open(root, {links: true})
    expect(told.slice(told.indexOf('anew') + 1)).toEqual(tell(stream))
    expect(told.filter(line => line === 'anew')).toHaveLength(1)
    expect(reader.startedOver).toBe(1)
    expect(await reader.digest()).toBe(digest)
    expect(countsOf(reader)).toEqual(countsOf(whole))
    expect(openFilesOf(root)).toBe(0)
    expect(source.files).toBe(6)
  })

  it('begins anew in the midst of a file, as soon as that is known', async () => {
    const root = plant(temporaryDirectory(), plan)
    const {source, places} = await open(root)
    const {start, decoder} = inLarge(places)
    writeFileSync(join(root, 'a/1'), 'another')
    const reader = await goOn(source, start)
    const first = Buffer.from(await reader.read(Buffer.alloc(8192)))
    await eventLoopTurns(10)
    const told = tell(Buffer.concat([first, await readAll(reader, 8192)]), decoder)
    expect(told.indexOf('anew')).toBe(1)
    expect(told[0]).toMatch(/^data, 8188 bytes/)
  })

  it('goes on where it has changed behind the place only', async () => {
    const root = plant(temporaryDirectory(), plan)
    const {places} = await open(root)
    const {start, decoder} = inLarge(places)
    plant(root, {m0: 'new', 'y/new': 'n', zz: large})
    const reader = await goOn(await TreeSource.inspect(root, {}, systemClock), start)
    const told = tell(await readAll(reader), decoder)
    expect(reader.startedOver).toBe(0)
    expect(told.filter(line => line.startsWith('{'))).toHaveLength(5)
  })
})

describe('a place that no tree has', () => {
  const deep = Array.from({length: 64}, () => 'a')
  const lies: [string, (place: TreePlace) => Partial<TreePlace>][] = [
    ['a path that climbs', () => ({path: ['..', '..', 'etc', 'passwd']})],
    ['a path that climbs and comes back', () => ({path: ['a', '..', 'm']})],
    ['a path of dots', () => ({path: ['.']})],
    ['an absolute path', () => ({path: ['/etc/passwd']})],
    ['a name with separators', () => ({path: ['a/1']})],
    ['a path as deep as any', () => ({path: deep})],
    ['a path through a link', () => ({path: ['l', '1']})],
    ['another file', () => ({path: ['z']})],
    ['a directory in place of a file', () => ({path: ['a']})],
    ['an offset beyond the file', () => ({offset: large.length + 1})],
    ['an offset beyond all files', () => ({offset: Number.MAX_SAFE_INTEGER})],
    ['fewer entries', ({entries}) => ({entries: entries - 1})],
    ['more entries', ({entries}) => ({entries: entries + 1})],
    ['no more entries than one', () => ({entries: 1})],
    ['more entries than there are', () => ({entries: Number.MAX_SAFE_INTEGER})],
    ['another chain', () => ({chain: '0'.repeat(64)})],
    ['another chain before it', ({before}) => ({before: {...before, chain: 'f'.repeat(64)}})],
    ['fewer bytes before it', ({before}) => ({before: {...before, bytes: 0}})],
    ['more bytes before it', ({before}) => ({before: {...before, bytes: Number.MAX_SAFE_INTEGER}})],
    ['more files before it', ({before}) => ({before: {...before, files: Number.MAX_SAFE_INTEGER}})],
  ]

  it.each(lies)('leads to nothing but a beginning: %s', async (_, lie) => {
    const root = plant(join(temporaryDirectory(), 'src'), plan)
    const {source, stream, places} = await open(root)
    const {start, decoder} = inLarge(places)
    const reader = await goOn(source, {...start, place: {...start.place, ...lie(start.place)}})
    const told = tell(await readAll(reader), decoder)
    expect(told.slice(told.indexOf('anew') + 1)).toEqual(tell(stream))
    expect(reader.startedOver).toBe(1)
    expect(openFilesOf(root)).toBe(0)
  })

  it('leads through no file: a path that goes on from the right one is taken for that', async () => {
    const root = plant(temporaryDirectory(), plan)
    const {source, places} = await open(root)
    const {start, decoder, rest} = inLarge(places)
    const reader = await goOn(source, {...start, place: {...start.place, path: ['m', 'in']}})
    expect(tell(await readAll(reader), decoder)).toEqual(rest())
  })
})

describe('a reader that is closed while it looks whether the tree has changed', () => {
  it('looks no further, and leaves nothing open', async () => {
    const root = temporaryDirectory(quickDisk)
    for (let index = 0; index < 2 * maxListed + 1; index++) writeFileSync(join(root, `a${index}`), '')
    plant(root, {m: large})
    const {source, places} = await open(root)
    const {start} = inLarge(places)
    for (const turns of [0, 1, 2, 3, 5, 8]) {
      const reader = await goOn(source, start)
      await reader.read(Buffer.alloc(8192))
      await eventLoopTurns(turns)
      const looked = reader.files
      await reader.close()
      expect(openFilesOf(root)).toBe(0)
      await eventLoopTurns(100)
      expect(reader.files).toBe(looked)
    }
  })

  it('ends a reading that waits for that', async () => {
    const root = temporaryDirectory(quickDisk)
    for (let index = 0; index < 2 * maxListed + 1; index++) writeFileSync(join(root, `a${index}`), '')
    const {source, places} = await open(root)
    const reader = await goOn(source, places.at(-1)!.start)
    const reading = reader.read(Buffer.alloc(8192))
    await eventLoopTurns(1)
    await reader.close()
    expect(await reading).toHaveLength(0)
    expect(reader.startedOver).toBe(0)
    expect(openFilesOf(root)).toBe(0)
  })

  it('leaves another one that goes on at the same place alone', async () => {
    const root = plant(temporaryDirectory(), plan)
    const {source, places} = await open(root)
    const {start, decoder, rest} = inLarge(places)
    const first = await goOn(source, start)
    await first.read(Buffer.alloc(8192))
    const second = await goOn(source, start)
    const begun = Buffer.from(await second.read(Buffer.alloc(8192)))
    await first.close()
    expect(tell(Buffer.concat([begun, await readAll(second)]), decoder)).toEqual(rest())
    expect(await openTree(root)).toBeDefined()
  })
})
