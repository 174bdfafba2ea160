import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {encodeEntry, writeDataHeader} from '../../../src/protocol/tree-encoder.js'
import {recordHeaderBytes, type TreeEntry} from '../../../src/protocol/tree-record.js'
import {partIdOf} from '../../../src/transfer/job.js'
import {maxKeptOfOneDevice, partLifetimeMs} from '../../../src/transfer/part/kept-names.js'
import {encodeRecord, subjectOf} from '../../../src/transfer/part/part-journal.js'
import {formatPartName, journalOf as journalOfFile} from '../../../src/transfer/part/part-name.js'
import type {PartOrigin, PartRequest} from '../../../src/transfer/part/part-request.js'
import {PartShelf} from '../../../src/transfer/part/part-shelf.js'
import {TreeParts} from '../../../src/transfer/tree/tree-parts.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {until} from '../../helpers/until.js'

const isRoot = process.getuid?.() === 0
const bytes = 100
const id = partIdOf('bob', 'b'.repeat(32), bytes)
const dead = {pid: 77, token: '0'.repeat(16)}
const machine = {isAlive: (pid: number) => pid === 88, bootedMs: () => Date.now() - 60_000}

function request(directory: string, origin: Partial<PartOrigin> = {}): PartRequest {
  const whole = {job: 'b'.repeat(32), peerFingerprint: 'bob', session: {}, takeOver: () => undefined, ...origin}
  return {directory, name: 'a.bin', transfer: 'c'.repeat(32), bytes, origin: whole}
}

const journalOf = (path: string): string => journalOfFile(path, statSync(path, {bigint: true}))

/** A part that a process left. */
function leave(directory: string, content: string, owner = dead): string {
  const path = join(directory, formatPartName({name: 'a.bin', id, owner}))
  writeFileSync(path, content)
  return path
}

const partsIn = (directory: string): string[] => readdirSync(directory).filter(name => name.endsWith('.part'))

const startedAt = async (directory: string, origin?: Partial<PartOrigin>): Promise<number> => {
  const sink = await new PartShelf(machine).open(request(directory, origin))
  const {bytes: start} = sink
  await sink.discard()
  return start
}

describe('a part that a process left', () => {
  it('is gone on with, as far as it was written, while the machine runs', async () => {
    const directory = temporaryDirectory()
    leave(directory, '0123456789')
    const sink = await new PartShelf(machine).open(request(directory))
    expect(sink.bytes).toBe(10)
    await sink.write([Buffer.alloc(90, 'x')])
    const path = await sink.publish()
    await sink.continuation?.forget()
    expect(readFileSync(path, 'utf8')).toBe('0123456789' + 'x'.repeat(90))
    expect(readdirSync(directory)).toEqual(['a.bin'])
  })

  it('is gone on with, as far as its journal says, after the machine was started anew', async () => {
    const directory = temporaryDirectory()
    const path = leave(directory, '0123456789')
    const subject = subjectOf(id, statSync(path, {bigint: true}))
    writeFileSync(journalOf(path), encodeRecord(subject, 7), {mode: 0o600})
    utimesSync(path, new Date(Date.now() - 120_000), new Date(Date.now() - 120_000))
    expect(await startedAt(directory)).toBe(7)
    expect(readdirSync(directory)).toEqual([])
  })

  it('says nothing after that without a journal, or with one of another part', async () => {
    for (const subject of [undefined, 'another']) {
      const directory = temporaryDirectory()
      const path = leave(directory, '0123456789')
      if (subject) writeFileSync(journalOf(path), encodeRecord(subject, 7))
      utimesSync(path, new Date(Date.now() - 120_000), new Date(Date.now() - 120_000))
      expect(await startedAt(directory)).toBe(0)
    }
  })

  it('is nothing for another device, another job, or while its process lives', async () => {
    for (const origin of [{peerFingerprint: 'eve'}, {job: 'd'.repeat(32)}]) {
      const directory = temporaryDirectory()
      const path = leave(directory, '0123456789')
      expect(await startedAt(directory, origin)).toBe(0)
      expect(existsSync(path)).toBe(true)
    }
    const directory = temporaryDirectory()
    const path = leave(directory, '0123456789', {...dead, pid: 88})
    expect(await startedAt(directory)).toBe(0)
    expect(existsSync(path)).toBe(true)
  })

  it.each<[string, (path: string, victim: string) => void]>([
    ['a link', (path, victim) => symlinkSync(victim, path)],
    ['a second name of a file', (path, victim) => linkSync(victim, path)],
    ['a directory', path => mkdirSync(path)],
  ])('is not gone on with when it is %s: that stays as it is', async (_, plant) => {
    const directory = temporaryDirectory()
    const [path, victim] = [leave(directory, ''), join(directory, 'victim')]
    writeFileSync(victim, 'precious')
    rmSync(path)
    plant(path, victim)
    expect(await startedAt(directory)).toBe(0)
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(victim, 'utf8')).toBe('precious')
  })

  it.runIf(isRoot)('is not gone on with when it is of another user: that stays as it is', async () => {
    const directory = temporaryDirectory()
    const path = leave(directory, '0123456789')
    chownSync(path, 12_345, 12_345)
    expect(await startedAt(directory)).toBe(0)
    expect(readFileSync(path, 'utf8')).toBe('0123456789')
  })

  it('is removed when its device has left too many since, and no part of another device is', async () => {
    const directory = temporaryDirectory()
    const devices = ['bob', 'eve']
    const job = (number: number): string => number.toString(16).padStart(16, '0').repeat(2)
    const put = (device: string, number: number): string => {
      const path = join(
        directory,
        formatPartName({name: 'a.bin', id: partIdOf(device, job(number), bytes), owner: dead}),
      )
      writeFileSync(path, 'x')
      writeFileSync(journalOf(path), '')
      const at = new Date(Date.now() - 3_600_000 + number * 1000)
      for (const each of [path, journalOf(path)]) utimesSync(each, at, at)
      return path
    }
    const [bobs, eves] = devices.map(device =>
      Array.from({length: maxKeptOfOneDevice}, (_, number) => put(device, number)),
    )
    const oldestJournal = journalOf(bobs![0]!)
    const sink = await new PartShelf(machine).open(request(directory, {job: job(9999)}))
    await sink.write([Buffer.from('0123')])
    await sink.continuation?.keep()
    await until(() => !existsSync(bobs![0]!) && !existsSync(oldestJournal))
    expect([...bobs!.slice(1), ...eves!].filter(path => !existsSync(path))).toEqual([])
    expect(readdirSync(directory).filter(name => name.endsWith('.part'))).toHaveLength(2 * maxKeptOfOneDevice)
  })

  it.skipIf(isRoot)('that cannot be looked at keeps nobody from receiving', async () => {
    const directory = temporaryDirectory()
    leave(directory, 'x')
    chmodSync(directory, 0o400)
    await expect(new PartShelf(machine).tidy(directory)).resolves.toBeUndefined()
    chmodSync(directory, 0o700)
  })

  it('is removed after a week, and nothing else is', async () => {
    const directory = temporaryDirectory()
    const old = new Date(Date.now() - partLifetimeMs - 60_000)
    const part = leave(directory, 'x')
    const others = ['.a.bin.part', 'a.bin', `.a.bin.${'0'.repeat(31)}.part`].map(name => join(directory, name))
    const young = leave(directory, 'x', {...dead, token: '1'.repeat(16)})
    for (const path of others) writeFileSync(path, '')
    for (const path of [part, ...others]) utimesSync(path, old, old)
    writeFileSync(journalOf(part), '')
    utimesSync(journalOf(part), old, old)
    await new PartShelf(machine).tidy(directory)
    expect(readdirSync(directory).sort()).toEqual(
      [...others, young].map(path => path.slice(directory.length + 1)).sort(),
    )
  })
})

describe('a part that is in use', () => {
  it('is not found by another process, also when it was begun before the machine was started anew', async () => {
    const directory = temporaryDirectory()
    const path = leave(directory, '0123456789')
    const before = new Date(Date.now() - 120_000)
    utimesSync(path, before, before)
    const file = statSync(path, {bigint: true})
    writeFileSync(journalOf(path), encodeRecord(subjectOf(id, file), 7), {mode: 0o600})
    const first = await new PartShelf(machine).open(request(directory))
    const second = await new PartShelf({...machine, isAlive: () => true}).open(request(directory))
    expect([first.bytes, second.bytes]).toEqual([7, 0])
    await Promise.all([first.discard(), second.discard()])
  })

  it('is taken over by a newer session, which waits until it is put away', async () => {
    const directory = temporaryDirectory()
    const shelf = new PartShelf(machine)
    const takeOver = (): void => void first.continuation?.keep()
    const first = await shelf.open(request(directory, {takeOver}))
    await first.write([Buffer.from('0123')])
    const second = await shelf.open(request(directory))
    expect(second.bytes).toBe(4)
    expect(readdirSync(directory).filter(name => name.endsWith('.part'))).toHaveLength(1)
    await second.discard()
    expect(readdirSync(directory)).toEqual([])
  })

  it('is left alone by another transfer of the same session, which begins with nothing', async () => {
    const directory = temporaryDirectory()
    const shelf = new PartShelf(machine)
    const session = {}
    const first = await shelf.open(request(directory, {session}))
    await first.write([Buffer.from('0123')])
    const second = await shelf.open(request(directory, {session}))
    expect([first.bytes, second.bytes]).toEqual([4, 0])
    await Promise.all([first.discard(), second.discard()])
  })

  it('is, when it was published and nobody has heard so, what another session wants, and not what its own does', async () => {
    const directory = temporaryDirectory()
    const shelf = new PartShelf(machine)
    const session = {}
    const first = await shelf.open(request(directory, {session}))
    await first.write([Buffer.alloc(bytes)])
    await first.publish()
    const own = await shelf.open(request(directory, {session}))
    expect(own.bytes).toBe(0)
    await own.discard()
    const other = await shelf.open(request(directory))
    expect(other.bytes).toBe(bytes)
    await other.publish()
    await other.continuation?.forget()
    const later = await shelf.open(request(directory))
    expect(later.bytes).toBe(0)
    await later.discard()
    expect(readdirSync(directory)).toEqual(['a.bin'])
  })

  it('is not found by another process, which begins with nothing', async () => {
    const directory = temporaryDirectory()
    const first = await new PartShelf(machine).open(request(directory))
    await first.write([Buffer.from('0123')])
    const others = new PartShelf({...machine, isAlive: () => true})
    const second = await others.open(request(directory))
    expect(second.bytes).toBe(0)
    await Promise.all([first.discard(), second.discard()])
    expect(readdirSync(directory)).toEqual([])
  })
})

describe('a part of a file as it was before', () => {
  const changed = 'b'.repeat(16) + 'c'.repeat(16)

  /** Opens what is to come of the changed file; returns where that begins, and whether it was said to have changed. */
  async function begin(shelf: PartShelf, directory: string, origin: Partial<PartOrigin> = {}, size = bytes) {
    const hasChanged = vi.fn()
    const sink = await shelf.open({...request(directory, {job: changed, hasChanged, ...origin}), bytes: size})
    return {sink, isTold: hasChanged.mock.calls.length > 0}
  }

  it.each([
    ['in another state', changed, bytes],
    ['with another size', 'b'.repeat(32), bytes + 1],
  ])('is removed when the file is offered %s, and that is said', async (_, job, size) => {
    const directory = temporaryDirectory()
    const path = leave(directory, '0123456789')
    writeFileSync(journalOf(path), '')
    const {sink, isTold} = await begin(new PartShelf(machine), directory, {job}, size)
    expect([sink.bytes, isTold, readdirSync(directory).length]).toEqual([0, true, 1])
    await sink.discard()
    expect(readdirSync(directory)).toEqual([])
  })

  it.each<[string, Partial<PartOrigin>, typeof dead]>([
    ['another device offers it', {peerFingerprint: 'eve'}, dead],
    ['something else is offered under its name', {job: 'c'.repeat(32)}, dead],
    ['another process still has it', {}, {...dead, pid: 88}],
  ])('stays when %s, and nothing is said', async (_, origin, owner) => {
    const directory = temporaryDirectory()
    const path = leave(directory, '0123456789', owner)
    const {sink, isTold} = await begin(new PartShelf(machine), directory, origin)
    expect([sink.bytes, isTold]).toEqual([0, false])
    expect(readFileSync(path, 'utf8')).toBe('0123456789')
    await sink.discard()
  })

  it('stays while the same session brings it', async () => {
    const [directory, session, shelf] = [temporaryDirectory(), {}, new PartShelf(machine)]
    const first = await shelf.open(request(directory, {session}))
    await first.write([Buffer.alloc(bytes)])
    const {sink, isTold} = await begin(shelf, directory, {session})
    expect([sink.bytes, sink.continuation !== undefined, isTold]).toEqual([0, true, false])
    await sink.discard()
    expect(await first.publish()).toBe(join(directory, 'a.bin'))
    await first.continuation?.forget()
    expect(readdirSync(directory)).toEqual(['a.bin'])
  })

  it('is let go of by another session, and removed', async () => {
    const [directory, shelf] = [temporaryDirectory(), new PartShelf(machine)]
    const takeOver = (): void => void first.continuation?.keep()
    const first = await shelf.open(request(directory, {takeOver}))
    await first.write([Buffer.from('0123')])
    const {sink, isTold} = await begin(shelf, directory)
    expect([sink.bytes, isTold, partsIn(directory).length]).toEqual([0, true, 1])
    await sink.discard()
    expect(readdirSync(directory)).toEqual([])
  })

  it('is, when it was published and nobody has heard so, what is found when it is offered as it was then', async () => {
    const [directory, shelf] = [temporaryDirectory(), new PartShelf(machine)]
    const first = await shelf.open(request(directory))
    await first.write([Buffer.alloc(bytes)])
    await first.publish()
    const {sink, isTold} = await begin(shelf, directory)
    expect([sink.bytes, isTold]).toEqual([0, false])
    await sink.discard()
    const again = await shelf.open(request(directory))
    expect(again.bytes).toBe(bytes)
    await again.discard()
  })

  it.runIf(isRoot)('stays when it is of another user', async () => {
    const directory = temporaryDirectory()
    const path = leave(directory, '0123456789')
    chownSync(path, 12_345, 12_345)
    const {sink, isTold} = await begin(new PartShelf(machine), directory)
    expect([isTold, readFileSync(path, 'utf8')]).toEqual([false, '0123456789'])
    await sink.discard()
  })
})

describe('a part in a directory that cannot be written in', () => {
  const content = 'x'.repeat(100_000)
  const requests: [string, (directory: string) => PartRequest, () => Buffer][] = [
    ['a file', request, () => Buffer.from('0123')],
    [
      'a directory',
      directory => ({...request(directory), shape: new TreeParts({...request(directory), bytes: null, files: 1})}),
      () => {
        const file: TreeEntry = {type: 'file', path: ['a'], bytes: content.length, mtimeMs: 0}
        const header = Buffer.alloc(recordHeaderBytes)
        writeDataHeader(header, content.length)
        return Buffer.concat([encodeEntry(file), header, Buffer.from(content)])
      },
    ],
  ]

  /** Keeps everybody out of a directory while that is done. */
  const withoutDirectory = async (directory: string, plant: (path: string) => void, work: () => Promise<void>) => {
    renameSync(directory, `${directory}.away`)
    plant(directory)
    await work()
    rmSync(directory, {recursive: true, force: true})
    renameSync(`${directory}.away`, directory)
  }

  describe.each(requests)('as %s', (_, requestIn, begun) => {
    it.each<[string, (path: string) => void]>([
      ['that is away', () => undefined],
      ['in whose place something else stands', path => writeFileSync(path, '')],
    ])('%s, as it is put away, is gone on with by the same process', async (_, plant) => {
      const directory = temporaryDirectory()
      const shelf = new PartShelf(machine)
      const first = await shelf.open(requestIn(directory))
      await first.write([begun()])
      await first.continuation?.settled()
      const {bytes: written} = first
      expect(written).toBeGreaterThan(0)
      await withoutDirectory(directory, plant, async () => {
        await first.continuation?.keep().catch(() => undefined)
      })
      const second = await shelf.open(requestIn(directory))
      expect(second.bytes).toBe(written)
      await second.discard()
      expect(readdirSync(directory)).toEqual([])
    })

    it('as it is to be gone on with, is there for the next offer', async () => {
      const directory = temporaryDirectory()
      const shelf = new PartShelf(machine)
      const first = await shelf.open(requestIn(directory))
      await first.write([begun()])
      await first.continuation?.keep()
      const plant = (path: string): void => writeFileSync(path, '')
      await withoutDirectory(directory, plant, () => expect(shelf.open(requestIn(directory))).rejects.toThrow())
      const second = await shelf.open(requestIn(directory))
      expect(second.bytes).toBe(first.bytes)
      await second.discard()
      expect(readdirSync(directory)).toEqual([])
    })
  })
})
