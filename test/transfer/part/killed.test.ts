import {hash} from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {partIdOf} from '../../../src/transfer/job.js'
import {encodeRecord, subjectOf} from '../../../src/transfer/part/part-journal.js'
import {formatPartName, journalOf} from '../../../src/transfer/part/part-name.js'
import {PartShelf} from '../../../src/transfer/part/part-shelf.js'
import {systemClock} from '../../../src/session/clock.js'
import type {Sink} from '../../../src/transfer/sink.js'
import {TreeParts} from '../../../src/transfer/tree/tree-parts.js'
import {TreeSource} from '../../../src/transfer/tree/tree-source.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {readAll} from '../../helpers/tree-pipe.js'
import {harvest, plant} from '../../helpers/trees.js'

const {countSteps, runUntilKilled} = await vi.hoisted(() => import('../../helpers/mortal-process.js'))
vi.mock('node:fs/promises', async original =>
  countSteps(await original<object>(), ['rename', 'rm', 'rmdir', 'mkdir', 'link', 'unlink', 'utimes', 'open']),
)
vi.mock('node:fs', async original =>
  countSteps(
    await original<object>(),
    ['mkdir', 'open', 'symlink', 'utimes', 'futimes', 'rm', 'unlink', 'ftruncate', 'write'].map(name => `${name}Sync`),
  ),
)

const job = 'b'.repeat(32)
const origin = () => ({job, peerFingerprint: 'bob', session: {}, takeOver: () => undefined})
const dead = {pid: 77, token: '0'.repeat(16)}
/** It was started after everything here was written: only what a journal says counts. */
const machine = {isAlive: () => false, bootedMs: () => Date.now() + 60_000}

/** Does something once for each of its steps, and is killed before that; up to the time when it is over. */
async function killAtEachStep(attempt: (step: number) => Promise<boolean>): Promise<void> {
  for (let step = 0; !(await attempt(step)); step++) expect(step).toBeLessThan(500)
}

describe('a process that goes on with a part, and is killed', () => {
  const bytes = 100
  const id = partIdOf('bob', job, bytes)
  const content = '0123456789'.repeat(10)
  const place = (directory: string) => ({directory, name: 'a.bin', transfer: 'c'.repeat(32), bytes})
  const open = (directory: string): Promise<Sink> =>
    new PartShelf(machine).open({...place(directory), origin: origin()})

  /** A part of which the first 50 bytes are on disk. */
  function leave(directory: string): void {
    const path = join(directory, formatPartName({name: 'a.bin', id, owner: dead}))
    writeFileSync(path, content.slice(0, 60))
    const file = statSync(path, {bigint: true})
    writeFileSync(journalOf(path, file), encodeRecord(subjectOf(id, file), 50), {mode: 0o600})
  }

  const rest = (from: number): Buffer[] => [Buffer.from(content.slice(from))]

  it('before any step from taking it to putting it away loses nothing that was on disk', async () => {
    await killAtEachStep(async step => {
      const directory = temporaryDirectory()
      leave(directory)
      const isOver = await runUntilKilled(step, async () => {
        const sink = await open(directory)
        await sink.write([Buffer.from(content.slice(50, 80))])
        await sink.continuation?.keep()
      })
      const sink = await open(directory)
      expect(sink.bytes).toBeGreaterThanOrEqual(isOver ? 80 : 50)
      await sink.write(rest(sink.bytes))
      expect(readFileSync(await sink.publish(), 'utf8')).toBe(content)
      await sink.continuation?.forget()
      expect(readdirSync(directory)).toEqual(['a.bin'])
      return isOver
    })
  })

  it('before any step of publishing it has it whole, or goes on with all of it', async () => {
    await killAtEachStep(async step => {
      const directory = temporaryDirectory()
      leave(directory)
      const first = await open(directory)
      await first.write(rest(50))
      const isOver = await runUntilKilled(step, () => first.publish())
      const path = join(directory, 'a.bin')
      const sink = await open(directory)
      expect(sink.bytes).toBeGreaterThanOrEqual(existsSync(path) ? 100 : 50)
      if (sink.bytes < 100) await sink.write(rest(sink.bytes))
      expect(await sink.digest()).toBe(hash('sha256', content))
      expect(await sink.publish()).toBe(path)
      await sink.continuation?.forget()
      expect(readFileSync(path, 'utf8')).toBe(content)
      expect(readdirSync(directory)).toEqual(['a.bin'])
      return isOver
    })
  })

  describe('as it gives it the time of its source', () => {
    const mtimeMs = 1_000_000_000_000
    const booted = {isAlive: () => true, bootedMs: () => Date.now() - 60_000}
    const request = (directory: string) => ({...place(directory), attributes: {mtimeMs}})
    const parts = (directory: string): string[] => readdirSync(directory).filter(name => name.endsWith('.part'))

    it.each([
      ['that can be resumed', origin],
      ['that cannot', () => undefined],
    ])(
      'before any step has its name only with its time, and nobody else takes a part %s for old',
      async (_, originOf) => {
        await killAtEachStep(async step => {
          const directory = temporaryDirectory()
          const first = await new PartShelf(booted).open({...request(directory), origin: originOf()})
          await first.write(rest(0))
          const isOver = await runUntilKilled(step, () => first.publish())
          const [before, path] = [parts(directory), join(directory, 'a.bin')]
          if (existsSync(path)) expect(statSync(path).mtimeMs).toBe(mtimeMs)
          const other = await new PartShelf(booted).open({...request(directory), origin: origin()})
          expect(parts(directory)).toEqual(expect.arrayContaining(before))
          await other.discard()
          return isOver
        })
      },
    )

    it('before any step, loses nothing of it', async () => {
      await killAtEachStep(async step => {
        const directory = temporaryDirectory()
        const first = await new PartShelf(booted).open({...request(directory), origin: origin()})
        await first.write(rest(0))
        const isOver = await runUntilKilled(step, () => first.publish())
        rename(directory)
        const sink = await new PartShelf({...booted, isAlive: () => false}).open({
          ...request(directory),
          origin: origin(),
        })
        expect(sink.bytes).toBe(bytes)
        const path = await sink.publish()
        expect([readFileSync(path, 'utf8'), statSync(path).mtimeMs]).toEqual([content, mtimeMs])
        await sink.continuation?.forget()
        expect(readdirSync(directory)).toEqual(['a.bin'])
        return isOver
      })
    })

    /** Has the part, if one is left, be that of another process. */
    function rename(directory: string): void {
      for (const name of parts(directory))
        renameSync(
          join(directory, name),
          join(directory, name.replace(/\.\d+-[0-9a-f]{16}\.part$/, `.77-${dead.token}.part`)),
        )
    }
  })
})

describe('a process that goes on with the part of a tree, and is killed', () => {
  const root = (): string =>
    plant(temporaryDirectory(), {
      'a/b/c': 'c',
      'a/large': 'x'.repeat(100_000),
      'a/link': '->large',
      'b/link': '->../a/b',
      'c/d': 'd',
      empty: null,
      last: '->a/large',
    })
  const begunBytes = 70_000
  const open = (directory: string): Promise<Sink> => {
    const request = {directory, name: 'new_src', transfer: 'c'.repeat(32), bytes: null, files: 0}
    return new PartShelf(machine).open({...request, origin: origin(), shape: new TreeParts(request)})
  }
  const read = async (tree: string, {bytes, place}: Pick<Sink, 'bytes' | 'place'>): Promise<Buffer> =>
    readAll(await (await TreeSource.inspect(tree, {links: true}, systemClock)).open({bytes, place}))

  /** A part of the tree with a file under way that is on disk as far as it came. */
  async function leave(directory: string, tree: string): Promise<void> {
    const sink = await open(directory)
    await sink.write([(await read(tree, {bytes: 0})).subarray(0, begunBytes)])
    await sink.continuation?.keep()
    const [own] = readdirSync(directory)
    renameSync(
      join(directory, own!),
      join(directory, formatPartName({name: 'new_src', id: partIdOf('bob', job, 0), owner: dead})),
    )
  }

  /** Goes on to the end; returns the tree, and how many bytes of files came before. */
  async function goOn(directory: string, tree: string) {
    const sink = await open(directory)
    const {bytes} = sink
    await sink.write([await read(tree, sink)])
    await sink.persist()
    const path = await sink.publish()
    await sink.continuation?.forget()
    return {bytes, path}
  }

  it('before any step from taking it to putting it away loses nothing that was there', async () => {
    const tree = root()
    await killAtEachStep(async step => {
      const directory = temporaryDirectory()
      await leave(directory, tree)
      const isOver = await runUntilKilled(step, async () => {
        const sink = await open(directory)
        await sink.write([(await read(tree, sink)).subarray(0, 10_000)])
        await sink.continuation?.keep()
      })
      const {bytes, path} = await goOn(directory, tree)
      expect(bytes).toBeGreaterThan(60_000)
      expect(harvest(path)).toEqual(harvest(tree))
      expect(readdirSync(directory)).toEqual(['new_src'])
      return isOver
    })
  })

  it('before any step of its end has each link once, and nothing comes anew', async () => {
    const tree = root()
    await killAtEachStep(async step => {
      const directory = temporaryDirectory()
      const first = await open(directory)
      await first.write([await read(tree, first)])
      const isOver = await runUntilKilled(step, async () => {
        await first.persist()
        await first.publish()
      })
      const path = join(directory, 'new_src')
      expect(await goOn(directory, tree)).toEqual({bytes: 100_002, path})
      expect(harvest(path)).toEqual(harvest(tree))
      expect(readdirSync(directory)).toEqual(['new_src'])
      return isOver
    })
  })

  it('leaves what an attacker has put in the place of a link', async () => {
    const tree = root()
    const directory = temporaryDirectory()
    const first = await open(directory)
    await first.write([await read(tree, first)])
    const [part] = readdirSync(directory)
    const built = join(directory, part!, 'tree')
    symlinkSync('/etc', join(built, 'a/link'))
    mkdirSync(join(built, 'b/link'))
    await first.persist()
    expect(harvest(await first.publish())).toEqual({
      ...harvest(tree),
      'a/link': '->/etc',
      'a/link (2)': '->large',
      'b/link': null,
      'b/link (2)': '->../a/b',
    })
  })
})
