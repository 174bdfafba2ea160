import {ChatctlError} from '../../errors/index.js'
import {TreeDecoder} from '../../protocol/tree-decoder.js'
import type {TreePlace} from '../../protocol/tree-record.js'
import type {FirstFew} from '../first-few.js'
import type {PartFileOptions} from '../part/part-file.js'
import type {Continuation, Sink} from '../sink.js'
import type {SkippedEntry} from '../skipped-entry.js'
import {GrowingTree, type Ground} from './growing-tree.js'
import {ShortTurns} from './short-turns.js'
import type {TreeKeeping} from './tree-keeping.js'
import type {TreeLevel} from './tree-levels.js'
import type {TreeOffer} from './tree-limits.js'
import {TreeLook} from './tree-look.js'
import {TreePart} from './tree-part.js'
import {TreeRoom} from './tree-room.js'
import {WrongLeftoverError} from './wrong-leftover.js'

/** What a sink is told of the tree. */
export type TreeSinkOptions = PartFileOptions & TreeOffer

/**
 * Builds a tree of the records that come, and holds its sender to what was offered. No name leads out of it, nothing in
 * it is replaced, and nothing is written through a link: they are made last, and only those that stay inside.
 */
export class TreeSink implements Sink {
  onStartedOver: () => void = () => undefined
  readonly #part: TreePart
  readonly #keeping: TreeKeeping | undefined
  readonly #room: TreeRoom
  readonly #ground: Ground
  readonly #turns = new ShortTurns()
  #tree: GrowingTree
  #decoder = new TreeDecoder()
  #working: Promise<unknown> = Promise.resolve()
  #isDiscarded = false
  /** Looks at what an earlier process has left. */
  #look: TreeLook | undefined

  constructor(part: TreePart, options: TreeSinkOptions, keeping?: TreeKeeping) {
    this.#part = part
    this.#keeping = keeping
    this.#room = new TreeRoom(options, () => this.bytes)
    const {untilRoom} = this.#room
    this.#ground = {root: part.root, mtimeMs: options.attributes?.mtimeMs, offer: options, untilRoom, keeping}
    this.#tree = new GrowingTree(this.#ground)
  }

  /**
   * Makes room for a tree.
   * @throws ChatctlError `disk-full` when there will never be room for the whole, `not-writable`
   */
  static async create(options: TreeSinkOptions): Promise<TreeSink> {
    return new TreeSink(await TreePart.create(options), options)
  }

  /**
   * Goes on where an earlier process has left a tree, as its journal says. What that says is looked at beside what comes, and
   * what is not so comes again. After a start of the machine (`isOlder`) what small files hold is compared with what was sent.
   */
  static async resume(keeping: TreeKeeping, options: TreeSinkOptions, isOlder: boolean): Promise<TreeSink> {
    const sink = new TreeSink(keeping.part, options, keeping)
    const {wholeEnd, isDoubtful} = await sink.#recall(keeping, isOlder)
    sink.#look = sink.#lookAt(keeping, wholeEnd, isDoubtful)
    return sink
  }

  get bytes(): number {
    return this.#tree.content.bytes
  }

  get files(): number {
    return this.#tree.content.files
  }

  get place(): TreePlace | undefined {
    return this.#tree.place
  }

  get missing(): FirstFew<SkippedEntry> {
    return this.#tree.content.missing
  }

  get dropped(): FirstFew<SkippedEntry> {
    return this.#tree.content.dropped
  }

  get renamed(): string | undefined {
    return this.#tree.content.describeRenamed()
  }

  get continuation(): Continuation | undefined {
    const keeping = this.#keeping
    if (!keeping) return undefined
    return {
      settled: () => this.#settle(),
      startOver: () => this.#stop().then(() => this.#startOver()),
      keep: () => this.#keep(keeping),
      forget: () => keeping.forget(),
    }
  }

  write(pieces: Buffer[]): Promise<void> {
    return this.#work(() => this.#decode(pieces))
  }

  digest(): Promise<string> {
    this.#decoder.end()
    return this.#work(async () => {
      await this.#look?.finish()
      return this.#tree.digest
    })
  }

  async persist(): Promise<void> {
    try {
      await this.#look?.finish()
      await this.#tree.finish()
    } catch (error) {
      throw this.#room.explain(error)
    }
  }

  /** Its journal stays, in the part: a sender that did not hear of it finds it by that. */
  async publish(): Promise<string> {
    const keeping = this.#keeping
    if (keeping) await this.#notePublished(keeping)
    const path = await this.#part.publish()
    await (keeping ? keeping.putAway(true) : this.#part.discard())
    return path
  }

  /** A write that is under way comes to its end first: what it makes is removed with the rest. */
  async discard(): Promise<void> {
    this.#isDiscarded = true
    await this.#stop()
    try {
      await this.#tree.giveUpFile()
    } finally {
      await (this.#keeping ?? this.#part).discard()
    }
  }

  /** What was kept may turn out to be wrong meanwhile. */
  #work<Done>(work: () => Promise<Done>): Promise<Done> {
    const working = work().catch((error: unknown) => this.#takeFailure(error))
    this.#working = working
    return working
  }

  async #decode(pieces: Buffer[]): Promise<void> {
    this.#look?.requireRight()
    await this.#room.require()
    for (const piece of pieces) {
      for (const event of this.#decoder.decode(piece)) {
        if (this.#isDiscarded) return
        const taking = event.event === 'anew' ? this.#takeAnew() : this.#tree.take(event)
        if (taking) await taking
        if (this.#turns.isOver) await this.#pass()
      }
    }
    await this.#tree.flush()
  }

  /** What there is by now is said before others have their turn: a process that is killed loses no more than this one. */
  async #pass(): Promise<void> {
    await this.#tree.note()
    await this.#turns.pass()
  }

  async #takeAnew(): Promise<void> {
    await this.#startOver()
    this.onStartedOver()
  }

  async #notePublished({journal}: TreeKeeping): Promise<void> {
    const {ino} = await this.#part.identifyTree()
    journal.addPublished(ino)
    await this.#tree.note()
  }

  async #takeFailure(error: unknown): Promise<never> {
    if (!(error instanceof WrongLeftoverError) || !this.#keeping) throw this.#room.explain(error)
    await this.#goBack(this.#keeping).catch((failure: unknown) => {
      throw this.#room.explain(failure)
    })
    throw new ChatctlError('connection-lost', error.message)
  }

  /** The next channel begins before what was kept and is wrong. */
  async #goBack(keeping: TreeKeeping): Promise<void> {
    const rightEnd = await this.#findRightEnd()
    await this.#tree.giveUpFile()
    keeping.journal.cutTo(rightEnd)
    await this.#recall(keeping, false)
    if (this.place === undefined) this.onStartedOver()
  }

  /** A sender goes back once: when a file is wrong there may be more that is, before it. */
  async #findRightEnd(): Promise<number> {
    try {
      await this.#look?.finish()
      return this.#tree.fileStart
    } catch (error) {
      this.#look = undefined
      if (error instanceof WrongLeftoverError && error.journalEnd !== undefined) return error.journalEnd
      throw error
    }
  }

  async #recall(keeping: TreeKeeping, isOlder: boolean): Promise<{wholeEnd: number; isDoubtful: boolean}> {
    const {tree, ...rest} = await GrowingTree.recall({...this.#ground, keeping}, isOlder)
    this.#tree = tree
    this.#goOn()
    return rest
  }

  #lookAt({journal, part}: TreeKeeping, end: number, isDoubtful: boolean): TreeLook {
    const leave = isDoubtful ? (level: TreeLevel) => level.finish() : () => undefined
    const confirmed = isDoubtful ? () => journal.addMark('confirmed') : undefined
    return new TreeLook({journal, root: part.root, end, isDoubtful, leave, confirmed})
  }

  /** A write that fails is told to whoever made it. */
  async #settle(): Promise<void> {
    await Promise.allSettled([this.#working])
    this.#goOn()
  }

  /** Comes to rest. */
  async #stop(): Promise<void> {
    await this.#look?.stop()
    await this.#settle()
  }

  /** Gets ready for a channel that goes on. */
  #goOn(): void {
    this.#decoder = new TreeDecoder(this.#tree.underWay)
  }

  async #startOver(): Promise<void> {
    await this.#look?.stop()
    this.#look = undefined
    await this.#tree.giveUpFile()
    await (this.#keeping ?? this.#part).empty()
    this.#tree = new GrowingTree(this.#ground)
  }

  async #keep(keeping: TreeKeeping): Promise<void> {
    try {
      await this.#stop()
      await this.#tree.leave()
      await keeping.tryToNote()
    } finally {
      await keeping.putAway(false)
    }
  }
}
