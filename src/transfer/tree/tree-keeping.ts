import {basename} from 'node:path'
import {isOutOfRoom} from '../disk-error.js'
import type {PartSpot} from '../part/part-request.js'
import type {UntilRoom} from '../room-wait.js'
import type {TreeJournal} from './tree-journal.js'
import type {TreePart} from './tree-part.js'

/** Keeps a tree for another try: its part, and the journal in that. */
export class TreeKeeping {
  readonly part: TreePart
  readonly journal: TreeJournal
  readonly #spot: Pick<PartSpot, 'restingPath' | 'released' | 'forget'>

  constructor(part: TreePart, journal: TreeJournal, spot: Pick<PartSpot, 'restingPath' | 'released' | 'forget'>) {
    this.part = part
    this.journal = journal
    this.#spot = spot
  }

  /** Writes what was added to the journal; waits where the disk is full. */
  async flush(untilRoom: UntilRoom): Promise<void> {
    try {
      this.journal.flush()
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
      await untilRoom(() => Promise.resolve().then(() => this.journal.flush()))
    }
  }

  /**
   * Goes on with the journal at a place; what stands behind it is gone. That small files before it are still to be looked at
   * (`isDoubtful`) is said at once: from now on its time does not tell it any more.
   */
  async goOnAt(end: number, isDoubtful: boolean, untilRoom: UntilRoom): Promise<void> {
    this.journal.goOnAt(end)
    if (isDoubtful) this.journal.addMark('doubted')
    await this.flush(untilRoom)
    this.journal.cut()
  }

  /** Notes that so many bytes of the last file are on disk, and has that be there itself. */
  async noteKept(bytes: number, untilRoom: UntilRoom): Promise<void> {
    this.journal.addKept(bytes)
    await this.flush(untilRoom)
    await untilRoom(() => this.journal.sync())
  }

  /** Notes as much as there is room for: what the journal does not say comes again. */
  async tryToNote(): Promise<void> {
    try {
      this.journal.flush()
      await this.journal.sync()
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
    }
  }

  /** Forgets what was kept. */
  async empty(): Promise<void> {
    await this.part.empty()
    this.journal.cutTo(0)
  }

  /** Puts it away for whoever goes on with it; `isWhole` says that all of it has come. */
  async putAway(isWhole: boolean): Promise<void> {
    const {restingPath, released} = this.#spot
    try {
      await this.journal.close()
      await this.part.putAway(restingPath)
    } finally {
      released({fileName: basename(this.part.path), isWhole})
    }
  }

  /** Closes it; it stays as it is, where it stands. */
  async close(): Promise<void> {
    await this.journal.close()
    await this.part.close()
  }

  /** Removes what there is of it. */
  async discard(): Promise<void> {
    try {
      await this.journal.close()
      await this.part.discard()
    } finally {
      this.#spot.released()
    }
  }

  /** Removes what stays when the tree is published. */
  forget(): Promise<void> {
    return this.#spot.forget(basename(this.#spot.restingPath))
  }
}
