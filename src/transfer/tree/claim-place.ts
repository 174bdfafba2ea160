import {sep} from 'node:path'
import {ChatctlError} from '../../errors/index.js'
import type {JournalEntry} from './journal-entries.js'
import {toNameInTree} from './name-in-tree.js'
import {TreeLevel, type TreeLevels} from './tree-levels.js'

/** Where something of a tree stands, under a name that nothing else has there. */
export interface ClaimedPlace {
  readonly level: TreeLevel
  readonly own: string
  readonly place: string
}

/**
 * Goes where an entry of a journal stands, and claims the place of the directory or file that was made of it; undefined when
 * none was. `leave` takes the directories that nothing more comes into.
 * @throws ChatctlError when the journal makes no sense there
 */
export function claimPlace(
  {entry, start, droppedCode, isGivenUp}: JournalEntry,
  levels: TreeLevels,
  leave: (level: TreeLevel) => void,
): ClaimedPlace | undefined {
  const {type, path} = entry
  if (type !== 'directory' && type !== 'file') return undefined
  const level = levels.parentOf(path, leave)
  const claimed = droppedCode === undefined && isGivenUp !== true ? claim(path, level) : undefined
  if (type === 'directory') levels.enter(new TreeLevel(path, claimed?.place, entry.mtimeMs, start))
  return claimed
}

function claim(path: readonly string[], level: TreeLevel): ClaimedPlace {
  const own = level.place === undefined ? undefined : level.claim(toNameInTree(path.at(-1) ?? ''))
  if (level.place === undefined || own === undefined)
    throw new ChatctlError('protocol-violation', 'the journal of a tree tells of what cannot be there')
  return {level, own, place: level.place + sep + own}
}
