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

/** Waits for no room. */
export const once: UntilRoom = work => work(false)

/** Waits for room on the disk of one transfer, which may want several things of it at once. */
export class RoomWait {
  readonly #pauses: Pauses
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #closing = new AbortController()
  /** How each that waits is woken. */
  readonly #waiting = new Set<() => void>()
  /** What has found no room, and has not been done since. */
  readonly #short = new Set<object>()
  /** How often somebody has said that there is room. */
  #urges = 0
  /** Whether who has said so does not know yet what came of it. */
  #owesAnswer = false

  /** Gives up waiting when `signal` aborts, with its reason. */
  constructor(pauses: Pauses, clock: Clock, signal: AbortSignal) {
    this.#pauses = pauses
    this.#clock = clock
    this.#signal = AbortSignal.any([signal, this.#closing.signal])
  }

  /** Looks at once, and takes whatever room there is. */
  urge(): void {
    this.#urges++
    this.#owesAnswer = true
    for (const wake of [...this.#waiting]) wake()
  }

  /** Waits no more: there is nothing left to write. */
  close(): void {
    this.#closing.abort()
  }

  readonly untilRoom: UntilRoom = async work => {
    const want = {}
    let lastMs: number | undefined
    for (let isAgain = false; ;) {
      const urges = this.#urges
      try {
        const done = await work(isAgain)
        this.#found(want)
        return done
      } catch (error) {
        lastMs ??= this.#clock.now() + roomPatienceMs
        if (!(error instanceof OutOfRoomError)) this.#found(want)
        if (!(error instanceof OutOfRoomError) || this.#signal.aborted || this.#clock.now() >= lastMs) throw error
        this.#short.add(want)
        // Whoever wants to know how much is missing hears it from a second look.
        const isAsked = this.#owesAnswer && !isAgain
        if (urges === this.#urges && !isAsked) await this.#wait(error)
        isAgain = urges === this.#urges
      }
    }
  }

  /** It was not for want of room: the transfer goes on when that is so of everything. */
  #found(want: object): void {
    this.#short.delete(want)
    if (this.#short.size > 0) return
    this.#owesAnswer = false
    this.#pauses.resume('disk-full')
  }

  #answer(why: string): void {
    if (this.#owesAnswer) this.#pauses.stayFull(why)
    this.#owesAnswer = false
  }

  #wait(error: Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        callOff()
        this.#waiting.delete(wake)
        this.#signal.removeEventListener('abort', giveUp)
        settle()
      }
      const wake = (): void => end(resolve)
      const giveUp = (): void => end(() => reject(this.#signal.reason as Error))
      const callOff = this.#clock.setTimeout(wake, lookMs)
      this.#waiting.add(wake)
      this.#signal.addEventListener('abort', giveUp)
      this.#pauses.pause('disk-full', error.message)
      this.#answer(error.message)
    })
  }
}
