import type {Clock} from './clock.js'

/** Bytes of talk that anyone may say without being held back for others, ... */
export const calmBytes = 16 * 1024
/** ... as soon as those before them are forgotten, so many a second. */
export const forgottenBytesPerSecond = 8 * 1024

/** How much somebody has said of late: who floods a room is told from who talks in it. */
export class TalkPace {
  readonly #clock: Clock
  #bytes = 0
  #at = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts what is said. */
  said(byteLength: number): void {
    this.#bytes = this.#recentBytes() + byteLength
    this.#at = this.#clock.now()
  }

  /** Whether it is no more than people say. */
  get isCalm(): boolean {
    return this.#recentBytes() <= calmBytes
  }

  #recentBytes(): number {
    const forgotten = ((this.#clock.now() - this.#at) / 1000) * forgottenBytesPerSecond
    return Math.max(0, this.#bytes - forgotten)
  }
}
