import {partIdOf} from '../job.js'
import {KeptNames} from './kept-names.js'
import {PartFile} from './part-file.js'
import {PartHolders} from './part-holders.js'
import {PartOpener} from './part-opener.js'
import {systemMachine} from './part-owner.js'
import type {PartRequest, Released, WantedPart} from './part-request.js'
import type {Sink} from '../sink.js'

/** Opens the parts of transfers, and goes on with those that an earlier transfer of the same job left. */
export class PartShelf {
  readonly #holders = new PartHolders()
  readonly #kept: KeptNames
  readonly #opener: PartOpener

  constructor(machine = systemMachine) {
    this.#kept = new KeptNames(machine)
    this.#opener = new PartOpener(this.#kept, machine)
  }

  /**
   * Opens the part of a transfer: one that is there, if it was begun for the same job, or a new one.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  async open(request: PartRequest): Promise<Sink> {
    const {origin, shape} = request
    // How much of a tree was counted is different each time.
    const bytes = shape ? 0 : request.bytes
    if (origin === undefined || bytes === null) return createOnce(request)
    const id = partIdOf(origin.peerFingerprint, origin.job, bytes)
    const part = {...request, id, bytes, origin}
    const release = await this.#holders.take(part)
    return release ? this.#openHeld(part, release) : createOnce(request)
  }

  /** Looks through a directory once: removes what is too old, and knows the rest. */
  async tidy(directory: string): Promise<void> {
    await this.#kept.tidy(directory)
  }

  async #openHeld(part: Omit<WantedPart, 'released'>, release: () => void): Promise<Sink> {
    const released: Released = left => void (left ? this.#kept.add(part, left) : Promise.resolve()).finally(release)
    try {
      return await this.#opener.open({...part, released})
    } catch (error) {
      release()
      throw error
    }
  }
}

function createOnce(request: PartRequest): Promise<Sink> {
  return request.shape ? request.shape.createOnce() : PartFile.create(request)
}
