import {TreeChain} from '../../protocol/tree-chain.js'
import type {TreeEntry, TreePlace} from '../../protocol/tree-record.js'

/** What the entries of a tree that have come so far amount to. */
export class TreeTally {
  readonly #chain = new TreeChain()
  #bytes = 0
  #files = 0
  #last: TreeEntry | undefined

  /** Takes the next entry, and its record. A file counts from when it is announced. */
  add(entry: TreeEntry, record: Buffer): void {
    this.#chain.add(record)
    this.#last = entry
    if (entry.type !== 'file') return
    this.#bytes += entry.bytes
    this.#files++
  }

  /** How many they are. */
  get entries(): number {
    return this.#chain.entries
  }

  /** The digest of a tree that has no others. */
  get digest(): string {
    return this.#chain.digest
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many of them are files. */
  get files(): number {
    return this.#files
  }

  /** The place behind them, or, with so many bytes of that, in the last; undefined when there are none. */
  placeAt(offset?: number): TreePlace | undefined {
    const last = this.#last
    if (last === undefined) return undefined
    const own = last.type === 'file' ? {bytes: last.bytes, files: 1} : {bytes: 0, files: 0}
    const before = {chain: this.#chain.digestBefore, bytes: this.#bytes - own.bytes, files: this.#files - own.files}
    const {entries, digest: chain} = this
    return {entries, chain, path: last.path, before, ...(offset !== undefined && {offset})}
  }
}
