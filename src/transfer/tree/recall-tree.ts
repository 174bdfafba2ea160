import type {FileEntry, TreeEntry} from '../../protocol/tree-record.js'
import type {ErrorCode} from '../../errors/index.js'
import {ChatctlError} from '../../errors/index.js'
import type {FirstFew} from '../first-few.js'
import {ShortTurns} from './short-turns.js'
import type {SkippedEntry} from '../skipped-entry.js'
import type {TreeBuilder} from './tree-builder.js'
import type {JournalItem, TreeJournal} from './tree-journal.js'
import {nothingYet, tallyWith, type TreeTally} from './tree-tally.js'

/**
 * Goes through what an earlier process has made of a tree by its journal, up to the first thing that is not there; what
 * stands behind that is removed. Where the machine was started anew meanwhile (`isDoubtful`) small files are read again, and of
 * a large one counts what was on disk: nobody else has seen that it is.
 */
export async function recallTree(
  journal: TreeJournal,
  builder: TreeBuilder,
  missing: FirstFew<SkippedEntry>,
  isDoubtful: boolean,
): Promise<{tally: TreeTally; before: TreeTally}> {
  const recall = new Recall(builder, missing, isDoubtful)
  await follow(journal, recall)
  recall.end()
  journal.cutTo(recall.tally.journalEnd)
  builder.removeRest()
  return recall
}

/**
 * Goes through a tree that an earlier process has published, by its journal; undefined when not all of it is there any
 * more. Nothing in it is touched: whoever received it may have gone on with it.
 */
export async function recallDelivered(
  journal: TreeJournal,
  builder: TreeBuilder,
  missing: FirstFew<SkippedEntry>,
  isDoubtful: boolean,
): Promise<{tally: TreeTally; before: TreeTally} | undefined> {
  const recall = new Recall(builder, missing, isDoubtful)
  await follow(journal, recall)
  return recall.isWhole ? recall : undefined
}

/** What a journal says of a tree that was given its name: the number of its directory; undefined when it was not. */
export function publishedBy(journal: TreeJournal): bigint | undefined {
  let last: JournalItem | undefined
  for (const items of journal.read()) last = items.at(-1) ?? last
  return last?.item === 'published' ? last.ino : undefined
}

async function follow(journal: TreeJournal, recall: Recall): Promise<void> {
  const turns = new ShortTurns()
  for (const items of journal.read()) {
    for (const item of items) {
      if (!recall.take(item)) break
      if (turns.isOver) await turns.pass()
    }
    if (recall.isStopped) break
  }
}

/** Follows the items of a journal. */
class Recall {
  tally = nothingYet()
  /** How it was before the last entry. */
  before = this.tally
  isStopped = false
  readonly #builder: TreeBuilder
  readonly #missing: FirstFew<SkippedEntry>
  readonly #isDoubtful: boolean
  #last: TreeEntry | undefined
  /** The last entry, as long as it is a file that is not done. */
  #file: FileEntry | undefined
  #keptBytes = 0
  #droppedCode: ErrorCode | undefined
  #isLost = false

  constructor(builder: TreeBuilder, missing: FirstFew<SkippedEntry>, isDoubtful: boolean) {
    this.#builder = builder
    this.#missing = missing
    this.#isDoubtful = isDoubtful
  }

  /** Whether everything is there, and nothing under way. */
  get isWhole(): boolean {
    return !this.isStopped && !this.#isLost && this.#file === undefined
  }

  /** Returns whether it is as the item says. */
  take(item: JournalItem): boolean {
    if (this.#isLost && item.item !== 'dropped') return this.#stop()
    try {
      if (!this.#follow(item)) return this.#stop()
    } catch (error) {
      // Of a journal that makes no sense what came before counts.
      if (error instanceof ChatctlError) return this.#stop()
      throw error
    }
    this.tally = {...this.tally, journalEnd: item.end}
    return true
  }

  /** Nothing more is said: a file may be under way. */
  end(): void {
    if (this.isStopped) return
    const file = this.#file
    const right = (bytes: number): number => (this.#isDoubtful ? Math.min(bytes, this.#keptBytes) : bytes)
    const isUnderWay = file && this.#droppedCode === undefined && this.#builder.recallUnderWay(file, right)
    if (this.#isLost || (file && !isUnderWay)) this.#stop()
  }

  #follow(item: JournalItem): boolean {
    switch (item.item) {
      case 'entry':
        return this.#takeEntry(item.entry, item.record)
      case 'done':
        return this.#takeDone(item.sha256)
      case 'dropped':
        return this.#takeDropped(item.code)
      case 'kept':
        this.#keptBytes = item.bytes
        return true
      case 'published':
        return true
    }
  }

  #takeEntry(entry: TreeEntry, record: Buffer): boolean {
    if (this.#file && entry.type !== 'skipped') return false
    this.before = {...this.tally, chain: this.tally.chain.copy()}
    this.tally.chain.add(record)
    this.tally = tallyWith(this.tally, entry)
    this.#endFile()
    this.#last = entry
    switch (entry.type) {
      case 'directory':
        this.#isLost = !this.#builder.recallDirectory(entry)
        return true
      case 'file':
        this.#file = entry
        return true
      case 'link':
        this.#builder.addLink(entry)
        return true
      case 'skipped':
        this.#missing.add(entry)
        return true
    }
  }

  #takeDone(sha256: Buffer): boolean {
    const file = this.#file
    const isDropped = this.#droppedCode !== undefined
    if (!file || (!isDropped && !this.#builder.recallFile(file, this.#isDoubtful ? sha256 : undefined))) return false
    this.#endFile()
    return true
  }

  #endFile(): void {
    if (this.#file && this.#droppedCode) this.#builder.dropped.add({path: this.#file.path, code: this.#droppedCode})
    this.#file = this.#droppedCode = undefined
    this.#keptBytes = 0
  }

  #takeDropped(code: ErrorCode): boolean {
    if (this.#file) this.#droppedCode = code
    else if (this.#last?.type === 'directory') this.#dropDirectory(this.#last, code)
    return true
  }

  #dropDirectory(entry: TreeEntry & {type: 'directory'}, code: ErrorCode): void {
    this.#isLost = false
    this.#builder.recallDropped(entry)
    this.#builder.dropped.add({path: entry.path, code})
  }

  #stop(): false {
    this.isStopped = true
    this.tally = this.before
    return false
  }
}
