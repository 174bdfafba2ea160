import {join} from 'node:path'
import {ChatctlError} from '../errors/index.js'
import {TreeChain} from '../protocol/tree-chain.js'
import {TreeDecoder, type TreeEvent} from '../protocol/tree-decoder.js'
import type {TreeEntry} from '../protocol/tree-record.js'
import {toWriteError} from './disk-error.js'
import {FirstFew} from './first-few.js'
import type {PartFileOptions} from './part-file.js'
import {ShortTurns} from './short-turns.js'
import type {Sink} from './sink.js'
import type {SkippedEntry} from './skipped-entry.js'
import {TreeBuilder} from './tree-builder.js'
import {TreePart} from './tree-part.js'

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

/**
 * Builds a tree of the records that come, and holds its sender to what was offered. No name leads out of it, nothing in
 * it is replaced, and nothing is written through a link: they are made last, and only those that stay inside.
 */
export class TreeSink implements Sink {
  readonly missing = new FirstFew<SkippedEntry>()
  readonly #part: TreePart
  readonly #builder: TreeBuilder
  readonly #options: TreeSinkOptions
  readonly #turns = new ShortTurns()
  readonly #decoder = new TreeDecoder()
  readonly #chain = new TreeChain()
  #announced = {bytes: 0, files: 0}
  #writing = Promise.resolve()
  #isDiscarded = false

  private constructor(part: TreePart, options: TreeSinkOptions) {
    this.#part = part
    this.#builder = new TreeBuilder(part.root)
    this.#options = options
  }

  /**
   * Makes room for a tree.
   * @throws ChatctlError `disk-full` when there is no room for the whole, `not-writable`
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

  write(pieces: Buffer[]): Promise<void> {
    this.#writing = this.#decode(pieces).catch((error: unknown) => {
      throw this.#explain(error)
    })
    return this.#writing
  }

  digest(): Promise<string> {
    this.#decoder.end()
    return Promise.resolve(this.#chain.digest)
  }

  async persist(): Promise<void> {
    try {
      await this.#builder.finish()
    } catch (error) {
      throw this.#explain(error)
    }
  }

  publish(): Promise<string> {
    return this.#part.publish()
  }

  /** A write that is under way comes to its end first: what it makes is removed with the rest. */
  async discard(): Promise<void> {
    this.#isDiscarded = true
    await Promise.allSettled([this.#writing])
    try {
      await this.#builder.giveUpFile()
    } finally {
      await this.#part.discard()
    }
  }

  async #decode(pieces: Buffer[]): Promise<void> {
    for (const piece of pieces) {
      for (const event of this.#decoder.decode(piece)) {
        if (this.#isDiscarded) return
        await this.#take(event)
        if (this.#turns.isOver) await this.#turns.pass()
      }
    }
    await this.#builder.flush()
  }

  async #take(event: TreeEvent): Promise<void> {
    switch (event.event) {
      case 'entry':
        this.#chain.add(event.record)
        await this.#takeEntry(event.entry)
        this.#requireFew()
        return
      case 'data': {
        this.#builder.addData(event.piece)
        return
      }
      case 'done':
        return this.#builder.finishFile(event.sha256)
    }
  }

  async #takeEntry(entry: TreeEntry): Promise<void> {
    switch (entry.type) {
      case 'directory':
        return this.#builder.addDirectory(entry)
      case 'file':
        this.#requireOffered(entry.bytes)
        return this.#builder.beginFile(entry)
      case 'link':
        return this.#builder.addLink(entry)
      case 'skipped':
        this.missing.add(entry)
        return this.#builder.giveUpFile()
    }
  }

  #requireOffered(bytes: number): void {
    const announced = {bytes: this.#announced.bytes + bytes, files: this.#announced.files + 1}
    const {bytes: offered, files, maxBytes = Infinity} = this.#options
    if (offered !== null && (announced.bytes > offered || announced.files > files))
      throw new ChatctlError('size-mismatch', `more came than the declared ${offered} bytes in ${files} files`)
    if (announced.bytes > maxBytes)
      throw new ChatctlError('too-large', `more came than the ${maxBytes} bytes that are taken here`)
    this.#announced = announced
  }

  #requireFew(): void {
    const files = Math.max(this.#options.files, this.#announced.files)
    const others = this.#chain.entries - this.#announced.files
    if (this.#chain.entries > maxEntries || others > maxOthers + maxOthersPerFile * files)
      throw new ChatctlError('too-large', 'it has more entries than are taken here')
  }

  #explain(error: unknown): ChatctlError {
    const {directory, name} = this.#options
    return toWriteError(error, join(directory, name))
  }
}
