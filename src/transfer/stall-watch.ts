import type {Clock} from '../session/clock.js'

/** A transfer that waits for its peer, and only for its peer, is given up after that long without a byte. */
export const stallMs = 60_000

/** Looking now and then costs nothing where the bytes pass by. */
const lookMs = 5000

/** What a watch asks of the transfer. */
export interface Watched {
  /** Bytes so far. */
  moved: () => number
  /** Whether it is the peer's turn. */
  isDue: () => boolean
  stalled: () => void
}

/** Notices when a peer that is alive lets a transfer lie. */
export class StallWatch {
  readonly #clock: Clock
  readonly #watched: Watched
  #moved: number
  #idleMs = 0
  #callOff: () => void

  constructor(clock: Clock, watched: Watched) {
    this.#clock = clock
    this.#watched = watched
    this.#moved = watched.moved()
    this.#callOff = this.#schedule()
  }

  stop(): void {
    this.#callOff()
  }

  #schedule(): () => void {
    return this.#clock.setTimeout(() => this.#look(), lookMs)
  }

  #look(): void {
    const moved = this.#watched.moved()
    this.#idleMs = moved === this.#moved && this.#watched.isDue() ? this.#idleMs + lookMs : 0
    this.#moved = moved
    if (this.#idleMs < stallMs) this.#callOff = this.#schedule()
    else this.#watched.stalled()
  }
}
