import type {Clock} from '../session/clock.js'
import {OutOfRoomError} from './disk-error.js'
import type {Pauses} from './pauses.js'

/** A full disk is waited for that long. */
export const roomPatienceMs = 60 * 60 * 1000

/** Looking for room costs little. */
const lookMs = 2000

/**
 * Does something that needs room on a disk, and again until there is some: meanwhile the transfer is paused. What is done
 * again should first look whether there is room for all that is to come (`isAgain`), and not fill the disk up once more.
 */
export type UntilRoom = <Done>(work: (isAgain: boolean) => Promise<Done>) => Promise<Done>

/** Waits for room on the disk of one transfer. */
export class RoomWait {
  readonly #pauses: Pauses
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #closing = new AbortController()
  #wake: () => void = () => undefined
  #isUrged = false

  /** Gives up waiting when `signal` aborts, with its reason. */
  constructor(pauses: Pauses, clock: Clock, signal: AbortSignal) {
    this.#pauses = pauses
    this.#clock = clock
    this.#signal = AbortSignal.any([signal, this.#closing.signal])
  }

  /** Looks at once, and takes whatever room there is. */
  urge(): void {
    this.#isUrged = true
    this.#wake()
  }

  /** Waits no more: there is nothing left to write. */
  close(): void {
    this.#closing.abort()
  }

  readonly untilRoom: UntilRoom = async work => {
    let lastMs: number | undefined
    for (let isAgain = false; ; isAgain = !this.#takeUrge()) {
      try {
        const done = await work(isAgain)
        this.#pauses.resume('disk-full')
        return done
      } catch (error) {
        lastMs ??= this.#clock.now() + roomPatienceMs
        if (!(error instanceof OutOfRoomError) || this.#signal.aborted || this.#clock.now() >= lastMs) throw error
        await this.#wait(error)
      }
    }
  }

  #takeUrge(): boolean {
    const isUrged = this.#isUrged
    this.#isUrged = false
    return isUrged
  }

  #wait(error: Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        callOff()
        this.#signal.removeEventListener('abort', giveUp)
        settle()
      }
      const giveUp = (): void => end(() => reject(this.#signal.reason as Error))
      const callOff = this.#clock.setTimeout(() => end(resolve), lookMs)
      this.#wake = () => end(resolve)
      this.#signal.addEventListener('abort', giveUp)
      this.#pauses.pause('disk-full', error.message)
    })
  }
}
