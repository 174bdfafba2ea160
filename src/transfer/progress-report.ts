import {RateMeter} from './rate-meter.js'

/** How far a transfer is: bytes so far, and bytes a second. */
export interface Moved {
  bytes: number
  rate: number
}

/** How far a transfer is that has not begun. */
export const nothingMoved: Moved = {bytes: 0, rate: 0}

const intervalMs = 200

/** Knows how far one transfer is, and reports it at most five times a second. */
export class ProgressReport {
  readonly #now: () => number
  readonly #bytes: () => number
  readonly #report: (moved: Moved) => void
  readonly #meter: RateMeter
  #reportedMs: number

  /** `now` is in milliseconds, `bytes` are all so far, with what was there before; the first report comes a fifth of a second from here. */
  constructor(now: () => number, bytes: () => number, report: (moved: Moved) => void) {
    this.#now = now
    this.#bytes = bytes
    this.#report = report
    this.#meter = new RateMeter(now, bytes())
    this.#reportedMs = now()
  }

  /** Hears that bytes have moved. */
  update(): void {
    if (this.#now() - this.#reportedMs < intervalMs) return
    this.#reportedMs = this.#now()
    this.#report(this.measure())
  }

  /** Hears that it goes on after a pause, which says nothing of how fast it is. */
  resume(): void {
    this.#meter.restart(this.#bytes())
    this.#reportedMs = this.#now()
  }

  /** How far it is at this moment. */
  measure(): Moved {
    const bytes = this.#bytes()
    return {bytes, rate: Math.round(this.#meter.measure(bytes))}
  }
}
