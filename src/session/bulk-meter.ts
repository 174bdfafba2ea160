import type {Clock} from './clock.js'
import type {WindowSizer} from './window-sizer.js'

/** The shortest time that one measurement of the rate takes: below it, single reads would decide. */
const minRoundMs = 20

/**
 * Measures what comes in bulk: while bytes come, one ping after another is on its way, and the bytes between its
 * leaving and its answer are a round.
 */
export class BulkMeter {
  readonly #sizer: WindowSizer
  readonly #clock: Clock
  readonly #ping: () => void
  #isMeasuring = false
  #pingedAt: number | undefined
  #roundBegan = 0
  #roundBytes = 0
  #sentBytes = 0

  constructor(sizer: WindowSizer, clock: Clock, ping: () => void) {
    this.#sizer = sizer
    this.#clock = clock
    this.#ping = ping
  }

  /** Measures the way while it is empty: before the first credit leaves, and so before any bulk can be in front. */
  start(): void {
    if (this.#pingedAt === undefined) this.#sendPing()
  }

  /** Counts bulk bytes that came. */
  count(byteLength: number): void {
    if (this.#isMeasuring) this.#roundBytes += byteLength
    if (this.#pingedAt !== undefined) return
    if (!this.#isMeasuring) this.#begin()
    this.#sendPing()
  }

  /** Counts bulk bytes that left the other way. */
  countSent(byteLength: number): void {
    this.#sentBytes += byteLength
  }

  /** Takes the answer to the ping; true when a round is complete and the budget may have changed. */
  pong(): boolean {
    if (this.#pingedAt === undefined) return false
    const now = this.#clock.now()
    this.#sizer.measureRoundTrip(now - this.#pingedAt)
    this.#pingedAt = undefined
    if (!this.#isMeasuring) return false
    const elapsedMs = now - this.#roundBegan
    if (elapsedMs < minRoundMs) return false
    this.#finish(elapsedMs)
    return true
  }

  /** What has come in a round makes another begin: on a long way, waiting for the next bytes would skip every other. */
  #finish(elapsedMs: number): void {
    this.#isMeasuring = false
    if (this.#roundBytes === 0) return
    this.#sizer.measureRound(this.#roundBytes, elapsedMs, this.#sentBytes)
    this.#begin()
    this.#sendPing()
  }

  #begin(): void {
    this.#isMeasuring = true
    this.#roundBegan = this.#clock.now()
    this.#roundBytes = 0
    this.#sentBytes = 0
  }

  #sendPing(): void {
    this.#pingedAt = this.#clock.now()
    this.#ping()
  }
}
