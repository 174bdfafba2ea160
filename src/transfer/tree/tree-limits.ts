import {formatSize} from '../../errors/format-size.js'
import {ChatctlError} from '../../errors/index.js'
import type {TreeEntry} from '../../protocol/tree-record.js'

/** More entries than any tree has that is meant. */
const maxEntries = 10_000_000

/** What is no file costs a disk too, and no offer says how much of it there is: so much, and more for each file. */
const maxOthers = 65_536
const maxOthersPerFile = 16

/** The most bytes of a path as JSON: the place behind it is said in one message, with room for the rest. */
const maxPathBytes = 32_768

/** What was offered of a tree, and what is taken. */
export interface TreeOffer {
  /** Null when its sender does not know it. */
  readonly bytes: number | null
  /** How many files were offered; so far, when the bytes are not known. */
  readonly files: number
  /** The most bytes that are taken here. */
  readonly maxBytes?: number | undefined
}

/**
 * Holds the files that are announced to what was offered.
 * @throws ChatctlError `size-mismatch`, `too-large`
 */
export function requireOffered({bytes, files}: {bytes: number; files: number}, offer: TreeOffer): void {
  const {bytes: offered, files: maxFiles, maxBytes = Infinity} = offer
  if (offered !== null && (bytes > offered || files > maxFiles))
    throw new ChatctlError('size-mismatch', `more came than the declared ${formatSize(offered)} in ${maxFiles} files`)
  if (bytes > maxBytes)
    throw new ChatctlError('too-large', `more came than the ${formatSize(maxBytes)} that are taken here`)
}

/**
 * Holds all entries to a number that goes with the files among them.
 * @throws ChatctlError `too-large`
 */
export function requireFew({entries, files}: {entries: number; files: number}, offer: TreeOffer): void {
  const others = entries - files
  if (entries > maxEntries || others > maxOthers + maxOthersPerFile * Math.max(offer.files, files))
    throw new ChatctlError('too-large', 'it has more entries than are taken here')
}

/**
 * Holds an entry to a path that can be told: no system that has files holds one nearly as long.
 * @throws ChatctlError `too-large`
 */
export function requireShortPath({path}: TreeEntry, record: Buffer): void {
  if (record.length <= maxPathBytes || Buffer.byteLength(JSON.stringify(path)) <= maxPathBytes) return
  throw new ChatctlError('too-large', 'it has a longer path than are taken here')
}
