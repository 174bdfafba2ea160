/** Bounds of the bulk budget, and how long a full one may take to drain at the measured rate. */
export interface WindowSizerOptions {
  minBytes: number
  maxBytes: number
  initialBytes: number
  /** The queue that the window may build on the way: talk behind it waits that long at most. */
  targetDelayMs: number
}

export const windowDefaults: WindowSizerOptions = {
  minBytes: 128 * 1024,
  maxBytes: 16 * 1024 * 1024,
  initialBytes: 512 * 1024,
  targetDelayMs: 1,
}

const growthThatCounts = 1.25
const roundsWithoutGrowth = 3
const rememberedRounds = 8

/**
 * Sizes the bulk budget by time, after the bandwidth-delay estimators of HTTP/2 and BBR: it doubles while that makes
 * the rate grow, then holds the best recent rate times the round trip plus the target delay.
 */
export class WindowSizer {
  readonly #options: WindowSizerOptions
  #bytes: number
  #roundTripMs = Infinity
  #bestRate = 0
  #stuckRounds = 0
  #rates: number[] = []

  constructor(options: WindowSizerOptions = windowDefaults) {
    this.#options = options
    this.#bytes = options.initialBytes
  }

  /** The budget to grant within. */
  get bytes(): number {
    return this.#bytes
  }

  /** The shortest round trip seen: what the way takes without a queue. */
  get roundTripMs(): number {
    return this.#roundTripMs
  }

  measureRoundTrip(milliseconds: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs, milliseconds)
  }

  /** Takes what came in one round, a time of at least one round trip in which bytes kept coming. */
  measureRound(byteLength: number, elapsedMs: number): void {
    const rate = byteLength / elapsedMs
    this.#rates = [...this.#rates.slice(1 - rememberedRounds), rate]
    if (this.#stuckRounds < roundsWithoutGrowth) this.#probe(rate)
    else this.#follow()
  }

  #probe(rate: number): void {
    if (rate < this.#bestRate * growthThatCounts) {
      this.#stuckRounds++
      return
    }
    this.#bestRate = rate
    this.#stuckRounds = 0
    this.#bytes = this.#clamp(this.#bytes * 2)
  }

  #follow(): void {
    const rate = Math.max(...this.#rates)
    this.#bytes = this.#clamp(rate * (this.#roundTripMs + this.#options.targetDelayMs))
  }

  #clamp(bytes: number): number {
    return Math.round(Math.min(this.#options.maxBytes, Math.max(this.#options.minBytes, bytes)))
  }
}
