import {toChatctlError} from '../../errors/index.js'
import {encodeAnew, encodeDone} from '../../protocol/tree-encoder.js'
import {recordHeaderBytes} from '../../protocol/tree-record.js'
import type {FirstFew} from '../first-few.js'
import type {SkippedEntry} from '../skipped-entry.js'
import type {SourceReader, Start} from '../source.js'
import {PlaceCheck} from './place-check.js'
import {RecordPage} from './record-page.js'
import {ShortTurns} from './short-turns.js'
import {SmallRecords} from './small-records.js'
import type {Survey} from './survey-tree.js'
import {maxSmallBytes, type TreeFile} from './tree-file.js'
import {arriveAt, type OpenFile, type Walk} from './tree-place.js'
import {entryOf, TreeProgress} from './tree-progress.js'
import {walkTree, type WalkOptions} from './walk-tree.js'

/** Less room than that for the data of a larger file waits for the next buffer. */
const minDataBytes = 4096

const minBufferBytes = recordHeaderBytes + minDataBytes

const nothing: Buffer = Buffer.alloc(0)

/** What a reader is told of the tree. */
export interface TreeReaderOptions extends WalkOptions {
  /** What the offer said of it: no more is sent. */
  survey: Survey
  /** Where it is gone on with. */
  start?: Start
}

/**
 * Reads a tree as one stream of records, while it is walked: no list of it is ever made. What cannot be read, or does
 * not stay the same while it is, is given up and listed, and the rest goes on.
 *
 * Behind a place the stream goes on at once. Whether everything before it is what it was is seen meanwhile: where it is not
 * the stream begins anew.
 */
export class TreeReader implements SourceReader {
  onStartedOver: () => void = () => undefined
  readonly #root: string
  readonly #options: TreeReaderOptions
  readonly #turns = new ShortTurns()
  readonly #smallRecords = new SmallRecords(maxSmallBytes)
  #walk: Walk
  #progress: TreeProgress
  /** Where to begin; undefined for the beginning, and when it has begun. */
  #start: Start | undefined
  /** Of what is before the place where it has begun. */
  #check: PlaceCheck | undefined
  #file: OpenFile | undefined
  /** What had no room in the buffer before. */
  #rest = nothing
  #reading: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(root: string, {start, ...options}: TreeReaderOptions) {
    this.#root = root
    this.#options = options
    this.#start = start
    this.#progress = new TreeProgress(options.survey)
    this.#walk = walkTree(root, options, start?.place?.path)
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
    return this.#progress.leftOut
  }

  read(buffer: Buffer): Promise<Buffer> {
    const reading = this.#read(buffer)
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
    await Promise.allSettled([this.#check?.close(), this.#reading])
    await this.#closeFile()
    this.#walk.return()
  }

  async #read(buffer: Buffer): Promise<Buffer> {
    if (buffer.length < minBufferBytes) throw new RangeError(`a buffer of ${buffer.length} bytes for a tree`)
    if (this.#start) await this.#begin(this.#start)
    if (this.#check?.isAnother) await this.#startOver()
    const page = await this.#fill(buffer)
    if (this.#isClosed || !this.#check) return page
    const looking = this.#check.run()
    if (page.length > 0 || !(await looking)) return page
    await this.#startOver()
    return this.#fill(buffer)
  }

  /** Goes to a place, if there is one to begin at. */
  async #begin({place, bytes}: Start): Promise<void> {
    this.#start = undefined
    if (!place) return
    const {survey} = this.#options
    const arrival = await arriveAt(place, this.#walk, survey)
    if (!arrival) return this.#startOver()
    this.#file = arrival.file
    this.#progress = arrival.progress
    this.#progress.bytesBefore = Math.max(0, bytes - (place.offset ?? 0))
    const progress = {before: new TreeProgress(survey), behind: this.#progress}
    this.#check = new PlaceCheck(place, walkTree(this.#root, this.#options), progress)
  }

  /** Everything is read, and the other side told so: the tree is another by now. */
  async #startOver(): Promise<void> {
    this.onStartedOver()
    await this.#closeFile()
    this.#check = undefined
    this.#walk.return()
    this.#walk = walkTree(this.#root, this.#options)
    this.#progress = new TreeProgress(this.#options.survey)
    this.#rest = Buffer.concat([this.#rest, encodeAnew()])
  }

  async #fill(buffer: Buffer): Promise<Buffer> {
    const page = new RecordPage(buffer)
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
    if (found) this.#put(page, this.#progress.take(found, this.#takeFile))
    return done !== true
  }

  /** Returns all records of a small file, and of a larger one what it begins with. */
  readonly #takeFile = (path: string[], source: TreeFile): Buffer => {
    if (source.isSmall) return this.#takeSmall(path, source)
    this.#file = {path, source}
    return this.#progress.announce(path, source)
  }

  #takeSmall(path: string[], source: TreeFile): Buffer {
    const {entry, all} = this.#smallRecords.make(entryOf(path, source), target => source.readAndClose(target))
    this.#progress.countAnnounced(source)
    this.#progress.chain.add(entry)
    this.#progress.countWhole(source)
    return all
  }

  async #goOn(page: RecordPage, {path, source}: OpenFile): Promise<boolean> {
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
      this.#progress.countRead(bytesRead)
    } catch (error) {
      await this.#closeFile()
      this.#put(page, this.#progress.skip(path, toChatctlError(error).code))
    }
    return true
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
