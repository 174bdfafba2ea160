import {describe, expect, it} from 'vitest'
import type {TreeEntry} from '../../../src/protocol/tree-record.js'
import {entriesOf, isUnderWay} from '../../../src/transfer/tree/journal-entries.js'
import type {JournalItem} from '../../../src/transfer/tree/journal-item.js'

const none = Buffer.alloc(0)
const entryItem = (entry: TreeEntry) => ({item: 'entry', entry, record: none}) as const
const file = entryItem({type: 'file', path: ['f'], bytes: 1, mtimeMs: 0})
const directory = entryItem({type: 'directory', path: ['d'], mtimeMs: 0})
const givenUp = entryItem({type: 'skipped', path: ['f'], code: 'source-changed'})
const done = {item: 'done', sha256: none} as const
const kept = {item: 'kept', bytes: 7} as const
const dropped = {item: 'dropped', code: 'not-writable'} as const
const doubted = {item: 'doubted'} as const
const confirmed = {item: 'confirmed'} as const
const published = {item: 'published', ino: 1n} as const

type WithoutEnd<Item> = Item extends JournalItem ? Omit<Item, 'end'> : never
type Item = WithoutEnd<JournalItem>

/** Each item takes up ten bytes. */
function* journalOf(items: readonly Item[]): Generator<JournalItem> {
  for (const [index, item] of items.entries()) yield {...item, end: 10 * (index + 1)}
}

const read = (...items: Item[]) => [...entriesOf(journalOf(items))]

describe('the entries of a journal', () => {
  it('are told with all that is said of each, and where that is', () => {
    expect(read(directory, file, kept, done, directory, dropped, file)).toMatchObject([
      {start: 0, end: 10, entry: {type: 'directory'}},
      {start: 10, end: 40, entry: {type: 'file'}, keptBytes: 7, sha256: none},
      {start: 40, end: 60, entry: {type: 'directory'}, droppedCode: 'not-writable'},
      {start: 60, end: 70, entry: {type: 'file'}, keptBytes: 0},
    ])
  })

  it.each<[string, Item[], boolean]>([
    ['that is not done', [file], true],
    ['that is dropped and not done', [file, dropped], true],
    ['that is done', [file, done], false],
    ['that was given up', [file, givenUp], false],
  ])('have a file %s', (_, items, expected) => {
    expect(read(...items).map(isUnderWay)[0]).toBe(expected)
  })

  it.each<[string, Item[], number]>([
    ['an entry before the file under way is done', [directory, file, directory], 1],
    ['an end without a file', [directory, done, directory], 1],
    ['a second end', [file, done, done, directory], 1],
    ['what is said of no entry', [kept, done, dropped, file], 1],
  ])('are told up to %s', (_, items, count) => {
    expect(read(...items)).toHaveLength(count)
  })

  it('do not end with what is said of all before them', () => {
    expect(read(file, done, doubted, directory, confirmed, published)).toMatchObject([
      {end: 20, isDoubtful: true},
      {start: 30, end: 40, isDoubtful: false},
    ])
  })
})
