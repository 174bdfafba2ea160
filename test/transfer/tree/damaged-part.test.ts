import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {recordHeaderBytes, recordRules} from '../../../src/protocol/tree-record.js'
import {conclude, journalIn, leaveTree, openJournalIn, openLeft, takeRest} from '../../helpers/left-tree.js'
import {openFilesOf} from '../../helpers/open-files.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {openTree, readAll} from '../../helpers/tree-pipe.js'
import {harvest, plant, type Plan} from '../../helpers/trees.js'

const smallBytes = 65_536
const thousand = 1000
const size = fc.oneof(fc.constantFrom(0, 1, smallBytes, smallBytes + 1), fc.integer({min: 2, max: 100_000}))
const path = fc.tuple(
  fc.array(fc.constantFrom('a', 'b'), {maxLength: 2}),
  fc.constantFrom('u', 'v', 'w', 'x', 'y', 'z'),
)
/** Directories of files: each is called as no directory is. */
const plans = fc
  .array(fc.tuple(path, size), {minLength: 4, maxLength: 12})
  .map(files =>
    Object.fromEntries(
      files.map(([[directory, own], bytes]): [string, string] => [[...directory, own].join('/'), own.repeat(bytes)]),
    ),
  )

/** What happens to one of the things in a part, wherever it stands; none of it is in what a process does by itself. */
const harms = {
  removed: path => rmSync(path, {recursive: true}),
  cut: path => lstatSync(path).isFile() && truncateSync(path, Math.floor(lstatSync(path).size / 2)),
  grown: path => lstatSync(path).isFile() && writeFileSync(path, 'more', {flag: 'a'}),
  changed: path => lstatSync(path).isFile() && change(path),
  'a directory': path => replace(path, () => mkdirSync(path)),
  'a link': path => replace(path, () => symlinkSync('..', path)),
} as const satisfies Record<string, (path: string) => unknown>

type Harm = keyof typeof harms

/** After a start of the machine a small file may hold anything; a large one that was whole had reached the disk. */
function change(path: string): void {
  const {size} = lstatSync(path)
  if (size <= smallBytes) writeFileSync(path, Buffer.alloc(size, '?'))
}

function replace(path: string, make: () => void): void {
  rmSync(path, {recursive: true})
  make()
}

interface Damage {
  /** How much of the stream had come, in thousandths. */
  readonly come: number
  readonly harmed: readonly (readonly [index: number, harm: Harm])[]
  /** How much of the journal is left, in thousandths. */
  readonly journalLeft: number
  /** Whether the machine was started since. */
  readonly isOld: boolean
}

const damages: fc.Arbitrary<Damage> = fc.record({
  come: fc.integer({min: 300, max: thousand}),
  harmed: fc.array(fc.tuple(fc.nat(thousand), fc.constantFrom(...(Object.keys(harms) as Harm[]))), {maxLength: 3}),
  journalLeft: fc.oneof({weight: 4, arbitrary: fc.constant(thousand)}, fc.nat(thousand)),
  isOld: fc.boolean(),
})

function damage(part: string, {harmed, journalLeft, isOld}: Damage): void {
  const tree = join(part, 'tree')
  for (const [index, harm] of harmed) {
    const all = Object.keys(harvest(tree)).sort(deepestFirst)
    const path = all[Math.floor((index * (all.length - 1)) / thousand)]
    // What was changed since the machine was started is nobody's doing but a program's with the same rights.
    if (path !== undefined && (isOld || harm !== 'changed')) harms[harm](join(tree, path))
  }
  const journal = journalIn(part)
  if (journalLeft < thousand) truncateSync(journal, Math.floor((lstatSync(journal).size * journalLeft) / thousand))
  const before = new Date(Date.now() - 120_000)
  if (isOld) utimesSync(journal, before, before)
}

/** So that files are harmed more often than what they are in. */
function deepestFirst(one: string, other: string): number {
  return other.split('/').length - one.split('/').length
}

async function leave(root: string, come: number): Promise<{directory: string; part: string}> {
  const directory = temporaryDirectory()
  const stream = await readAll(await openTree(root))
  return {directory, part: await leaveTree(directory, stream.subarray(0, Math.ceil((stream.length * come) / thousand)))}
}

/** Goes on with what is left, and expects that it becomes what it was meant to be, and nothing else. */
async function expectToArrive(directory: string, root: string): Promise<void> {
  const sink = await openLeft(directory)
  const {starts} = await takeRest(sink, root)
  expect(starts.length).toBeLessThanOrEqual(2)
  expect(harvest(await conclude(sink))).toEqual(harvest(root))
  expect(readdirSync(directory)).toEqual(['new_src'])
  expect(openFilesOf(directory)).toBe(0)
}

describe('a directory of which a part was left', () => {
  it('arrives as it is, whatever was done to that meanwhile, and goes back once at most', async () => {
    await fc.assert(
      fc.asyncProperty(plans, damages, async (plan, damages) => {
        const root = plant(join(temporaryDirectory(), 'src'), plan)
        const {directory, part} = await leave(root, damages.come)
        damage(part, damages)
        await expectToArrive(directory, root)
      }),
      {numRuns: 40},
    )
  })

  it('arrives as it is, and nothing elsewhere is touched, whatever somebody has made its journal say', async () => {
    const type = fc.constantFrom(
      ...Object.values(recordRules).map(rule => rule.type),
      0x80,
      0x81,
      0x82,
      0x83,
      0x84,
      0x99,
    )
    const wildPath = fc.array(fc.constantFrom('a', 'b', '..', '.', '', '/', '/etc', 'a/b', 'x'), {maxLength: 4})
    const entry = fc.record(
      {
        path: fc.oneof(wildPath, fc.jsonValue()),
        bytes: fc.oneof(fc.nat(), fc.jsonValue()),
        mtimeMs: fc.oneof(fc.nat(), fc.jsonValue()),
      },
      {requiredKeys: []},
    )
    const payload = fc.oneof(
      fc.oneof(entry, fc.jsonValue()).map(value => Buffer.from(JSON.stringify(value))),
      fc.uint8Array({maxLength: 40}).map(bytes => Buffer.from(bytes)),
    )
    const plan: Plan = {'a/x': 'x', 'a/y': 'y'.repeat(70_000), 'b/z': 'z'}
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(type, payload), {minLength: 1, maxLength: 6}),
        fc.nat(),
        async (records, kept) => {
          const above = temporaryDirectory()
          const root = plant(join(above, 'src'), plan)
          const {directory, part} = await leave(root, thousand)
          const journal = await openJournalIn(part)
          const ends = [0, ...[...journal.read()].map(({end}) => end)]
          journal.goOnAt(ends[kept % ends.length]!)
          for (const [type, payload] of records) journal.add(recordOf(type, payload))
          journal.flush()
          await journal.close()
          await expectToArrive(directory, root)
          expect(existsSync(join(directory, 'x'))).toBe(false)
        },
      ),
      {numRuns: 40},
    )
  })
})

function recordOf(type: number, payload: Buffer): Buffer {
  const record = Buffer.alloc(recordHeaderBytes + payload.length)
  record.writeUInt32BE(payload.length)
  record[0] = type
  payload.copy(record, recordHeaderBytes)
  return record
}
