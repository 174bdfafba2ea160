import {TreeChain} from '../../protocol/tree-chain.js'
import type {TreeEntry, TreePlace} from '../../protocol/tree-record.js'

/** What the entries of a tree that have come so far amount to. */
export interface TreeTally {
  readonly chain: TreeChain
  /** Of all files that were announced. */
  readonly bytes: number
  readonly files: number
  /** Undefined where none has come. */
  readonly last: TreeEntry | undefined
  /** Where its journal ends. */
  readonly journalEnd: number
}

/** The tally of no entry. */
export function nothingYet(): TreeTally {
  return {chain: new TreeChain(), bytes: 0, files: 0, last: undefined, journalEnd: 0}
}

/** The tally with one more entry, whose record the chain has; a `file` counts from when it is announced. */
export function tallyWith(tally: TreeTally, last: TreeEntry): TreeTally {
  const {bytes, files} = tally
  return last.type === 'file' ? {...tally, last, bytes: bytes + last.bytes, files: files + 1} : {...tally, last}
}

/** The place behind everything that has come; undefined where nothing has. */
export function placeBehind({chain, bytes, files, last}: TreeTally): TreePlace | undefined {
  if (last === undefined) return undefined
  const own = last.type === 'file' ? {bytes: last.bytes, files: 1} : {bytes: 0, files: 0}
  const before = {chain: chain.digestBefore, bytes: bytes - own.bytes, files: files - own.files}
  return {entries: chain.entries, chain: chain.digest, path: last.path, before}
}
