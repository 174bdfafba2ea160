import {toChatctlError} from '../../errors/index.js'
import {toMtimeMs} from '../../protocol/attributes.js'
import {TreeChain} from '../../protocol/tree-chain.js'
import {encodeAnew, encodeDone, encodeEntry} from '../../protocol/tree-encoder.js'
import {recordHeaderBytes, type FileEntry, type TreeEntry, type TreePlace} from '../../protocol/tree-record.js'
import {FirstFew} from '../first-few.js'
import {RecordPage} from './record-page.js'
import {ShortTurns} from './short-turns.js'
import {SmallRecords} from './small-records.js'
import type {SkippedEntry} from '../skipped-entry.js'
import type {SourceReader} from '../source.js'
import type {Survey} from './survey-tree.js'
import {maxSmallBytes, TreeFile} from './tree-file.js'
import {walkTree, type Found, type WalkOptions} from './walk-tree.js'

/** Less room than that for the data of a larger file waits for the next buffer. */
const minDataBytes = 4096

const minBufferBytes = recordHeaderBytes + minDataBytes

const nothing: Buffer = Buffer.alloc(0)

/** What a reader is told of the tree. */
export interface TreeReaderOptions extends WalkOptions {
  /** What the offer said of it: no more is sent. */
  survey: Survey
  /** Where it is gone on with. */
  place?: TreePlace | undefined
}

/** What is found and counted on the way through a tree. */
class Progress {
  readonly skipped = new FirstFew<SkippedEntry>()
  readonly chain = new TreeChain()
  readonly leftOut = {links: 0, others: 0}
  announced = {bytes: 0, files: 0}
  bytes = 0
  files = 0
}

/**
 * Reads a tree as one stream of records, while it is walked: no list of it is ever made. What cannot be read, or does
 * not stay the same while it is, is given up and listed, and the rest goes on.
 *
 * A place to go on from is found again by the same walk, without a byte of what the files before it hold.
 */
export class TreeReader implements SourceReader {
  onStartedOver: () => void = () => undefined
  readonly #root: string
  readonly #options: TreeReaderOptions
  readonly #turns = new ShortTurns()
  readonly #smallRecords = new SmallRecords(maxSmallBytes)
  #walk: ReturnType<typeof walkTree>
  #place: TreePlace | undefined
  #progress = new Progress()
  #file: {readonly path: string[]; readonly source: TreeFile} | undefined
  /** What had no room in the buffer before. */
  #rest = nothing
  #reading: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(root: string, options: TreeReaderOptions) {
    this.#root = root
    this.#options = options
    this.#place = options.place
    this.#walk = walkTree(root, options)
  }

  get bytes(): number {
    return this.#progress.bytes
  }

  get files(): number {
    return this.#progress.files
  }

  get skipped(): FirstFew<SkippedEntry> {
    return this.#progress.skipped
  }

  get leftOut(): string | undefined {
    const {links, others} = this.#progress.leftOut
    const kinds = [
      ...(links > 0 ? [`${links} symbolic ${links === 1 ? 'link' : 'links'}`] : []),
      ...(others > 0 ? [`${others} of no regular kind`] : []),
    ]
    return kinds.length === 0 ? undefined : kinds.join(', ')
  }

  read(buffer: Buffer): Promise<Buffer> {
    const reading = this.#fill(buffer)
    this.#reading = reading
    return reading
  }

  digest(): Promise<string> {
    return Promise.resolve(this.#progress.chain.digest)
  }

  /** Each file is looked at when it has been read: what has changed was skipped. */
  requireUnchanged(): Promise<void> {
    return Promise.resolve()
  }

  /** A read that is under way comes to its end first: it has a file open. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled([this.#reading])
    await this.#closeFile()
    this.#walk.return()
  }

  async #fill(buffer: Buffer): Promise<Buffer> {
    if (buffer.length < minBufferBytes) throw new RangeError(`a buffer of ${buffer.length} bytes for a tree`)
    const page = new RecordPage(buffer)
    if (this.#place) await this.#seek(this.#place)
    this.#put(page, this.#rest)
    while (
      this.#rest.length === 0 &&
      !this.#isClosed &&
      (this.#file ? await this.#goOn(page, this.#file) : this.#step(page))
    )
      if (this.#turns.isOver) await this.#turns.pass()
    return page.content
  }

  /** Puts in what is found next; returns whether there may be more. */
  #step(page: RecordPage): boolean {
    const {done, value: found} = this.#walk.next()
    if (found) this.#put(page, this.#begin(found))
    return done !== true
  }

  /** Returns the records of what was found: all of a small file, and of a larger one what it begins with. */
  #begin(found: Found): Buffer {
    const {path} = found
    switch (found.kind) {
      case 'file':
        return this.#announce(found)
      case 'directory':
        return this.#enter({type: 'directory', path, mtimeMs: toMtimeMs(found.mtimeMs)})
      case 'link':
        return this.#enter({type: 'link', path, target: found.target})
      case 'left-out':
        this.#progress.leftOut[found.isLink ? 'links' : 'others']++
        return nothing
      case 'unreadable':
        return this.#skip(path, found.code)
    }
  }

  #announce({path, place}: Found): Buffer {
    try {
      const source = TreeFile.open(place)
      if (!this.#fits(source)) return this.#leave(path, source)
      return source.isSmall ? this.#takeSmall(path, source) : this.#takeLarge(path, source)
    } catch (error) {
      return this.#skip(path, toChatctlError(error).code)
    }
  }

  /** Whoever accepted so many bytes gets no more of them. */
  #fits({bytes}: TreeFile): boolean {
    const {bytes: maxBytes, files: maxFiles} = this.#options.survey
    const {announced} = this.#progress
    return maxBytes === null || (announced.bytes + bytes <= maxBytes && announced.files < maxFiles)
  }

  #takeSmall(path: string[], source: TreeFile): Buffer {
    const {entry, all} = this.#smallRecords.make(entryOf(path, source), target => source.readAndClose(target))
    this.#countAnnounced(source)
    this.#progress.chain.add(entry)
    this.#countDone(source)
    return all
  }

  #takeLarge(path: string[], source: TreeFile): Buffer {
    this.#file = {path, source}
    return this.#enterFile(path, source)
  }

  #enterFile(path: string[], source: TreeFile): Buffer {
    this.#countAnnounced(source)
    return this.#enter(entryOf(path, source))
  }

  #countAnnounced({bytes}: TreeFile): void {
    const {announced} = this.#progress
    announced.bytes += bytes
    announced.files++
  }

  #countDone({bytes}: TreeFile): void {
    this.#progress.bytes += bytes
    this.#progress.files++
  }

  async #goOn(page: RecordPage, {path, source}: {path: string[]; source: TreeFile}): Promise<boolean> {
    try {
      if (source.missing === 0) {
        this.#put(page, encodeDone(await source.finish()))
        this.#progress.files++
        await this.#closeFile()
        return true
      }
      const {space} = page
      if (space.length < Math.min(source.missing, minDataBytes)) return false
      const bytesRead = await source.read(space)
      page.putData(bytesRead)
      this.#progress.bytes += bytesRead
    } catch (error) {
      await this.#closeFile()
      this.#put(page, this.#skip(path, toChatctlError(error).code))
    }
    return true
  }

  /** Finds a place to go on from; where the tree is another by now everything is read, and the other side told so. */
  async #seek(place: TreePlace): Promise<void> {
    this.#place = undefined
    if ((await this.#pass(place)) || this.#isClosed) return
    this.onStartedOver()
    await this.#closeFile()
    this.#walk.return()
    this.#walk = walkTree(this.#root, this.#options)
    this.#progress = new Progress()
    this.#rest = encodeAnew()
  }

  /** Walks up to a place; returns whether it is there. */
  async #pass(place: TreePlace): Promise<boolean> {
    const {chain} = this.#progress
    while (chain.entries < place.entries && !this.#isClosed) {
      const {done, value: found} = this.#walk.next()
      if (found) this.#passBy(found, place)
      if (done) return false
      if (this.#turns.isOver) await this.#turns.pass()
    }
    return chain.digest === place.chain && this.#enterAt(place)
  }

  #passBy(found: Found, place: TreePlace): void {
    if (found.kind !== 'file') {
      this.#begin(found)
      return
    }
    try {
      const source = TreeFile.open(found.place)
      if (this.#fits(source)) this.#passFile(found.path, source, place)
      else this.#leave(found.path, source)
    } catch (error) {
      this.#skip(found.path, toChatctlError(error).code)
    }
  }

  #passFile(path: string[], source: TreeFile, {entries, offset}: TreePlace): void {
    this.#enterFile(path, source)
    if (this.#progress.chain.entries === entries && offset !== undefined) {
      this.#file = {path, source}
      return
    }
    source.closeAtOnce()
    this.#countDone(source)
  }

  async #enterAt({offset}: TreePlace): Promise<boolean> {
    if (offset === undefined) return true
    if (!this.#file || offset > this.#file.source.bytes) return false
    await this.#file.source.skipTo(offset)
    this.#progress.bytes += offset
    return true
  }

  #leave(path: string[], source: TreeFile): Buffer {
    source.closeAtOnce()
    return this.#skip(path, 'source-changed')
  }

  #skip(path: string[], code: string): Buffer {
    this.skipped.add({path, code})
    return this.#enter({type: 'skipped', path, code})
  }

  #enter(entry: TreeEntry): Buffer {
    const record = encodeEntry(entry)
    this.#progress.chain.add(record)
    return record
  }

  #put(page: RecordPage, records: Buffer): void {
    this.#rest = page.put(records)
  }

  async #closeFile(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.source.close()
  }
}

function entryOf(path: string[], {bytes, mtimeMs, isExecutable}: TreeFile): FileEntry {
  const entry = {type: 'file', path, bytes, mtimeMs} as const
  return isExecutable ? {...entry, executable: true} : entry
}
