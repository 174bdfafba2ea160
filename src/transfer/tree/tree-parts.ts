import {lstat, utimes} from 'node:fs/promises'
import {errnoOf} from '../disk-error.js'
import {isOwnDirectory} from '../part/own-file.js'
import {subjectOf} from '../part/part-journal.js'
import type {PartShape, PartSpot} from '../part/part-request.js'
import {isOfThisStart} from '../part/part-trust.js'
import {findPublished} from '../part/publish.js'
import type {Sink} from '../sink.js'
import {publishedBy} from './recall-tree.js'
import {TreeJournal} from './tree-journal.js'
import {TreePart} from './tree-part.js'
import {TreeSink, type TreeSinkOptions} from './tree-sink.js'

/** The parts of trees, as a shelf makes and finds them: directories, with a journal in each. */
export class TreeParts implements PartShape {
  readonly isPart = isOwnDirectory
  readonly #options: TreeSinkOptions

  constructor(options: TreeSinkOptions) {
    this.#options = options
  }

  createOnce(): Promise<Sink> {
    return TreeSink.create(this.#options)
  }

  async create(spot: PartSpot): Promise<Sink> {
    const part = await TreePart.createAt(spot.path, this.#options)
    return new TreeSink(part, this.#options, {...spot, journal: await openJournal(part, spot)})
  }

  async resume(spot: PartSpot): Promise<Sink | undefined> {
    const part = await TreePart.openAt(spot.path, this.#options)
    if (part === undefined) return undefined
    const isDoubtful = await isOlder(part.journalPath, spot.bootedMs)
    const now = new Date()
    await utimes(spot.path, now, now)
    const journal = await openJournal(part, spot)
    const sink = new TreeSink(part, this.#options, {...spot, journal}, await this.#findDelivered(journal))
    await sink.recall(journal, isDoubtful)
    return sink
  }

  /** Looks for the tree of a part that was published; undefined when it was not, or is not there any more. */
  async #findDelivered(journal: TreeJournal): Promise<string | undefined> {
    const {directory, name} = this.#options
    const ino = publishedBy(journal)
    return ino === undefined
      ? undefined
      : findPublished(directory, name, stats => stats.isDirectory() && stats.ino === ino)
  }
}

function openJournal({identity, journalPath}: TreePart, {id}: PartSpot): Promise<TreeJournal> {
  return TreeJournal.open(journalPath, subjectOf(id, identity))
}

/** Whether a file was written before the machine was started; when it is not there nobody will ask. */
async function isOlder(path: string, bootedMs: number): Promise<boolean> {
  try {
    const {mtimeMs} = await lstat(path)
    return !isOfThisStart(mtimeMs, bootedMs)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true
    throw error
  }
}
