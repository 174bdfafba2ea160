import {TreeChain} from '../../protocol/tree-chain.js'
import type {TreePlace} from '../../protocol/tree-record.js'
import {ShortTurns} from './short-turns.js'
import type {Survey} from './survey-tree.js'
import type {TreeFile} from './tree-file.js'
import {TreeProgress} from './tree-progress.js'
import type {Found, walkTree} from './walk-tree.js'

/** A way through a tree. */
export type Walk = ReturnType<typeof walkTree>

/** A file of a tree that is being read, and where it stands there. */
export interface OpenFile {
  readonly path: string[]
  readonly source: TreeFile
}

/** What is on hand at a place in a tree. */
export interface Arrival {
  /** Of what comes behind it. */
  readonly progress: TreeProgress
  /** What is in the midst of being read there. */
  readonly file: OpenFile | undefined
}

/**
 * Takes up a tree at a place, to which the walk leads; undefined when its last entry is not what it was. Whether all
 * before that is, has to be seen by others.
 * @throws ChatctlError when the root cannot be read
 */
export async function arriveAt(place: TreePlace, walk: Walk, survey: Survey): Promise<Arrival | undefined> {
  const found = await nextOf(walk)
  const {last, file} = takeLast(found, place, survey)
  const progress = new TreeProgress(survey, last)
  if (last.chain.digest === place.chain && goOnIn(file, place, progress)) return {progress, file}
  await file?.source.close()
  return undefined
}

/** Undefined where nothing more is found. */
async function nextOf(walk: Walk): Promise<Found | undefined> {
  const turns = new ShortTurns()
  for (;;) {
    const {done, value: found} = walk.next()
    if (done) return undefined
    if (found) return found
    if (turns.isOver) await turns.pass()
  }
}

/** Takes the last entry before the place; of a file that is gone on with the source stays open. */
function takeLast(found: Found | undefined, {entries, before, offset}: TreePlace, survey: Survey) {
  const {chain, ...announced} = before
  const last = new TreeProgress(survey, {chain: TreeChain.at(entries - 1, chain), announced})
  let file: OpenFile | undefined
  if (found && offset === undefined) last.passBy(found)
  else if (found)
    last.take(found, (path, source) => {
      file = {path, source}
      return last.announce(path, source)
    })
  return {last, file}
}

/** Goes on in the midst of a file, if that is where it is; returns whether the file can be so long. */
function goOnIn(file: OpenFile | undefined, {offset}: TreePlace, progress: TreeProgress): boolean {
  if (offset === undefined) return true
  if (file === undefined || offset > file.source.bytes) return false
  file.source.skipTo(offset)
  progress.countRead(offset)
  return true
}
