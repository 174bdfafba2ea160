import type {ErrorCode} from '../../errors/index.js'
import type {TreeEntry} from '../../protocol/tree-record.js'
import type {JournalItem} from './journal-item.js'

/** All that a journal says of one entry. */
export interface JournalEntry {
  readonly entry: TreeEntry
  readonly record: Buffer
  /** Where in the journal the entry begins, and where the last that is said of it ends. */
  readonly start: number
  end: number
  /** Of a file that is whole, or was dropped at its end. */
  sha256?: Buffer
  /** Why it is not kept. */
  droppedCode?: ErrorCode
  /** Of a file that its sender gave up. */
  isGivenUp?: boolean
  /** Bytes of it that are known to be on disk. */
  keptBytes: number
  /** Whether what small files up to it hold is still to be looked at; undefined where nothing is said of that. */
  isDoubtful?: boolean
}

/** Whether it is a file of which neither the end has come nor that there is none. */
export function isUnderWay({entry, sha256, isGivenUp}: JournalEntry): boolean {
  return entry.type === 'file' && sha256 === undefined && isGivenUp !== true
}

/** Puts together what a journal says of each entry, up to the first item that makes no sense there. */
export function* entriesOf(items: Iterable<JournalItem>): Generator<JournalEntry, void> {
  let last: JournalEntry | undefined
  let start = 0
  for (const item of items) {
    if (item.item === 'entry') {
      if (last && !isOver(last, item.entry)) return
      if (last) yield last
      last = {entry: item.entry, record: item.record, start, end: item.end, keptBytes: 0}
    } else if (last && !addTo(last, item)) break
    start = item.end
  }
  if (last) yield last
}

/** Whether another entry may follow; to give it up is one. */
function isOver(last: JournalEntry, next: TreeEntry): boolean {
  if (!isUnderWay(last)) return true
  last.isGivenUp = next.type === 'skipped'
  return last.isGivenUp
}

/** Adds what is said of an entry; returns whether that makes sense. */
function addTo(last: JournalEntry, item: JournalItem): boolean {
  switch (item.item) {
    case 'done':
      if (!isUnderWay(last)) return false
      last.sha256 = item.sha256
      break
    case 'dropped':
      last.droppedCode ??= item.code
      break
    case 'kept':
      last.keptBytes = item.bytes
      break
    case 'doubted':
    case 'confirmed':
      last.isDoubtful = item.item === 'doubted'
      return true
    case 'published':
    case 'entry':
      return true
  }
  last.end = item.end
  return true
}
