import type {BigIntStats} from 'node:fs'
import {lstat, utimes} from 'node:fs/promises'
import {errnoOf} from '../disk-error.js'
import {isOwnDirectory} from '../part/own-file.js'
import {subjectOf} from '../part/part-journal.js'
import type {PartShape, PartSpot} from '../part/part-request.js'
import {isOfThisStart} from '../part/part-trust.js'
import {findPublished} from '../part/publish.js'
import type {Sink} from '../sink.js'
import {DeliveredTree} from './delivered-tree.js'
import {TreeJournal} from './tree-journal.js'
import {TreeKeeping} from './tree-keeping.js'
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
    return new TreeSink(part, this.#options, await openKeeping(part, spot))
  }

  async resume(spot: PartSpot): Promise<Sink | undefined> {
    const part = await TreePart.openAt(spot.path, this.#options)
    if (part === undefined) return undefined
    const isOlder = await wasWrittenBefore(part.journalPath, spot.bootedMs)
    const now = new Date()
    await utimes(spot.path, now, now)
    const keeping = await openKeeping(part, spot)
    try {
      return await this.#goOn(keeping, isOlder)
    } catch (error) {
      await keeping.close()
      throw error
    }
  }

  async #goOn(keeping: TreeKeeping, isOlder: boolean): Promise<Sink> {
    const {published} = keeping.journal
    if (published !== undefined && published !== (await keeping.part.identifyTree()).ino)
      return this.#recognise(keeping, published, isOlder)
    return TreeSink.resume(keeping, this.#options, isOlder)
  }

  /** Finds the tree of a part that was published, and of which its sender has not heard; it comes anew when it is not there any more. */
  async #recognise(keeping: TreeKeeping, ino: bigint, isDoubtful: boolean): Promise<Sink> {
    const {directory, name} = this.#options
    const isIt = (stats: BigIntStats): boolean => stats.isDirectory() && stats.ino === ino
    const path = await findPublished(directory, name, isIt)
    const createAnew = () => this.#createAnew(keeping)
    const delivered = path === undefined ? undefined : await DeliveredTree.open({path, keeping, isDoubtful, createAnew})
    return delivered ?? createAnew()
  }

  async #createAnew(keeping: TreeKeeping): Promise<TreeSink> {
    await keeping.empty()
    return new TreeSink(keeping.part, this.#options, keeping)
  }
}

async function openKeeping(part: TreePart, spot: PartSpot): Promise<TreeKeeping> {
  const journal = await TreeJournal.open(part.journalPath, subjectOf(spot.id, part.identity))
  return new TreeKeeping(part, journal, spot)
}

/** Whether a file was written before the machine was started; when it is not there nobody will ask. */
async function wasWrittenBefore(path: string, bootedMs: number): Promise<boolean> {
  try {
    const {mtimeMs} = await lstat(path)
    return !isOfThisStart(mtimeMs, bootedMs)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true
    throw error
  }
}
