import {lstatSync} from 'node:fs'
import type {Clock} from '../../session/clock.js'
import {ShortTurns} from './short-turns.js'
import {walkTree, type WalkOptions} from './walk-tree.js'

/** An offer waits no longer for what is in a tree. */
export const surveyMs = 250

/** What is known of a tree before it is sent. */
export interface Survey {
  /** Null when it is not all counted. */
  bytes: number | null
  /** All files, or those that were counted. */
  files: number
}

/**
 * Counts the files of a tree, and their bytes, for a quarter of a second at most.
 * @throws ChatctlError when the root cannot be read
 */
export async function surveyTree(root: string, options: WalkOptions, clock: Pick<Clock, 'now'>): Promise<Survey> {
  const endMs = clock.now() + surveyMs
  const turns = new ShortTurns()
  const counted = {bytes: 0, files: 0}
  for (const found of walkTree(root, options)) {
    if (clock.now() >= endMs) return {...counted, bytes: null}
    if (turns.isOver) await turns.pass()
    if (found?.kind !== 'file') continue
    counted.bytes += sizeOf(found.place)
    counted.files++
  }
  return counted
}

/** What cannot be looked at will be named when it is to be read. */
function sizeOf(place: string): number {
  try {
    return lstatSync(place).size
  } catch {
    return 0
  }
}
