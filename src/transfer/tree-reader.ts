import {toChatctlError} from '../errors/index.js'
import {TreeChain} from '../protocol/tree-chain.js'
import {encodeDone, encodeEntry} from '../protocol/tree-encoder.js'
import {recordHeaderBytes, type TreeEntry} from '../protocol/tree-record.js'
import {RecordPage} from './record-page.js'
import {ShortTurns} from './short-turns.js'
import {FirstFew} from './first-few.js'
import type {SkippedEntry} from './skipped-entry.js'
import type {SourceReader} from './source.js'
import type {Survey} from './survey-tree.js'
import {TreeFile} from './tree-file.js'
import {walkTree, type Found, type WalkOptions} from './walk-tree.js'

/** Less room than that for the data of a larger file waits for the next buffer. */
const minDataBytes = 4096

const minBufferBytes = recordHeaderBytes + minDataBytes

const nothing: Buffer = Buffer.alloc(0)

/** What a reader is told of the tree. */
export interface TreeReaderOptions extends WalkOptions {
  /** What the offer said of it: no more is sent. */
  survey: Survey
}

/**
 * Reads a tree as one stream of records, while it is walked: no list of it is ever made. What cannot be read, or does
 * not stay the same while it is, is given up and listed, and the rest goes on.
 */
export class TreeReader implements SourceReader {
  readonly skipped = new FirstFew<SkippedEntry>()
  readonly #walk: AsyncGenerator<Found, void>
  readonly #survey: Survey
  readonly #turns = new ShortTurns()
  readonly #chain = new TreeChain()
  readonly #leftOut = {links: 0, others: 0}
  #announced = {bytes: 0, files: 0}
  #file: {readonly path: string[]; readonly source: TreeFile} | undefined
  /** What of a record had no room in the buffer before. */
  #rest = nothing
  #reading: Promise<unknown> = Promise.resolve()
  #isClosed = false
  #bytes = 0
  #files = 0

  constructor(root: string, {survey, ...options}: TreeReaderOptions) {
    this.#walk = walkTree(root, options)
    this.#survey = survey
  }

  get bytes(): number {
    return this.#bytes
  }

  get files(): number {
    return this.#files
  }

  get leftOut(): string | undefined {
    const {links, others} = this.#leftOut
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

  async #fill(buffer: Buffer): Promise<Buffer> {
    if (buffer.length < minBufferBytes) throw new RangeError(`a buffer of ${buffer.length} bytes for a tree`)
    const page = new RecordPage(buffer)
    this.#put(page, this.#rest)
    while (this.#rest.length === 0 && !this.#isClosed && (await this.#step(page)))
      if (this.#turns.isOver) await this.#turns.pass()
    return page.content
  }

  digest(): Promise<string> {
    return Promise.resolve(this.#chain.digest)
  }

  /** Each file is looked at when it has been read: what has changed was skipped. */
  requireUnchanged(): Promise<void> {
    return Promise.resolve()
  }

  /** A read that is under way comes to its end first: it has a file open. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled([this.#reading])
    this.#closeFile()
    await this.#walk.return()
  }

  /** Puts in what comes next; returns whether it could. */
  async #step(page: RecordPage): Promise<boolean> {
    if (this.#file) return this.#goOn(page, this.#file)
    const next = await this.#walk.next()
    if (next.done) return false
    this.#begin(page, next.value)
    return true
  }

  #begin(page: RecordPage, found: Found): void {
    const {path} = found
    switch (found.kind) {
      case 'directory':
        return this.#enter(page, {type: 'directory', path, mtimeMs: Math.trunc(found.mtimeMs)})
      case 'file':
        return this.#announce(page, found)
      case 'link':
        return this.#enter(page, {type: 'link', path, target: found.target})
      case 'left-out':
        this.#leftOut[found.isLink ? 'links' : 'others']++
        return
      case 'unreadable':
        return this.#skip(page, path, found.code)
    }
  }

  #announce(page: RecordPage, {path, place}: Found): void {
    const source = this.#open(page, path, place)
    if (!source) return
    const {bytes, mtimeMs, isExecutable} = source
    if (!this.#fits(bytes)) {
      source.close()
      this.#skip(page, path, 'source-changed')
      return
    }
    this.#file = {path, source}
    this.#enter(page, {type: 'file', path, bytes, mtimeMs, ...(isExecutable ? {executable: true} : {})})
  }

  #open(page: RecordPage, path: string[], place: string): TreeFile | undefined {
    try {
      return TreeFile.open(place)
    } catch (error) {
      this.#skip(page, path, toChatctlError(error).code)
      return undefined
    }
  }

  /** Whoever accepted so many bytes gets no more of them. */
  #fits(bytes: number): boolean {
    const announced = {bytes: this.#announced.bytes + bytes, files: this.#announced.files + 1}
    const {bytes: maxBytes, files: maxFiles} = this.#survey
    if (maxBytes !== null && (announced.bytes > maxBytes || announced.files > maxFiles)) return false
    this.#announced = announced
    return true
  }

  async #goOn(page: RecordPage, {path, source}: {path: string[]; source: TreeFile}): Promise<boolean> {
    try {
      if (source.missing === 0) return this.#finish(page, source)
      const {space} = page
      if (space.length < Math.min(source.missing, minDataBytes)) return false
      const bytesRead = await source.read(space)
      page.putData(bytesRead)
      this.#bytes += bytesRead
    } catch (error) {
      this.#closeFile()
      this.#skip(page, path, toChatctlError(error).code)
    }
    return true
  }

  #finish(page: RecordPage, source: TreeFile): true {
    this.#put(page, encodeDone(source.finish()))
    this.#closeFile()
    this.#files++
    return true
  }

  #skip(page: RecordPage, path: string[], code: string): void {
    this.skipped.add({path, code})
    this.#enter(page, {type: 'skipped', path, code})
  }

  #enter(page: RecordPage, entry: TreeEntry): void {
    const record = encodeEntry({...entry, path: entry.path.map(name => name.toWellFormed())})
    this.#chain.add(record)
    this.#put(page, record)
  }

  #put(page: RecordPage, record: Buffer): void {
    this.#rest = page.put(record)
  }

  #closeFile(): void {
    this.#file?.source.close()
    this.#file = undefined
  }
}
