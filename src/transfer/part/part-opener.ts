import type {BigIntStats} from 'node:fs'
import {lstat, rename} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {errnoOf, toWriteError} from '../disk-error.js'
import {DeliveredFile, findFile} from './delivered-file.js'
import {identityOf} from './file-identity.js'
import type {KeptNames} from './kept-names.js'
import {KeptPart} from './kept-part.js'
import {remove, removePart, statsOf} from './leftover-disk.js'
import {isOwnFile, isOwnLink, openOwnFile, type OpenFile} from './own-file.js'
import {PartFile} from './part-file.js'
import {subjectOf} from './part-journal.js'
import {formatPartName, isPart, journalledFile, journalOf} from './part-name.js'
import {noOwner, thisOwner, type Machine} from './part-owner.js'
import type {PartSpot, WantedPart} from './part-request.js'
import {cutToTrusted} from './part-trust.js'
import type {Sink} from '../sink.js'

/**
 * Opens a part that nobody else in this process uses: one that was left, or a new one. From a process that has ended it is
 * taken by a new name: only one can give it that.
 */
export class PartOpener {
  readonly #kept: KeptNames
  readonly #machine: Machine

  constructor(kept: KeptNames, machine: Machine) {
    this.#kept = kept
    this.#machine = machine
  }

  /**
   * Goes on with the newest that is there, or begins.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  async open(wanted: WantedPart): Promise<Sink> {
    const isOutdated = await this.#dropOutdated(wanted)
    const take = () => this.#kept.take(wanted)
    for (let name = await take(); name !== undefined; name = await take()) {
      const part = await (isPart(name) ? this.#claim(wanted, name) : this.#recognise(wanted, name))
      if (part) return part
    }
    const part = await this.#create(wanted)
    if (isOutdated) wanted.origin.hasChanged?.()
    return part
  }

  /** Removes what there is of a file as it was before; whether there was anything. The stream of a tree tells what of it is outdated. */
  async #dropOutdated(wanted: WantedPart): Promise<boolean> {
    if (wanted.shape) return false
    const paths = (await this.#kept.takeOutdated(wanted)).map(fileName => join(wanted.directory, fileName))
    const wereThere = await Promise.all(paths.map(dropPart))
    return wereThere.includes(true)
  }

  async #create(wanted: WantedPart): Promise<Sink> {
    const spot = this.#spotOf(wanted)
    if (wanted.shape) return wanted.shape.create(spot)
    const part = await PartFile.createAt(spot.path, wanted)
    // That of another file, which had this number before.
    await remove(journalOf(spot.path, part.identity))
    return watch(wanted, spot, part)
  }

  /** Finds a file that was published, of which its sender has not heard; undefined when it is not there any more. */
  async #recognise(wanted: WantedPart, journal: string): Promise<Sink | undefined> {
    const {directory, name, bytes, released} = wanted
    const file = await findFile({directory, name, bytes}, journalledFile(journal))
    const forget = () => this.#kept.forget(directory, journal)
    if (file) return DeliveredFile.open(file, {journal, released, forget, createAnew: () => this.#create(wanted)})
    await forget()
    return undefined
  }

  /** Takes a part by renaming it; undefined when somebody else was first, or something else stands there. */
  async #claim(wanted: WantedPart, fileName: string): Promise<Sink | undefined> {
    const [from, spot] = [join(wanted.directory, fileName), this.#spotOf(wanted)]
    let standsAs = fileName
    try {
      const stats = await lstat(from, {bigint: true})
      if (!(wanted.shape?.isPart ?? isOwnFile)(stats)) {
        await dropLink(from, stats)
        return undefined
      }
      await rename(from, spot.path)
      standsAs = basename(spot.path)
      if (wanted.shape) return await wanted.shape.resume(spot)
      const file = await openOwnFile(spot.path)
      return file && (await resume(wanted, spot, file))
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined
      await this.#kept.add(wanted, {fileName: standsAs, isWhole: false})
      throw toWriteError(error, spot.path)
    }
  }

  #spotOf(wanted: WantedPart): PartSpot {
    const {directory, id, released} = wanted
    return {
      path: join(directory, formatPartName({...wanted, owner: thisOwner()})),
      id,
      restingPath: join(directory, formatPartName({...wanted, owner: noOwner()})),
      bootedMs: this.#machine.bootedMs(),
      released,
      forget: fileName => this.#kept.forget(directory, fileName),
    }
  }
}

async function resume(wanted: WantedPart, spot: PartSpot, file: OpenFile): Promise<Sink> {
  const {handle} = file
  const identity = await identityOf(handle)
  const written = await cutToTrusted(file, spot, wanted.bytes)
  return watch(wanted, spot, await PartFile.open({...wanted, handle, identity, path: spot.path, written}))
}

function watch({untilRoom}: WantedPart, spot: PartSpot, part: PartFile): KeptPart {
  return new KeptPart({...spot, part, untilRoom, subject: subjectOf(spot.id, part.identity)})
}

/** Removes a part with its journal; false when it was none any more. */
async function dropPart(path: string): Promise<boolean> {
  const stats = await statsOf(path)
  if (stats === undefined) return false
  if (!isOwnFile(stats)) return dropLink(path, stats).then(() => false)
  await removePart(path)
  return true
}

/** A process that was killed as it published a part has left its first name: the file is found by the second. */
async function dropLink(path: string, stats: BigIntStats): Promise<void> {
  if (isOwnLink(stats) && (await statsOf(journalOf(path, stats)))) await remove(path)
}
