import {toChatctlError} from '../../errors/index.js'
import {toMtimeMs} from '../../protocol/attributes.js'
import {TreeChain} from '../../protocol/tree-chain.js'
import {encodeEntry} from '../../protocol/tree-encoder.js'
import type {FileEntry, TreeEntry} from '../../protocol/tree-record.js'
import {FirstFew} from '../first-few.js'
import type {SkippedEntry} from '../skipped-entry.js'
import type {Survey} from './survey-tree.js'
import {TreeFile} from './tree-file.js'
import type {Found} from './walk-tree.js'

/** What the entries before a place amount to. */
export interface Announced {
  readonly chain: TreeChain
  /** Of all files. */
  readonly announced: {readonly bytes: number; readonly files: number}
}

const nothing: Buffer = Buffer.alloc(0)

/** Makes entries of what a walk through a tree finds, no more of them than were offered, and counts. */
export class TreeProgress implements Announced {
  readonly chain: TreeChain
  readonly announced: {bytes: number; files: number}
  /** What all files hold that came before, or are said to as long as nobody has counted. */
  bytesBefore = 0
  files = 0
  readonly #survey: Survey
  readonly #leftOut = {links: 0, others: 0}
  #skipped = new FirstFew<SkippedEntry>()
  #bytes = 0

  /** Counts on behind what came `before`, whose chain becomes its own. */
  constructor(survey: Survey, before: Announced = {chain: new TreeChain(), announced: {bytes: 0, files: 0}}) {
    this.#survey = survey
    this.chain = before.chain
    this.announced = {...before.announced}
  }

  get bytes(): number {
    return this.bytesBefore + this.#bytes
  }

  get skipped(): FirstFew<SkippedEntry> {
    return this.#skipped
  }

  /** What was not wanted, in words; undefined when it is nothing. */
  get leftOut(): string | undefined {
    const {links, others} = this.#leftOut
    const kinds = [
      ...(links > 0 ? [`${links} symbolic ${links === 1 ? 'link' : 'links'}`] : []),
      ...(others > 0 ? [`${others} of no regular kind`] : []),
    ]
    return kinds.length === 0 ? undefined : kinds.join(', ')
  }

  /** Takes what came before: now it is counted. */
  addBefore(before: TreeProgress): void {
    this.bytesBefore = before.bytes
    this.files += before.files
    this.#leftOut.links += before.#leftOut.links
    this.#leftOut.others += before.#leftOut.others
    this.#skipped = before.skipped.and(this.#skipped)
  }

  /** Returns the records of what was found: of a file, those that `read` makes, or that it is skipped. */
  take(found: Found, read: (path: string[], source: TreeFile) => Buffer): Buffer {
    const {path} = found
    switch (found.kind) {
      case 'file':
        return this.#takeFile(found, read)
      case 'directory':
        return this.#enter({type: 'directory', path, mtimeMs: toMtimeMs(found.mtimeMs)})
      case 'link':
        return this.#enter({type: 'link', path, target: found.target})
      case 'left-out':
        this.#leftOut[found.isLink ? 'links' : 'others']++
        return nothing
      case 'unreadable':
        return this.skip(path, found.code)
    }
  }

  /** Takes what was found without a byte of a file: it counts as if it had been sent, whole or not. */
  passBy(found: Found, isWhole = true): void {
    this.take(found, (path, source) => {
      source.closeAtOnce()
      if (isWhole) this.countWhole(source)
      return this.announce(path, source)
    })
  }

  /** Enters a file that is read from now on. */
  announce(path: string[], source: TreeFile): Buffer {
    this.countAnnounced(source)
    return this.#enter(entryOf(path, source))
  }

  countAnnounced({bytes}: TreeFile): void {
    this.announced.bytes += bytes
    this.announced.files++
  }

  countWhole({bytes}: TreeFile): void {
    this.countRead(bytes)
    this.files++
  }

  countRead(bytes: number): void {
    this.#bytes += bytes
  }

  /** Enters what is given up, also a file that was announced. */
  skip(path: string[], code: string): Buffer {
    this.#skipped.add({path, code})
    return this.#enter({type: 'skipped', path, code})
  }

  #takeFile({path, place}: Found, read: (path: string[], source: TreeFile) => Buffer): Buffer {
    try {
      const source = TreeFile.open(place)
      return this.#fits(source) ? read(path, source) : this.#leave(path, source)
    } catch (error) {
      return this.skip(path, toChatctlError(error).code)
    }
  }

  /** Whoever accepted so many bytes gets no more of them. */
  #fits({bytes}: TreeFile): boolean {
    const {bytes: maxBytes, files: maxFiles} = this.#survey
    const {announced} = this
    return maxBytes === null || (announced.bytes + bytes <= maxBytes && announced.files < maxFiles)
  }

  #leave(path: string[], source: TreeFile): Buffer {
    source.closeAtOnce()
    return this.skip(path, 'source-changed')
  }

  #enter(entry: TreeEntry): Buffer {
    const record = encodeEntry(entry)
    this.chain.add(record)
    return record
  }
}

/** What is said of a file before it comes. */
export function entryOf(path: string[], {bytes, mtimeMs, isExecutable}: TreeFile): FileEntry {
  const entry = {type: 'file', path, bytes, mtimeMs} as const
  return isExecutable ? {...entry, executable: true} : entry
}
