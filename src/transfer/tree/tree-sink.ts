import {basename, join} from 'node:path'
import {ChatctlError, type ErrorCode} from '../../errors/index.js'
import {TreeDecoder, type TreeEvent} from '../../protocol/tree-decoder.js'
import {encodeDone} from '../../protocol/tree-encoder.js'
import type {TreeEntry, TreePlace} from '../../protocol/tree-record.js'
import {isOutOfRoom, toWriteError} from '../disk-error.js'
import {FirstFew} from '../first-few.js'
import {once, requireRoom, type PartFileOptions} from '../part/part-file.js'
import type {Released} from '../part/part-request.js'
import {recallDelivered, recallTree} from './recall-tree.js'
import type {UntilRoom} from '../room-wait.js'
import {ShortTurns} from './short-turns.js'
import type {Continuation, Sink} from '../sink.js'
import type {SkippedEntry} from '../skipped-entry.js'
import {TreeBuilder, WrongLeftoverError, type Soon} from './tree-builder.js'
import type {TreeJournal} from './tree-journal.js'
import {TreePart} from './tree-part.js'
import {nothingYet, placeBehind, tallyWith, type TreeTally} from './tree-tally.js'

/** More entries than any tree has that is meant. */
const maxEntries = 10_000_000

/** What is no file costs a disk too, and no offer says how much of it there is: so much, and more for each file. */
const maxOthers = 65_536
const maxOthersPerFile = 16

/** What a sink is told of the tree. */
export interface TreeSinkOptions extends PartFileOptions {
  /** How many files were offered; so far, when the bytes are not known. */
  files: number
  /** The most bytes that are taken here. */
  maxBytes?: number | undefined
}

/** How a tree is kept for another try. */
export interface TreeKeeping {
  journal: TreeJournal
  /** Where it stands when it is put away. */
  restingPath: string
  released: Released
  forget: (fileName: string) => Promise<void>
}

/**
 * Builds a tree of the records that come, and holds its sender to what was offered. No name leads out of it, nothing in
 * it is replaced, and nothing is written through a link: they are made last, and only those that stay inside.
 */
export class TreeSink implements Sink {
  onStartedOver: () => void = () => undefined
  readonly #part: TreePart
  readonly #options: TreeSinkOptions
  readonly #keeping: TreeKeeping | undefined
  readonly #turns = new ShortTurns()
  #builder: TreeBuilder
  #missing = new FirstFew<SkippedEntry>()
  #decoder = new TreeDecoder()
  #tally: TreeTally = nothingYet()
  /** How it was before the last file was announced. */
  #before: TreeTally = nothingYet()
  /** Whether what is dropped is news to the journal. */
  #isNoting = true
  #writing = Promise.resolve()
  #hasRoom = false
  #isDiscarded = false
  /** Where the tree stands, when an earlier process has published it, of which its sender has not heard. */
  #delivered: string | undefined

  constructor(part: TreePart, options: TreeSinkOptions, keeping?: TreeKeeping, delivered?: string) {
    this.#part = part
    this.#options = options
    this.#keeping = keeping
    this.#delivered = delivered
    this.#builder = this.#startBuilder()
  }

  /**
   * Makes room for a tree.
   * @throws ChatctlError `disk-full` when there will never be room for the whole, `not-writable`
   */
  static async create(options: TreeSinkOptions): Promise<TreeSink> {
    return new TreeSink(await TreePart.create(options), options)
  }

  get bytes(): number {
    return this.#builder.bytes
  }

  get files(): number {
    return this.#builder.files
  }

  get place(): TreePlace | undefined {
    const place = placeBehind(this.#tally)
    const {underWay} = this.#builder
    return place && {...place, ...(underWay && {offset: underWay.bytes})}
  }

  get missing(): FirstFew<SkippedEntry> {
    return this.#missing
  }

  get dropped(): FirstFew<SkippedEntry> {
    return this.#builder.dropped
  }

  get renamed(): string | undefined {
    const {count, first} = this.#builder.renamed
    const [one] = first
    if (one === undefined) return undefined
    const more = count === 1 ? '' : `, and ${count - 1} more have other names here`
    return `${one.path.join('/')} became ${one.name}${more}`
  }

  get continuation(): Continuation | undefined {
    const keeping = this.#keeping
    if (!keeping) return undefined
    return {
      settled: () => this.#settle(),
      startOver: () => this.#settle().then(() => this.#startOver()),
      keep: () => this.#keep(keeping),
      forget: () => keeping.forget(basename(keeping.restingPath)),
    }
  }

  /** Takes for written what an earlier process has left, as far as its journal says and the disk does not contradict. */
  async recall(journal: TreeJournal, isDoubtful: boolean): Promise<void> {
    this.#isNoting = false
    const recall = this.#delivered === undefined ? recallTree : recallDelivered
    const recalled = await recall(journal, this.#builder, this.#missing, isDoubtful)
    this.#isNoting = true
    if (!recalled) return this.#startOver()
    this.#tally = recalled.tally
    this.#before = recalled.before
    this.#goOn()
  }

  write(pieces: Buffer[]): Promise<void> {
    this.#writing = this.#decode(pieces).catch((error: unknown) => this.#takeFailure(error))
    return this.#writing
  }

  digest(): Promise<string> {
    this.#decoder.end()
    return Promise.resolve(this.#tally.chain.digest)
  }

  async persist(): Promise<void> {
    if (this.#delivered !== undefined) return
    // What is dropped now is no matter of the last entry, and is dropped again by whoever comes so far.
    this.#isNoting = false
    try {
      await this.#builder.finish()
    } catch (error) {
      throw this.#explain(error)
    }
  }

  /** Its journal stays, in the part: a sender that did not hear of it finds it by that. */
  async publish(): Promise<string> {
    if (!this.#keeping) return this.#publishOnce()
    const path = this.#delivered ?? (await this.#publishKept(this.#keeping))
    await this.#putAway(this.#keeping, true)
    return path
  }

  /** A write that is under way comes to its end first: what it makes is removed with the rest. */
  async discard(): Promise<void> {
    this.#isDiscarded = true
    await Promise.allSettled([this.#writing])
    try {
      await this.#builder.giveUpFile()
    } finally {
      await this.#remove()
    }
  }

  async #publishOnce(): Promise<string> {
    const path = await this.#part.publish()
    await this.#remove()
    return path
  }

  async #publishKept({journal}: TreeKeeping): Promise<string> {
    const {ino} = await this.#part.identifyTree()
    journal.addPublished(ino)
    await this.#flushJournal()
    return this.#part.publish()
  }

  async #remove(): Promise<void> {
    try {
      await this.#keeping?.journal.close()
      await this.#part.discard()
    } finally {
      this.#keeping?.released()
    }
  }

  async #decode(pieces: Buffer[]): Promise<void> {
    if (!this.#hasRoom) await this.#requireRoom()
    for (const piece of pieces) {
      for (const event of this.#decoder.decode(piece)) {
        if (this.#isDiscarded) return
        const taking = this.#take(event)
        if (taking) await taking
        if (this.#turns.isOver) await this.#pass()
      }
    }
    await this.#builder.flush()
    await this.#flushJournal()
  }

  /** What there is by now is said before others have their turn: a process that is killed loses no more than this one. */
  async #pass(): Promise<void> {
    await this.#flushJournal()
    await this.#turns.pass()
  }

  #take(event: TreeEvent): Soon<void> {
    if (this.#delivered !== undefined && event.event !== 'anew')
      throw new WrongLeftoverError('there is more in the tree than was delivered')
    switch (event.event) {
      case 'entry':
        return this.#takeEntry(event.entry, event.record)
      case 'data':
        return this.#builder.addData(event.piece)
      case 'done':
        return this.#takeDone(event.sha256)
      case 'anew':
        return this.#startOver().then(() => this.onStartedOver())
    }
  }

  #takeEntry(entry: TreeEntry, record: Buffer): Soon<void> {
    const tally = tallyWith(this.#tally, entry)
    if (entry.type === 'file') this.#announce(tally)
    tally.chain.add(record)
    this.#tally = tally
    this.#requireFew()
    this.#keeping?.journal.add(record)
    switch (entry.type) {
      case 'directory':
        return this.#builder.addDirectory(entry)
      case 'file':
        return this.#builder.beginFile(entry)
      case 'link':
        return this.#builder.addLink(entry)
      case 'skipped':
        this.#missing.add(entry)
        return this.#builder.giveUpFile()
    }
  }

  #takeDone(sha256: Buffer): Soon<void> {
    const note = (): void => this.#keeping?.journal.add(encodeDone(sha256))
    const finishing = this.#builder.finishFile(sha256)
    return finishing ? finishing.then(note) : note()
  }

  #announce(tally: TreeTally): void {
    this.#requireOffered(tally)
    const journalEnd = this.#keeping?.journal.end ?? 0
    this.#before = {...this.#tally, chain: this.#tally.chain.copy(), journalEnd}
  }

  #requireOffered({bytes, files}: {bytes: number; files: number}): void {
    const {bytes: offered, files: maxFiles, maxBytes = Infinity} = this.#options
    if (offered !== null && (bytes > offered || files > maxFiles))
      throw new ChatctlError('size-mismatch', `more came than the declared ${offered} bytes in ${maxFiles} files`)
    if (bytes > maxBytes)
      throw new ChatctlError('too-large', `more came than the ${maxBytes} bytes that are taken here`)
  }

  /** What was kept of a file is wrong: the next channel begins before that. A tree that was delivered comes anew. */
  async #takeFailure(error: unknown): Promise<never> {
    if (!(error instanceof WrongLeftoverError)) throw this.#explain(error)
    if (this.#delivered === undefined) this.#goBack()
    else await this.#startOver().then(() => this.onStartedOver())
    throw new ChatctlError('connection-lost', error.message)
  }

  #goBack(): void {
    this.#tally = this.#before
    this.#keeping?.journal.cutTo(this.#before.journalEnd)
  }

  /** A write that fails is told to whoever made it. */
  async #settle(): Promise<void> {
    await Promise.allSettled([this.#writing])
    this.#goOn()
  }

  /** Gets ready for a channel that goes on. */
  #goOn(): void {
    const {underWay} = this.#builder
    this.#decoder = new TreeDecoder(underWay && {entry: underWay.entry, missing: underWay.entry.bytes - underWay.bytes})
  }

  async #startOver(): Promise<void> {
    this.#delivered = undefined
    await this.#builder.giveUpFile()
    await this.#part.empty()
    this.#keeping?.journal.cutTo(0)
    this.#builder = this.#startBuilder()
    this.#missing = new FirstFew()
    this.#tally = nothingYet()
  }

  async #keep(keeping: TreeKeeping): Promise<void> {
    try {
      await this.#settle()
      await this.#builder.leave()
      await this.#tryToNote(keeping.journal)
    } finally {
      await this.#putAway(keeping, false)
    }
  }

  async #putAway({journal, restingPath, released}: TreeKeeping, isWhole: boolean): Promise<void> {
    try {
      await journal.close()
      await this.#part.putAway(restingPath)
    } finally {
      released({fileName: basename(restingPath), isWhole})
    }
  }

  /** A full disk, as a rule: what it does not say comes again. */
  async #tryToNote(journal: TreeJournal): Promise<void> {
    try {
      journal.flush()
      await journal.sync()
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
    }
  }

  #startBuilder(): TreeBuilder {
    const untilRoom = this.#untilRoom
    const journal = this.#keeping?.journal
    const dropped = (code: ErrorCode): void => {
      if (this.#isNoting) journal?.addDropped(code)
    }
    const root = this.#delivered ?? this.#part.root
    const {mtimeMs} = this.#options.attributes ?? {}
    const noteKept = journal && ((bytes: number) => this.#noteKept(bytes))
    return new TreeBuilder(root, {untilRoom, dropped, mtimeMs, noteKept})
  }

  async #noteKept(bytes: number): Promise<void> {
    this.#keeping?.journal.addKept(bytes)
    await this.#flushJournal()
    await this.#untilRoom(async () => this.#keeping?.journal.sync())
  }

  async #flushJournal(): Promise<void> {
    const {journal} = this.#keeping ?? {}
    try {
      journal?.flush()
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
      await this.#untilRoom(async () => Promise.resolve(journal?.flush()))
    }
  }

  /** Waits where the disk is full; then all that is to come has to fit. */
  readonly #untilRoom: UntilRoom = work =>
    (this.#options.untilRoom ?? once)(async isAgain => {
      try {
        if (isAgain) await requireRoom(this.#options, this.bytes)
        return await work(isAgain)
      } catch (error) {
        throw isOutOfRoom(error) ? this.#explain(error) : error
      }
    })

  async #requireRoom(): Promise<void> {
    if (this.#options.bytes !== null) await this.#untilRoom(() => requireRoom(this.#options, this.bytes))
    this.#hasRoom = true
  }

  #requireFew(): void {
    const {chain, files: announced} = this.#tally
    const files = Math.max(this.#options.files, announced)
    const others = chain.entries - announced
    if (chain.entries > maxEntries || others > maxOthers + maxOthersPerFile * files)
      throw new ChatctlError('too-large', 'it has more entries than are taken here')
  }

  #explain(error: unknown): ChatctlError {
    const {directory, name} = this.#options
    return toWriteError(error, join(directory, name))
  }
}
