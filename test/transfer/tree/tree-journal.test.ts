import {readFileSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {ErrorCode} from '../../../src/errors/index.js'
import {encodeDone, encodeEntry} from '../../../src/protocol/tree-encoder.js'
import {digestBytes} from '../../../src/protocol/tree-record.js'
import {TreeJournal} from '../../../src/transfer/tree/tree-journal.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'

const name = fc.string({minLength: 1, maxLength: 20, unit: 'grapheme'})
const path = fc.array(name, {minLength: 1, maxLength: 3})
const digest = fc.uint8Array({minLength: 32, maxLength: 32}).map(bytes => Buffer.from(bytes))

/** What is added to a journal, and what it then says. */
const additions = fc.oneof(
  fc.record({item: fc.constant('directory'), path}),
  fc.record({item: fc.constant('file'), path, bytes: fc.maxSafeNat()}),
  fc.record({item: fc.constant('done'), digest}),
  fc.record({item: fc.constant('dropped'), code: fc.constantFrom<ErrorCode>('unsafe-name', 'not-writable')}),
  fc.record({item: fc.constant('kept'), bytes: fc.maxSafeNat()}),
)
type Addition = typeof additions extends fc.Arbitrary<infer Value> ? Value : never

function add(journal: TreeJournal, addition: Addition): void {
  if ('code' in addition) journal.addDropped(addition.code)
  else if ('digest' in addition) journal.add(encodeDone(addition.digest))
  else if ('path' in addition && 'bytes' in addition)
    journal.add(encodeEntry({type: 'file', path: addition.path, bytes: addition.bytes, mtimeMs: 0}))
  else if ('path' in addition) journal.add(encodeEntry({type: 'directory', path: addition.path, mtimeMs: 0}))
  else journal.addKept(addition.bytes)
}

/** What an item says, but for where it ends. */
const said = (journal: TreeJournal): string[] =>
  [...journal.read()].flat().map(item => JSON.stringify({...item, end: undefined, record: undefined}))

async function write(items: readonly Addition[], file = join(temporaryDirectory(), 'journal')): Promise<string> {
  const journal = await TreeJournal.open(file, 'a part')
  for (const item of items) add(journal, item)
  journal.flush()
  await journal.close()
  return file
}

async function read(file: string, subject = 'a part'): Promise<string[]> {
  const journal = await TreeJournal.open(file, subject)
  const items = said(journal)
  await journal.close()
  return items
}

async function endsIn(file: string): Promise<number[]> {
  const journal = await TreeJournal.open(file, 'a part')
  const ends = [...journal.read()].flat().map(({end}) => end)
  await journal.close()
  return ends
}

const several = fc.array(additions, {minLength: 1, maxLength: 12})

describe('the journal of a tree', () => {
  it('says what was added, in its order', async () => {
    await fc.assert(
      fc.asyncProperty(several, async items => {
        const said = await read(await write(items))
        expect(said).toHaveLength(items.length)
        expect(await read(await write(items.slice(0, -1)))).toEqual(said.slice(0, -1))
      }),
    )
  })

  it('says all that was added between two flushes, however much that is', async () => {
    const file = join(temporaryDirectory(), 'journal')
    const journal = await TreeJournal.open(file, 'a part')
    const paths = Array.from({length: 40}, (_, index) => Array.from({length: 1 + index}, () => 'x'.repeat(1000)))
    for (const [index, path] of paths.entries()) {
      journal.add(encodeEntry({type: 'directory', path, mtimeMs: index}))
      if (index === 3 || index === 38) journal.flush()
    }
    journal.flush()
    await journal.close()
    expect(readFileSync(file).length).toBeGreaterThan(500_000)
    const told = (await read(file)).map(item => (JSON.parse(item) as {entry: {path: string[]}}).entry.path)
    expect(told).toEqual(paths)
  })

  it('says the beginning of that, and no more, wherever it is cut off, and whatever stands behind', async () => {
    const rubbish = fc.oneof(
      fc.constant(Buffer.alloc(0)),
      fc.nat(100).map(bytes => Buffer.alloc(bytes)),
      fc.uint8Array({maxLength: 100}).map(bytes => Buffer.concat([Buffer.of(0xff), bytes])),
    )
    await fc.assert(
      fc.asyncProperty(several, fc.nat(), rubbish, async (items, cut, rubbish) => {
        const file = await write(items)
        const whole = await read(file)
        const content = readFileSync(file)
        writeFileSync(file, Buffer.concat([content.subarray(0, cut % (content.length + 1)), rubbish]))
        const left = await read(file)
        expect(left).toEqual(whole.slice(0, left.length))
      }),
    )
  })

  it('says what stands before, and no more, where any byte of it is another', async () => {
    await fc.assert(
      fc.asyncProperty(several, fc.nat(), fc.integer({min: 1, max: 255}), async (items, at, flipped) => {
        const file = await write(items)
        const ends = await endsIn(file)
        const whole = await read(file)
        const content = readFileSync(file)
        const place = at % content.length
        content[place]! ^= flipped
        writeFileSync(file, content)
        expect(await read(file)).toEqual(
          place < digestBytes
            ? []
            : whole.slice(
                0,
                ends.findIndex(end => place < end),
              ),
        )
      }),
    )
  })

  it('says nothing of what stands where it was not written', async () => {
    await fc.assert(
      fc.asyncProperty(several, async items => {
        const file = await write([items[0]!, ...items])
        const [first, second] = (await endsIn(file)) as [number, number]
        const content = readFileSync(file)
        writeFileSync(file, Buffer.concat([content.subarray(0, digestBytes), content.subarray(first)]))
        expect(second).toBeGreaterThan(first)
        expect(await read(file)).toEqual([])
      }),
    )
  })

  it('goes on behind what it says, in the place of what is torn', async () => {
    await fc.assert(
      fc.asyncProperty(several, several, fc.nat(), async (items, more, cut) => {
        const file = await write(items)
        truncateSync(file, cut % readFileSync(file).length)
        const journal = await TreeJournal.open(file, 'a part')
        const left = [...journal.read()].flat()
        journal.cutTo(left.at(-1)?.end ?? 0)
        for (const item of more) add(journal, item)
        journal.flush()
        await journal.close()
        expect(await read(file)).toEqual([
          ...left.map(item => JSON.stringify({...item, end: undefined, record: undefined})),
          ...(await read(await write(more))),
        ])
      }),
    )
  })

  it('says nothing of another part', async () => {
    expect(await read(await write([{item: 'directory', path: ['a']}]), 'another')).toEqual([])
  })
})
