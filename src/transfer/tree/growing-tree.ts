import type {ErrorCode} from '../../errors/index.js'
import {encodeDone} from '../../protocol/tree-encoder.js'
import type {FileUnderWay, TreeEvent} from '../../protocol/tree-decoder.js'
import type {TreeEntry, TreePlace} from '../../protocol/tree-record.js'
import type {UntilRoom} from '../room-wait.js'
import {recallTree, type RecalledFile, type RecalledTree} from './recall-tree.js'
import {TreeBuilder, type Soon} from './tree-builder.js'
import {TreeContent} from './tree-content.js'
import type {TreeKeeping} from './tree-keeping.js'
import {requireFew, requireOffered, requireShortPath, type TreeOffer} from './tree-limits.js'
import {TreeTally} from './tree-tally.js'

/** Where a tree grows, and within what limits. */
export interface Ground {
  root: string
  /** Of the root; undefined when nobody knows. */
  mtimeMs: number | undefined
  offer: TreeOffer
  untilRoom: UntilRoom
  /** Absent when nobody will go on with it. */
  keeping?: TreeKeeping | undefined
}

/** A tree that an earlier process has left, and what of it is to be looked at. */
export interface RecalledGrowth {
  tree: GrowingTree
  /** Where in the journal the last entry ends that was whole. */
  wholeEnd: number
  /** Whether that holds for what is in small files, too: nobody has seen that it reached the disk. */
  isDoubtful: boolean
}

/** A tree as it is built, entry by entry: what is there, what that amounts to, and what its journal says of it. */
export class GrowingTree {
  readonly content: TreeContent
  readonly #ground: Ground
  readonly #tally: TreeTally
  readonly #builder: TreeBuilder
  /** Where in the journal the last file begins. */
  #fileStart = 0
  /** Whether what is dropped is news to the journal. */
  #isNoting = true

  constructor(ground: Ground, content = contentOf(ground), tally = new TreeTally()) {
    const {keeping, untilRoom} = ground
    this.content = content
    this.#ground = ground
    this.#tally = tally
    const noteKept = keeping && ((bytes: number) => keeping.noteKept(bytes, untilRoom))
    this.#builder = new TreeBuilder(content, {untilRoom, noteKept, dropped: code => this.#noteDropped(code)})
  }

  /**
   * Takes for there what the journal says, but for what it goes on in: a large file under way, and the directories around
   * that. What else is in those is removed. After a start of the machine (`isOlder`) of that file counts what was on disk.
   */
  static async recall(ground: Ground & {keeping: TreeKeeping}, isOlder: boolean): Promise<RecalledGrowth> {
    const {keeping, untilRoom} = ground
    const content = contentOf(ground)
    const recalled = await recallTree(keeping.journal, content)
    const isDoubtful = isOlder || recalled.isDoubtful
    const tree = new GrowingTree(ground, content, recalled.tally)
    const {end, isThere} = await tree.#goOnIn(recalled, isOlder)
    try {
      await keeping.goOnAt(end, isDoubtful, untilRoom)
      if (isThere) await content.levels.removeRest()
    } catch (error) {
      await tree.leave()
      throw error
    }
    return isThere ? {tree, wholeEnd: recalled.end, isDoubtful} : GrowingTree.recall(ground, isOlder)
  }

  /** Where in the stream it is; undefined where nothing is there. */
  get place(): TreePlace | undefined {
    return this.#tally.placeAt(this.#builder.underWay?.bytes)
  }

  /** The digest of all entries so far. */
  get digest(): string {
    return this.#tally.digest
  }

  /** Where in the journal the last file begins. */
  get fileStart(): number {
    return this.#fileStart
  }

  /** The file that is not done. */
  get underWay(): FileUnderWay | undefined {
    const {underWay} = this.#builder
    return underWay && {entry: underWay.entry, missing: underWay.entry.bytes - underWay.bytes}
  }

  /**
   * Takes what comes next.
   * @throws ChatctlError `size-mismatch`, `too-large`, `protocol-violation`, or an error of the system
   */
  take(event: Exclude<TreeEvent, {event: 'anew'}>): Soon<void> {
    switch (event.event) {
      case 'entry':
        return this.#takeEntry(event.entry, event.record)
      case 'data':
        return this.#builder.addData(event.piece)
      case 'done':
        return this.#takeDone(event.sha256)
    }
  }

  /** Resolves when nothing of what came is needed any more, and the journal says all of it. */
  async flush(): Promise<void> {
    await this.#builder.flush()
    await this.note()
  }

  /** Has the journal say what has come. */
  async note(): Promise<void> {
    const {keeping, untilRoom} = this.#ground
    await keeping?.flush(untilRoom)
  }

  /** Makes what is made last. */
  async finish(): Promise<void> {
    // What is dropped now is no matter of the last entry, and is dropped again by whoever comes so far.
    this.#isNoting = false
    await this.#builder.finish()
  }

  /** Removes what came of a file that is not done. */
  giveUpFile(): Promise<void> {
    return this.#builder.giveUpFile()
  }

  /** Lets go of it, for whoever goes on with it. */
  leave(): Promise<void> {
    return this.#builder.leave()
  }

  /** Goes on in the directories and the file that are under way; returns where in the journal that ends, or, if not all is there, what is. */
  async #goOnIn({end, file}: RecalledTree, isOlder: boolean): Promise<{end: number; isThere: boolean}> {
    const lost = this.content.levels.findLost()
    if (lost?.path.length === 0) await this.#ground.keeping?.part.empty()
    if (lost) return {end: lost.start, isThere: false}
    if (!file) return {end, isThere: true}
    return this.#resume(file, isOlder) ? {end: file.said.end, isThere: true} : {end, isThere: false}
  }

  #resume({said, claimed}: RecalledFile, isOlder: boolean): boolean {
    const {entry, record, start, keptBytes} = said
    const right = (bytes: number): number => (isOlder ? Math.min(bytes, keptBytes) : bytes)
    if (entry.type !== 'file' || !claimed || !this.#builder.goOnWith(entry, claimed, right)) return false
    this.#tally.add(entry, record)
    this.#fileStart = start
    return true
  }

  #takeEntry(entry: TreeEntry, record: Buffer): Soon<void> {
    const {offer, keeping} = this.#ground
    requireShortPath(entry, record)
    this.#tally.add(entry, record)
    // What was kept may be more than is offered by now: of another tree, as its sender is about to say.
    if (entry.type === 'file') requireOffered(this.#tally, offer)
    requireFew(this.#tally, offer)
    if (entry.type === 'file') this.#fileStart = keeping?.journal.end ?? 0
    keeping?.journal.add(record)
    return this.#build(entry)
  }

  #build(entry: TreeEntry): Soon<void> {
    switch (entry.type) {
      case 'directory':
        return this.#builder.addDirectory(entry)
      case 'file':
        return this.#builder.beginFile(entry)
      case 'link':
        return this.#builder.addLink(entry)
      case 'skipped':
        this.content.missing.add(entry)
        return this.#builder.giveUpFile()
    }
  }

  #takeDone(sha256: Buffer): Soon<void> {
    const note = (): void => this.#ground.keeping?.journal.add(encodeDone(sha256))
    const finishing = this.#builder.finishFile(sha256)
    return finishing ? finishing.then(note) : note()
  }

  #noteDropped(code: ErrorCode): void {
    if (this.#isNoting) this.#ground.keeping?.journal.addDropped(code)
  }
}

function contentOf({root, mtimeMs}: Ground): TreeContent {
  return new TreeContent(root, mtimeMs)
}
