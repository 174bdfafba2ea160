import {ChatctlError} from '../../errors/index.js'
import {claimPlace, type ClaimedPlace} from './claim-place.js'
import {entriesOf, isUnderWay, type JournalEntry} from './journal-entries.js'
import {ShortTurns} from './short-turns.js'
import type {TreeContent} from './tree-content.js'
import type {TreeJournal} from './tree-journal.js'
import type {LinkEntry} from './tree-links.js'
import {TreeTally} from './tree-tally.js'

/** What a journal says of a tree that an earlier process has left. */
export interface RecalledTree {
  /** Of all entries that are dealt with. */
  readonly tally: TreeTally
  /** Where in the journal that ends. */
  readonly end: number
  /** What follows: a file of which not all had come. */
  readonly file: RecalledFile | undefined
  /** Whether what small files hold was to be looked at, and it was not. */
  readonly isDoubtful: boolean
}

/** A file that was under way. */
export interface RecalledFile {
  readonly said: JournalEntry
  /** Undefined when it was not kept. */
  readonly claimed: ClaimedPlace | undefined
}

/**
 * Takes all that a journal says for what is there, up to the first that makes no sense, and adds it to `content`. Nothing of
 * it is looked at: whoever waits for the place where it goes on has it at once.
 */
export async function recallTree(journal: TreeJournal, content: TreeContent): Promise<RecalledTree> {
  const turns = new ShortTurns()
  const recalled = {tally: new TreeTally(), end: 0, file: undefined, isDoubtful: false}
  try {
    for (const said of entriesOf(journal.read())) {
      recalled.isDoubtful = said.isDoubtful ?? recalled.isDoubtful
      if (isUnderWay(said)) return {...recalled, file: {said, claimed: claimPlace(said, content.levels, leaveAsItIs)}}
      take(said, content)
      recalled.tally.add(said.entry, said.record)
      recalled.end = said.end
      if (turns.isOver) await turns.pass()
    }
  } catch (error) {
    // Of a journal that makes no sense what came before counts.
    if (!(error instanceof ChatctlError)) throw error
  }
  return recalled
}

function take(said: JournalEntry, content: TreeContent): void {
  const {entry, droppedCode} = said
  const {type, path} = entry
  if (type === 'link') return takeLink(entry, content)
  if (type === 'skipped') return content.missing.add(entry)
  const claimed = claimPlace(said, content.levels, leaveAsItIs)
  if (claimed && claimed.own !== path.at(-1)) content.renamed.add({path, name: claimed.own})
  if (droppedCode !== undefined) content.dropped.add({path, code: droppedCode})
  if (type !== 'file' || !claimed) return
  content.files++
  content.bytes += entry.bytes
}

function takeLink(entry: LinkEntry, {levels, links, dropped}: TreeContent): void {
  const isKept = links.add(entry, levels.parentOf(entry.path, leaveAsItIs))
  if (!isKept) dropped.add({path: entry.path, code: 'too-large'})
}

/** It was finished when it was left. */
function leaveAsItIs(): void {
  // Nothing is touched here.
}
