import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import type * as FileSystem from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {TreeLevels} from '../../../src/transfer/tree/tree-levels.js'
import {
  conclude,
  journalIn,
  kill,
  leaveTree,
  openJournalIn,
  openLeft,
  readRest,
  takeRest,
  writeAll,
} from '../../helpers/left-tree.js'
import {openFilesOf} from '../../helpers/open-files.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {failureOf} from '../../helpers/transfer-pair.js'
import {openTree, readAll} from '../../helpers/tree-pipe.js'
import {harvest, plant, type Plan} from '../../helpers/trees.js'
import {eventLoopTurns, until} from '../../helpers/until.js'

const {gate, HeldTurns} = await vi.hoisted(() => import('../../helpers/held-look.js'))
vi.mock('../../../src/transfer/tree/short-turns.js', () => ({ShortTurns: HeldTurns}))

const disk = vi.hoisted(() => ({looks: 0, fault: undefined as Error | undefined}))
vi.mock('node:fs', async original => {
  const fs = await original<typeof FileSystem>()
  const lstatSync = (...args: Parameters<typeof fs.lstatSync>) => {
    disk.looks++
    if (disk.fault) throw disk.fault
    return fs.lstatSync(...args)
  }
  return {...fs, lstatSync}
})

const large = 'x'.repeat(100_000)
const plan: Plan = {
  'a/1': '1'.repeat(1000),
  'a/2': '2'.repeat(1000),
  'b/c/3': '3'.repeat(1000),
  'b/large': large,
  'd/4': '4'.repeat(1000),
  'e/large': large.slice(1),
  'f/5': '5'.repeat(1000),
}
const allBytes = Object.values(plan).reduce((sum, content) => sum + content!.length, 0)
/** In the midst of `e/large`. */
const cutAt = 150_000

/** A part with most of a tree; `spoil` is given where that stands. */
async function begin(spoil: (tree: string, part: string) => void = () => undefined) {
  const root = plant(join(temporaryDirectory(), 'src'), plan)
  const directory = temporaryDirectory()
  const stream = await readAll(await openTree(root))
  const part = await leaveTree(directory, stream.subarray(0, cutAt))
  spoil(join(part, 'tree'), part)
  return {root, directory, stream}
}

/** As a part is that was written before the machine was started. */
function makeOld(part: string): void {
  const before = new Date(Date.now() - 120_000)
  utimesSync(journalIn(part), before, before)
}

function changeOld(tree: string, part: string): void {
  writeFileSync(join(tree, 'a/2'), 'x'.repeat(1000))
  makeOld(part)
}

function partIn(directory: string): string {
  return join(
    directory,
    readdirSync(directory).find(name => name.endsWith('.part'))!,
  )
}

async function marksIn(directory: string): Promise<string[]> {
  const journal = await openJournalIn(partIn(directory))
  const items = [...journal.read()].map(({item}) => item)
  await journal.close()
  return items.filter(item => item === 'doubted' || item === 'confirmed')
}

describe('a tree that goes on', () => {
  it('says its place before anything but what it goes on in was looked at', async () => {
    const {root, directory} = await begin()
    gate.hold()
    disk.looks = 0
    const sink = await openLeft(directory)
    expect(sink.bytes).toBeGreaterThan(cutAt - 10_000)
    // The root, one directory, and the file in it that is under way.
    expect(disk.looks).toBe(3)
    gate.release()
    await takeRest(sink, root)
    expect(disk.looks).toBeGreaterThan(8)
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
  })

  it('is not whole, nor has it its name, before all that was kept was looked at', async () => {
    const {root, directory} = await begin()
    gate.hold()
    const sink = await openLeft(directory)
    await writeAll(sink, (await readRest(root, sink)).stream)
    const over: string[] = []
    const both = [sink.digest().then(() => over.push('digest')), sink.persist().then(() => over.push('persist'))]
    await eventLoopTurns(20)
    expect(over).toEqual([])
    expect(readdirSync(directory)).toHaveLength(1)
    gate.release()
    await Promise.all(both)
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
  })

  const replace = (path: string, make: (path: string) => void): void => {
    rmSync(path, {recursive: true})
    make(path)
  }

  const moveAside = (path: string): void => {
    const aside = join(temporaryDirectory(), 'aside')
    renameSync(path, aside)
    symlinkSync(aside, path)
  }

  const damages: [string, (tree: string, part: string) => void, keptBytes: number][] = [
    ['a file is not there any more', tree => rmSync(join(tree, 'a/2')), 1000],
    ['a file has become shorter', tree => writeFileSync(join(tree, 'b/c/3'), '3'), 2000],
    ['a large file has become longer', tree => writeFileSync(join(tree, 'b/large'), `${large}x`), 3000],
    ['a directory is not there any more', tree => rmSync(join(tree, 'b/c'), {recursive: true}), 2000],
    ['a file is a directory', tree => replace(join(tree, 'd/4'), mkdirSync), 103_000],
    ['a directory is a link to where it is now', tree => moveAside(join(tree, 'a')), 0],
    ['a small file holds something else since the machine was started', changeOld, 1000],
  ]

  it.each(damages)(
    'goes back to just there where %s, and what it had beyond that comes again',
    async (_, spoil, keptBytes) => {
      const {root, directory} = await begin(spoil)
      gate.hold()
      const sink = await openLeft(directory)
      expect(sink.bytes).toBeGreaterThan(cutAt - 10_000)
      await writeAll(sink, (await readRest(root, sink)).stream)
      const tree = join(partIn(directory), 'tree')
      expect(existsSync(join(tree, 'f/5'))).toBe(true)
      gate.release()
      expect(await failureOf(sink.digest())).toMatchObject({code: 'connection-lost'})
      expect(sink.bytes).toBe(keptBytes)
      expect(existsSync(join(tree, 'f/5'))).toBe(false)
      await sink.continuation?.settled()
      const {starts} = await takeRest(sink, root)
      expect(starts).toEqual([keptBytes])
      expect(sink).toMatchObject({bytes: allBytes, files: 7})
      expect(harvest(await conclude(sink))).toEqual(harvest(root))
      expect(readdirSync(directory)).toEqual(['new_src'])
      expect(openFilesOf(directory)).toBe(0)
    },
  )

  it.each(damages)('takes nothing more as soon as it has found that %s', async (_, spoil, keptBytes) => {
    const {root, directory} = await begin(spoil)
    const sink = await openLeft(directory)
    const {stream} = await readRest(root, sink)
    await eventLoopTurns(5)
    expect(await failureOf(sink.write([stream]))).toMatchObject({code: 'connection-lost'})
    expect(sink.bytes).toBe(keptBytes)
    await sink.discard()
    expect(openFilesOf(directory)).toBe(0)
  })

  it('goes back once where the file under way is wrong, too, and something before it', async () => {
    const {root, directory} = await begin(tree => {
      rmSync(join(tree, 'a/2'))
      writeFileSync(join(tree, 'e/large'), 'y'.repeat(40_000))
    })
    gate.hold()
    const sink = await openLeft(directory)
    const failure = failureOf(writeAll(sink, (await readRest(root, sink)).stream))
    await until(() => !existsSync(join(partIn(directory), 'tree/e/large')))
    gate.release()
    expect(await failure).toMatchObject({code: 'connection-lost'})
    expect(sink.bytes).toBe(1000)
    await sink.continuation?.settled()
    expect((await takeRest(sink, root)).starts).toEqual([1000])
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
  })

  it('hears that all comes anew where nothing that was kept is left', async () => {
    const {root, directory} = await begin(tree => rmSync(join(tree, 'a'), {recursive: true}))
    gate.hold()
    const sink = await openLeft(directory)
    let isAnew = false
    sink.onStartedOver = () => (isAnew = true)
    await writeAll(sink, (await readRest(root, sink)).stream)
    gate.release()
    await failureOf(sink.digest())
    expect({isAnew, place: sink.place}).toEqual({isAnew: true, place: undefined})
    await takeRest(sink, root)
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
  })

  it('makes and removes nothing behind a link that has come into the place of a directory that it goes on in', async () => {
    const outside = plant(temporaryDirectory(), {mine: 'mine'})
    const {root, directory} = await begin(tree => {
      rmSync(join(tree, 'e'), {recursive: true})
      symlinkSync(outside, join(tree, 'e'))
    })
    const sink = await openLeft(directory)
    expect((await takeRest(sink, root)).starts).toEqual([104_000])
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
    expect(harvest(outside)).toEqual({mine: 'mine'})
  })

  it('makes nothing behind a link that has come into the place of its root', async () => {
    const outside = plant(temporaryDirectory(), {mine: 'mine'})
    const {root, directory} = await begin(tree => {
      rmSync(tree, {recursive: true})
      symlinkSync(outside, tree)
    })
    const sink = await openLeft(directory)
    expect((await takeRest(sink, root)).starts).toEqual([0])
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
    expect(harvest(outside)).toEqual({mine: 'mine'})
  })

  it('says what keeps it from looking', async () => {
    const {root, directory} = await begin()
    gate.hold()
    const sink = await openLeft(directory)
    await writeAll(sink, (await readRest(root, sink)).stream)
    disk.fault = Object.assign(new Error('EIO'), {code: 'EIO', syscall: 'lstat'})
    gate.release()
    const failure = failureOf(sink.digest())
    await eventLoopTurns(5)
    disk.fault = undefined
    expect(await failure).toMatchObject({code: 'not-writable'})
    await sink.continuation?.keep()
    expect(openFilesOf(directory)).toBe(0)
  })

  it('leaves nothing open when it cannot be gone on with', async () => {
    const {root, directory} = await begin()
    const fault = Object.assign(new Error('EBUSY'), {code: 'EBUSY', syscall: 'unlink'})
    const removing = vi.spyOn(TreeLevels.prototype, 'removeRest').mockRejectedValue(fault)
    expect(await failureOf(openLeft(directory))).toMatchObject({code: 'not-writable'})
    expect(openFilesOf(directory)).toBe(0)
    removing.mockRestore()
    const sink = await openLeft(directory)
    await takeRest(sink, root)
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
  })

  it.each<['keep' | 'discard', string[]]>([
    ['keep', ['part']],
    ['discard', []],
  ])('looks no further when it ends by %s, which leaves nothing open', async (how, left) => {
    const {root, directory} = await begin()
    gate.hold()
    const sink = await openLeft(directory)
    await writeAll(sink, (await readRest(root, sink)).stream)
    const failure = failureOf(sink.digest())
    const ended = how === 'keep' ? sink.continuation!.keep() : sink.discard()
    disk.looks = 0
    gate.release()
    await ended
    await eventLoopTurns(5)
    expect(disk.looks).toBe(0)
    expect(await failure).toBeDefined()
    expect(readdirSync(directory).map(name => name.split('.').at(-1))).toEqual(left)
    expect(openFilesOf(directory)).toBe(0)
  })

  it('is gone on with by the next process when one is killed as it looks', async () => {
    const {root, directory, stream} = await begin(tree => rmSync(join(tree, 'd/4')))
    gate.hold()
    const first = await openLeft(directory)
    await writeAll(first, (await readRest(root, first)).stream.subarray(0, 20_000))
    const killing = kill(directory, first)
    gate.release()
    await killing
    const sink = await openLeft(directory)
    expect(sink.bytes).toBeGreaterThan(cutAt + 10_000)
    const {starts, sentBytes} = await takeRest(sink, root)
    expect(starts.at(-1)).toBe(103_000)
    expect(sentBytes).toBeLessThan(2 * (stream.length - 103_000))
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
  })
})

describe('a tree that goes on since the machine was started', () => {
  it('is still compared by the process after one that was killed as it did', async () => {
    const {root, directory} = await begin(changeOld)
    gate.hold()
    const first = await openLeft(directory)
    await writeAll(first, (await readRest(root, first)).stream.subarray(0, 20_000))
    const killing = kill(directory, first)
    gate.release()
    await killing
    const sink = await openLeft(directory)
    expect((await takeRest(sink, root)).starts.at(-1)).toBe(1000)
    expect(harvest(await conclude(sink))).toEqual(harvest(root))
  })

  it('is compared once', async () => {
    const {directory} = await begin((_, part) => makeOld(part))
    const sink = await openLeft(directory)
    await eventLoopTurns(5)
    await kill(directory, sink)
    expect(await marksIn(directory)).toEqual(['doubted', 'confirmed'])
    const next = await openLeft(directory)
    await next.continuation?.keep()
    expect(await marksIn(directory)).toEqual(['doubted', 'confirmed'])
    expect(readFileSync(join(partIn(directory), 'tree/a/2'), 'utf8')).toBe('2'.repeat(1000))
  })
})
