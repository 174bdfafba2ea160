import {ChatctlError} from '../../errors/index.js'
import {recordRules, type TreePlace} from '../../protocol/tree-record.js'
import type {FirstFew} from '../first-few.js'
import type {Continuation, Sink} from '../sink.js'
import type {SkippedEntry} from '../skipped-entry.js'
import {recallTree} from './recall-tree.js'
import {TreeContent} from './tree-content.js'
import type {TreeKeeping} from './tree-keeping.js'
import {TreeLook} from './tree-look.js'
import type {TreeSink} from './tree-sink.js'
import type {TreeTally} from './tree-tally.js'
import {WrongLeftoverError} from './wrong-leftover.js'

/** A published tree that was found, and what becomes of it. */
export interface DeliveredTreeOptions {
  path: string
  keeping: TreeKeeping
  /** Whether what small files hold is compared with what was sent. */
  isDoubtful: boolean
  /** Begins with nothing, in the part that it came from. */
  createAnew: () => Promise<TreeSink>
}

/**
 * A tree that is published, and whose sender has not heard so and offers it again: nothing of it has to come. It is looked at
 * beside that; if somebody has changed it meanwhile it is left alone, and the tree comes anew.
 */
export class DeliveredTree implements Sink, Continuation {
  onStartedOver: () => void = () => undefined
  readonly continuation = this
  readonly #options: DeliveredTreeOptions
  readonly #content: TreeContent
  readonly #tally: TreeTally
  readonly #look: TreeLook
  #working: Promise<unknown> = Promise.resolve()
  /** What comes in its place. */
  #anew: TreeSink | undefined

  private constructor(options: DeliveredTreeOptions, content: TreeContent, tally: TreeTally, end: number) {
    const {path: root, keeping, isDoubtful} = options
    this.#options = options
    this.#content = content
    this.#tally = tally
    this.#look = new TreeLook({journal: keeping.journal, root, end, isDoubtful, leave: () => undefined})
  }

  /** Takes one for whole, as its journal says; undefined when that does not say so. */
  static async open(options: DeliveredTreeOptions): Promise<DeliveredTree | undefined> {
    const content = new TreeContent(options.path, undefined)
    const {tally, end, file} = await recallTree(options.keeping.journal, content)
    return file ? undefined : new DeliveredTree(options, content, tally, end)
  }

  get bytes(): number {
    return (this.#anew ?? this.#content).bytes
  }

  get files(): number {
    return (this.#anew ?? this.#content).files
  }

  get place(): TreePlace | undefined {
    return this.#anew ? this.#anew.place : this.#tally.placeAt()
  }

  get missing(): FirstFew<SkippedEntry> {
    return (this.#anew ?? this.#content).missing
  }

  get dropped(): FirstFew<SkippedEntry> {
    return (this.#anew ?? this.#content).dropped
  }

  get renamed(): string | undefined {
    return this.#anew ? this.#anew.renamed : this.#content.describeRenamed()
  }

  /** All of it is there: what comes is of another tree by now. */
  write(pieces: Buffer[]): Promise<void> {
    return this.#anew?.write(pieces) ?? this.#work(() => this.#writeAnew(pieces))
  }

  digest(): Promise<string> {
    return this.#anew?.digest() ?? this.#work(() => this.#finishLook())
  }

  async persist(): Promise<void> {
    await this.#anew?.persist()
  }

  async publish(): Promise<string> {
    if (this.#anew) return this.#anew.publish()
    await this.#look.finish()
    await this.#options.keeping.putAway(true)
    return this.#options.path
  }

  async discard(): Promise<void> {
    await this.#stop()
    await (this.#anew ?? this.#options.keeping).discard()
  }

  async settled(): Promise<void> {
    await Promise.allSettled([this.#working])
    await this.#anew?.continuation?.settled()
  }

  async startOver(): Promise<void> {
    await (this.#anew ? this.#anew.continuation?.startOver() : this.#startAnew())
  }

  async keep(): Promise<void> {
    await this.#stop()
    await (this.#anew ? this.#anew.continuation?.keep() : this.#options.keeping.putAway(false))
  }

  forget(): Promise<void> {
    return this.#options.keeping.forget()
  }

  #work<Done>(work: () => Promise<Done>): Promise<Done> {
    const working = work()
    this.#working = working
    return working
  }

  async #stop(): Promise<void> {
    await this.#look.stop()
    await Promise.allSettled([this.#working])
  }

  async #writeAnew(pieces: Buffer[]): Promise<void> {
    if (pieces.every(({length}) => length === 0)) return
    const anew = await this.#startAnew()
    if (pieces[0]?.[0] === recordRules.anew.type) return anew.write(pieces)
    throw this.#comeAnew('there is more in the directory than was delivered')
  }

  async #finishLook(): Promise<string> {
    try {
      await this.#look.finish()
      return this.#tally.digest
    } catch (error) {
      if (!(error instanceof WrongLeftoverError)) throw error
      await this.#startAnew()
      throw this.#comeAnew(error.message)
    }
  }

  #comeAnew(why: string): ChatctlError {
    this.onStartedOver()
    return new ChatctlError('connection-lost', why)
  }

  async #startAnew(): Promise<TreeSink> {
    await this.#look.stop()
    const anew = await this.#options.createAnew()
    anew.onStartedOver = () => this.onStartedOver()
    return (this.#anew = anew)
  }
}
