import {randomBytes} from 'node:crypto'
import {readdirSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../../src/errors/index.js'
import {PartShelf} from '../../../src/transfer/part/part-shelf.js'
import {TreeSource} from '../../../src/transfer/tree/tree-source.js'
import {systemClock} from '../../../src/session/clock.js'
import {conclude, deadMachine, journalIn, leaveTree, openLeft, takeRest} from '../../helpers/left-tree.js'
import {expectNothingLeft} from '../../helpers/nothing-left.js'
import {ResumablePair} from '../../helpers/resumable-pair.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {passTime, type DeskEnd} from '../../helpers/transfer-pair.js'
import {openTree, readAll} from '../../helpers/tree-pipe.js'
import {harvest, plant, type Plan} from '../../helpers/trees.js'
import {until} from '../../helpers/until.js'

const lost = new ChatctlError('connection-lost', 'the line was cut')
const large = randomBytes(300_000).toString('hex')

const plan: Plan = {
  'a/b/c.txt': 'c',
  'a/large.bin': large,
  'a/z.txt': 'z',
  empty: null,
  'run.sh*': '#!/bin/sh',
  'small/1': 'x'.repeat(40_000),
  'small/2': 'y'.repeat(65_536),
  'small/3': '',
  'z-large.bin': large.slice(7),
}
const bytes = Object.values(plan).reduce((sum, content) => sum + (content?.length ?? 0), 0)
/** What a frame that was cut, the entries, and the end of a session may cost, for each try. */
const mostExtraBytes = 65_536 + 8000

/** A pair whose member has a tree. */
function begin(content = plan): {pair: ResumablePair; root: string; expected: Plan} {
  const pair = new ResumablePair()
  const root = plant(join(pair.directories.member, 'src'), content)
  return {pair, root, expected: harvest(root)}
}

async function breakOff(pair: ResumablePair, root: string, cutAt: number): Promise<void> {
  const {host, member, line} = pair.begin()
  line.cutAfter(cutAt)
  const {delivered} = await member.desk.offer(root)
  const settled = delivered.catch(() => undefined)
  await until(() => !host.session.isAttached && !member.session.isAttached)
  await Promise.all([host.desk.close(lost), member.desk.close(lost)])
  await settled
}

const arrivedAt = (host: DeskEnd): Plan => harvest(join(host.directory, 'new_src'))

const places = Array.from({length: 19}, (_, index) => Math.round((bytes * (index + 1)) / 20))

describe('a directory that is offered again', () => {
  it.each(places)('after all was lost but the disks, at byte %i, goes on there', async cutAt => {
    const {pair, root, expected} = begin()
    await breakOff(pair, root, cutAt)
    const {host, member} = pair.begin()
    const sent = await (await member.desk.offer(root)).delivered
    expect(sent).toMatchObject({bytes, files: 8})
    expect(sent.resumedFrom).toBeGreaterThan(cutAt - 2 * mostExtraBytes)
    expect(host.events.at(-1)).toMatchObject({event: 'received', bytes, files: 8, resumedFrom: sent.resumedFrom})
    expect(arrivedAt(host)).toEqual(expected)
    expect(pair.sentBytes).toBeLessThan(bytes + 2 * mostExtraBytes)
    await expectNothingLeft(host, ['new_src'])
  })
})

describe('a directory whose session is back', () => {
  it.each(places)('goes on by itself where it was cut: at byte %i', async cutAt => {
    const {pair, root, expected} = begin()
    const {host, member, line} = pair.begin()
    line.cutAfter(cutAt)
    const {delivered} = await member.desk.offer(root)
    await until(() => !host.session.isAttached && !member.session.isAttached)
    pair.connect(host, member)
    expect(await delivered).toMatchObject({bytes, files: 8})
    expect(arrivedAt(host)).toEqual(expected)
    expect(pair.sentBytes).toBeLessThan(bytes + 2 * mostExtraBytes)
    await expectNothingLeft(host, ['new_src'])
  })
})

describe('a directory whose line falls silent', () => {
  it.each(places)('goes on by itself where that was: at byte %i', async silentAt => {
    const {pair, root, expected} = begin()
    const {host, member, line} = pair.begin()
    line.silenceAfter(silentAt)
    const {delivered} = await member.desk.offer(root)
    await until(() => line.sentBytes >= silentAt)
    while (host.session.isAttached || member.session.isAttached) await passTime(5000, [host, member])
    pair.connect(host, member)
    expect(await delivered).toMatchObject({bytes, files: 8})
    expect(arrivedAt(host)).toEqual(expected)
    expect(pair.sentBytes).toBeLessThan(bytes + 2 * mostExtraBytes)
    await expectNothingLeft(host, ['new_src'])
  })
})

describe('a directory', () => {
  it.each<[string, (root: string) => void, number]>([
    ['has another content', root => writeFileSync(join(root, 'a/b/c.txt'), 'changed'), 8],
    ['was added', root => writeFileSync(join(root, 'a/0'), 'added'), 9],
    ['was added right before the place', root => writeFileSync(join(root, 'small/4'), 'added'), 9],
    ['was removed', root => rmSync(join(root, 'small/1')), 7],
    ['was touched', root => utimesSync(join(root, 'a/z.txt'), 1, 1), 8],
    ['which was under way was touched', root => utimesSync(join(root, 'z-large.bin'), 1, 1), 8],
    ['which was under way is gone', root => rmSync(join(root, 'z-large.bin')), 7],
  ])(
    'is begun anew by itself when a file %s where it was sent, and both ends say so, once',
    async (_, change, files) => {
      const {pair, root} = begin()
      await breakOff(pair, root, bytes * 0.8)
      change(root)
      const {host, member} = pair.begin()
      expect(await (await member.desk.offer(root)).delivered).toMatchObject({resumedFrom: 0, files})
      await host.desk.idle()
      for (const {events} of [host, member])
        expect(events.flatMap(event => (event.event === 'notice' ? [event.code] : []))).toEqual([
          'resumed',
          'started-over',
        ])
      expect(host.events.at(-1)).toMatchObject({event: 'received', files, resumedFrom: 0})
      expect(arrivedAt(host)).toEqual(harvest(root))
      await expectNothingLeft(host, ['new_src'])
    },
  )

  it('of which less is offered by now than has come is begun anew by itself, though no file comes before that is said', async () => {
    const many = Object.fromEntries(Array.from({length: 3000}, (_, index) => [`b/${1000 + index}`, null]))
    const {pair, root} = begin({'a/1': 'x'.repeat(1000), 'a/2': 'y'.repeat(1000), ...many})
    await breakOff(pair, root, 90_000)
    rmSync(join(root, 'a/2'))
    const {host, member} = pair.begin()
    expect(await (await member.desk.offer(root)).delivered).toMatchObject({resumedFrom: 0, files: 1})
    expect(host.happened.filter(event => event === 'notice')).toHaveLength(2)
    expect(arrivedAt(host)).toEqual(harvest(root))
    await expectNothingLeft(host, ['new_src'])
  })

  it('that has changed where it was sent, and is cut again when it begins anew, goes on with that', async () => {
    const {pair, root} = begin()
    await breakOff(pair, root, bytes * 0.8)
    writeFileSync(join(root, 'a/b/c.txt'), 'changed')
    await breakOff(pair, root, bytes * 0.6)
    const {host, member} = pair.begin()
    const sent = await (await member.desk.offer(root)).delivered
    expect(sent).toMatchObject({files: 8})
    expect(arrivedAt(host)).toEqual(harvest(root))
    await expectNothingLeft(host, ['new_src'])
  })

  it('that has changed only where it is still to be sent goes on', async () => {
    const {pair, root} = begin()
    await breakOff(pair, root, bytes * 0.8)
    writeFileSync(join(root, 'z-new'), 'new')
    const {host, member} = pair.begin()
    const sent = await (await member.desk.offer(root)).delivered
    expect(sent.resumedFrom).toBeGreaterThan(bytes / 2)
    expect(arrivedAt(host)).toEqual(harvest(root))
  })

  it('of which another file was under way than was sent has that sent again, and no other', async () => {
    const {pair, root, expected} = begin()
    await breakOff(pair, root, bytes * 0.8)
    const [part] = readdirSync(pair.directories.host).filter(name => name.endsWith('.part'))
    const kept = join(pair.directories.host, part!, 'tree', 'z-large.bin')
    writeFileSync(kept, 'x'.repeat(statSync(kept).size))
    const before = pair.sentBytes
    const {host, member} = pair.begin()
    expect(await (await member.desk.offer(root)).delivered).toMatchObject({files: 8})
    expect(arrivedAt(host)).toEqual(expected)
    expect(pair.sentBytes - before).toBeLessThan(2 * expected['z-large.bin']!.length)
    await expectNothingLeft(host, ['new_src'])
  })

  it.each<[string, (tree: string) => void]>([
    ['is missing', tree => rmSync(join(tree, 'small/2'))],
    ['is another', tree => writeFileSync(join(tree, 'small/2'), 'other')],
  ])('of which something that had come %s goes back to there, by itself, and no further', async (_, spoil) => {
    const {pair, root, expected} = begin()
    await breakOff(pair, root, bytes * 0.95)
    const [part] = readdirSync(pair.directories.host).filter(name => name.endsWith('.part'))
    spoil(join(pair.directories.host, part!, 'tree'))
    const before = pair.sentBytes
    const {host, member} = pair.begin()
    const sent = await (await member.desk.offer(root)).delivered
    const upToThere = bytes - 65_536 - expected['z-large.bin']!.length
    expect(sent).toMatchObject({bytes, files: 8, resumedFrom: upToThere})
    expect(arrivedAt(host)).toEqual(expected)
    expect(pair.sentBytes - before).toBeLessThan(bytes - upToThere + 0.05 * bytes + mostExtraBytes)
    await expectNothingLeft(host, ['new_src'])
  })

  it('whatever it is, cut at any byte any number of times, arrives whole', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd')
    const size = fc.oneof(fc.constantFrom(0, 1, 65_536, 65_537), fc.nat(150_000))
    const files = fc.array(fc.tuple(fc.array(name, {minLength: 1, maxLength: 3}), size), {minLength: 1, maxLength: 6})
    await fc.assert(
      fc.asyncProperty(files, fc.array(fc.nat(200_000), {maxLength: 4}), async (files, cuts) => {
        const content = Object.fromEntries(
          files.map(([path, bytes]) => [path.map(name => `${name}/`).join('') + 'f', 'x'.repeat(bytes)]),
        )
        const {pair, root, expected} = begin(content)
        for (const cutAt of cuts) await breakOffOrArrive(pair, root, cutAt)
        const {host, member} = pair.begin()
        expect(await (await member.desk.offer(root)).delivered).toMatchObject({files: Object.keys(content).length})
        const last = readdirSync(host.directory).sort().at(-1)
        expect(harvest(join(host.directory, last!))).toEqual(expected)
      }),
      {numRuns: 15},
    )
  })

  it('is begun anew where the other side asks for a place that it never had', async () => {
    const root = plant(temporaryDirectory(), {a: 'a', b: 'b'})
    const source = await TreeSource.inspect(root, {}, systemClock)
    const chain = '0'.repeat(64)
    for (const place of [
      {entries: 1, chain, path: ['a'], before: {chain, bytes: 0, files: 0}},
      {entries: 9, chain, path: ['b'], before: {chain, bytes: 8, files: 8}},
    ]) {
      const reader = await source.open({bytes: 1, place})
      let isAnew = false
      reader.onStartedOver = () => (isAnew = true)
      const stream = await readAll(reader)
      expect(isAnew).toBe(true)
      expect(stream.subarray(0, 4)).toEqual(Buffer.from([7, 0, 0, 0]))
      expect(stream.subarray(4)).toEqual(await readAll(await openTree(root)))
    }
  })
})

async function breakOffOrArrive(pair: ResumablePair, root: string, cutAt: number): Promise<void> {
  const {host, member, line} = pair.begin()
  line.cutAfter(cutAt)
  const settled = (await member.desk.offer(root)).delivered.catch(() => undefined)
  await Promise.race([settled, until(() => !host.session.isAttached && !member.session.isAttached)])
  await Promise.all([host.desk.close(lost), member.desk.close(lost)])
  await settled
}

describe('a part of a tree that a killed process left', () => {
  /** Goes on; returns what the tree is then, and how many bytes of files came before the last time. */
  async function goOn(directory: string, root: string): Promise<{bytes: number; tree: Plan}> {
    const sink = await openLeft(directory)
    const {starts} = await takeRest(sink, root)
    return {bytes: starts.at(-1)!, tree: harvest(await conclude(sink))}
  }

  it.each(places)('is gone on with as far as it was written: after byte %i', async cutAt => {
    const {root, expected} = begin()
    const directory = temporaryDirectory()
    await leaveTree(directory, (await readAll(await openTree(root))).subarray(0, cutAt))
    const {bytes, tree} = await goOn(directory, root)
    expect(bytes).toBeGreaterThan(cutAt - mostExtraBytes)
    expect(tree).toEqual(expected)
    expect(readdirSync(directory)).toEqual(['new_src'])
  })

  it('loses what its journal does not speak of', async () => {
    const {root, expected} = begin()
    const directory = temporaryDirectory()
    const path = await leaveTree(directory, (await readAll(await openTree(root))).subarray(0, bytes * 0.8))
    plant(join(path, 'tree'), {'a/stray': 's', 'z-large.bi': 's', 'stray/in': 's'})
    expect((await goOn(directory, root)).tree).toEqual({...expected, 'a/stray': 's'})
  })

  it.each<[string, (path: string) => void]>([
    ['a file is not there', path => rmSync(join(path, 'tree/small/1'))],
    ['a file is shorter', path => writeFileSync(join(path, 'tree/small/1'), 'x')],
    ['the journal is torn', path => writeFileSync(journalIn(path), '')],
    ['the journal is of another part', path => writeFileSync(journalIn(path), Buffer.alloc(5000), {flag: 'r+'})],
  ])('is gone on with before that where %s', async (_, spoil) => {
    const {root, expected} = begin()
    const directory = temporaryDirectory()
    spoil(await leaveTree(directory, (await readAll(await openTree(root))).subarray(0, bytes * 0.8)))
    const {bytes: start, tree} = await goOn(directory, root)
    expect(start).toBeLessThan(bytes * 0.6)
    expect(tree).toEqual(expected)
  })

  it('is compared with what was sent after the machine was started anew', async () => {
    const {root, expected} = begin()
    const directory = temporaryDirectory()
    const path = await leaveTree(directory, (await readAll(await openTree(root))).subarray(0, bytes * 0.8))
    writeFileSync(join(path, 'tree/small/1'), 'y'.repeat(40_000))
    const before = new Date(Date.now() - 120_000)
    utimesSync(journalIn(path), before, before)
    const {bytes: start, tree} = await goOn(directory, root)
    expect(start).toBe(600_011)
    expect(tree).toEqual(expected)
  })

  it('is removed after a week with all that is in it', async () => {
    const {root} = begin()
    const directory = temporaryDirectory()
    const path = await leaveTree(directory, await readAll(await openTree(root)))
    const old = new Date(Date.now() - 8 * 24 * 3600 * 1000)
    for (const each of [path, journalIn(path)]) utimesSync(each, old, old)
    await new PartShelf(deadMachine).tidy(directory)
    expect(readdirSync(directory)).toEqual([])
  })

  it('is kept for a week from when something of it came last', async () => {
    const {root} = begin()
    const directory = temporaryDirectory()
    const path = await leaveTree(directory, await readAll(await openTree(root)))
    const old = new Date(Date.now() - 8 * 24 * 3600 * 1000)
    utimesSync(path, old, old)
    await new PartShelf(deadMachine).tidy(directory)
    expect(readdirSync(directory)).toHaveLength(1)
  })

  it('tells anew what was dropped, renamed and missing', async () => {
    const root = plant(temporaryDirectory(), {'bad\nname': 'b', 'Read.me': '1', 'read.me': '2', z: large})
    const directory = temporaryDirectory()
    const stream = await readAll(await openTree(root))
    await leaveTree(directory, stream.subarray(0, 1000))
    const sink = await openLeft(directory)
    expect(sink.dropped?.first).toEqual([{path: ['bad\nname'], code: 'unsafe-name'}])
    expect(sink.renamed).toBe('read.me became read (2).me')
    expect(() => sink.digest()).toThrow('it ends in the middle')
    await sink.discard()
    expect(readdirSync(directory)).toEqual([])
  })
})
