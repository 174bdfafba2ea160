import {appendFileSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {TreeDecoder, type TreeEvent} from '../../../src/protocol/tree-decoder.js'
import {ShortTurns} from '../../../src/transfer/tree/short-turns.js'
import {TreeSource} from '../../../src/transfer/tree/tree-source.js'
import {systemClock} from '../../../src/session/clock.js'
import {failureOf} from '../../helpers/transfer-pair.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {fill, openSink, openTree, readAll} from '../../helpers/tree-pipe.js'
import {harvest, plant} from '../../helpers/trees.js'

const large = 'x'.repeat(600_000)

function decode(stream: Buffer): TreeEvent[] {
  return [...new TreeDecoder().decode(stream)]
}

describe('TreeReader', () => {
  it.each<[string, (path: string) => void]>([
    ['grows', path => appendFileSync(path, 'more')],
    ['shrinks', path => truncateSync(path, 500_000)],
    ['is written over', path => writeFileSync(path, 'y'.repeat(600_000))],
  ])('gives a file up that %s while it is read, and the rest arrives', async (_, change) => {
    const root = plant(temporaryDirectory(), {a: 'a', b: large, c: 'c'})
    const [reader, sink] = [await openTree(root), await openSink()]
    const first = Buffer.from(await reader.read(Buffer.alloc(100_000)))
    change(join(root, 'b'))
    const path = await fill(sink, Buffer.concat([first, await readAll(reader, 100_000)]))
    expect(harvest(path)).toEqual({a: 'a', c: 'c'})
    expect(reader.skipped.first).toEqual([{path: ['b'], code: 'source-changed'}])
    expect(sink.missing.first).toMatchObject(reader.skipped.first)
    expect({files: reader.files, bytes: sink.bytes}).toEqual({files: 2, bytes: 2})
  })

  it('names a file that is gone when its turn comes, and goes on', async () => {
    const root = plant(temporaryDirectory(), {a: large, b: 'b', c: 'c', 'd/e': 'e'})
    const reader = await openTree(root)
    const first = Buffer.from(await reader.read(Buffer.alloc(100_000)))
    rmSync(join(root, 'b'))
    rmSync(join(root, 'd'), {recursive: true})
    const sink = await openSink()
    const path = await fill(sink, Buffer.concat([first, await readAll(reader)]))
    expect(Object.keys(harvest(path))).toEqual(['a', 'c'])
    expect(sink.missing.first).toMatchObject([
      {path: ['b'], code: 'no-such-file'},
      {path: ['d'], code: 'no-such-file'},
    ])
  })

  it('follows no link, and waits for no pipe, that has come into the place of a file', async () => {
    const root = plant(temporaryDirectory(), {a: large, b: 'b', c: 'c'})
    const reader = await openTree(root)
    await reader.read(Buffer.alloc(100_000))
    for (const name of ['b', 'c']) rmSync(join(root, name))
    symlinkSync('/etc/passwd', join(root, 'b'))
    mkdirSync(join(root, 'c'))
    await readAll(reader)
    expect(reader.skipped.first).toEqual([
      {path: ['b'], code: 'not-readable'},
      {path: ['c'], code: 'not-a-file'},
    ])
  })

  it('sends no more than was offered', async () => {
    const root = plant(temporaryDirectory(), {a: 'aa', b: 'bb'})
    const source = await TreeSource.inspect(root, {}, systemClock)
    expect(source).toMatchObject({bytes: 4, files: 2})
    plant(root, {a0: 'x', 'c/d': '', e: ''})
    const reader = await source.open()
    const events = decode(await readAll(reader))
    expect(events.filter(({event}) => event === 'done')).toHaveLength(2)
    expect(reader.skipped.first.map(({path}) => path.join('/'))).toEqual(['b', 'c/d', 'e'])
    expect(reader).toMatchObject({bytes: 3, files: 2})
  })

  it('is a changed source when the directory is gone', async () => {
    const root = plant(temporaryDirectory(), {a: 'a'})
    const source = await TreeSource.inspect(root, {}, systemClock)
    rmSync(root, {recursive: true})
    expect(await failureOf(source.open())).toMatchObject({code: 'source-changed'})
    expect(await failureOf(TreeSource.inspect(root, {}, systemClock))).toMatchObject({code: 'no-such-file'})
  })

  it('refuses a buffer in which it could not go on', async () => {
    const reader = await openTree(plant(temporaryDirectory(), {a: 'a'}))
    expect(await failureOf(reader.read(Buffer.alloc(100)))).toBeInstanceOf(RangeError)
    await reader.close()
  })

  it('counts what it skips, and lists the first hundred', async () => {
    const root = plant(temporaryDirectory(), {a: large})
    for (let index = 0; index < 120; index++) writeFileSync(join(root, `b${index}`), '')
    const reader = await openTree(root)
    await reader.read(Buffer.alloc(100_000))
    for (let index = 0; index < 120; index++) rmSync(join(root, `b${index}`))
    await readAll(reader)
    expect(reader.skipped.count).toBe(120)
    expect(reader.skipped.first).toHaveLength(100)
  })
})

describe('ShortTurns', () => {
  it('is over when a few milliseconds have gone, and begins anew when others had their turn', async () => {
    let nowMs = 0
    const turns = new ShortTurns(() => nowMs)
    expect(turns.isOver).toBe(false)
    nowMs = 5
    expect(turns.isOver).toBe(true)
    let isElsewhere = false
    setImmediate(() => (isElsewhere = true))
    await turns.pass()
    expect([isElsewhere, turns.isOver]).toEqual([true, false])
  })
})
