import {RateMeter} from './rate-meter.js'

/** How far a transfer is: bytes so far, and bytes a second. */
export interface Moved {
  bytes: number
  rate: number
}

const intervalMs = 200

/** Reports how far one transfer is at most five times a second. */
export class ProgressReport {
  readonly #now: () => number
  readonly #report: (moved: Moved) => void
  readonly #meter: RateMeter
  #reportedMs: number

  /** `now` is in milliseconds; the first report comes a fifth of a second from here. */
  constructor(now: () => number, report: (moved: Moved) => void) {
    this.#now = now
    this.#report = report
    this.#meter = new RateMeter(now)
    this.#reportedMs = now()
  }

  /** Takes how many bytes have moved in all. */
  update(bytes: number): void {
    if (this.#now() - this.#reportedMs < intervalMs) return
    this.#reportedMs = this.#now()
    this.#report({bytes, rate: Math.round(this.#meter.measure(bytes))})
  }
}
