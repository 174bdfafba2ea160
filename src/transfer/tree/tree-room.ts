import {join} from 'node:path'
import type {ChatctlError} from '../../errors/index.js'
import {isOutOfRoom, toWriteError} from '../disk-error.js'
import {requireRoom} from '../part/disk-room.js'
import type {PartPlace} from '../part/part-file.js'
import {once, type UntilRoom} from '../room-wait.js'

/** The room that a tree takes on its disk. */
export class TreeRoom {
  readonly #place: PartPlace
  readonly #bytes: () => number
  #hasRoom = false

  /** `bytes` tells how much of the tree is there. */
  constructor(place: PartPlace, bytes: () => number) {
    this.#place = place
    this.#bytes = bytes
  }

  /** Waits where the disk is full; then all that is to come has to fit. */
  readonly untilRoom: UntilRoom = work =>
    (this.#place.untilRoom ?? once)(async isAgain => {
      try {
        if (isAgain) await requireRoom(this.#place, this.#bytes())
        return await work(isAgain)
      } catch (error) {
        throw isOutOfRoom(error) ? this.explain(error) : error
      }
    })

  /** Waits, before anything is written, until there is room for all that is to come. */
  async require(): Promise<void> {
    if (this.#hasRoom) return
    if (this.#place.bytes !== null) await this.untilRoom(() => requireRoom(this.#place, this.#bytes()))
    this.#hasRoom = true
  }

  /** Says in our words why the tree cannot be written. */
  explain(error: unknown): ChatctlError {
    const {directory, name} = this.#place
    return toWriteError(error, join(directory, name))
  }
}
