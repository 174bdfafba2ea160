/** Bounds of the bulk budget, and how long a full one may take to drain at the measured rate. */
export interface WindowSizerOptions {
  minBytes: number
  maxBytes: number
  initialBytes: number
  /** What a budget has beside its time: the more it counts, the faster unequal ones become equal. */
  baseBytes: number
  /** The queue that the window may build on the way: talk behind it waits that long at most. */
  targetDelayMs: number
}

/** The bounds that a connection uses; why, and what they were measured against, is in docs/protocol.md. */
export const windowDefaults: WindowSizerOptions = {
  minBytes: 64 * 1024,
  maxBytes: 16 * 1024 * 1024,
  initialBytes: 64 * 1024,
  baseBytes: 128 * 1024,
  targetDelayMs: 0.75,
}

/** Room for grants that wait until a quarter of the window is free, and for a way that is uneven. */
const roundTripsHeld = 1.5

const growthThatCounts = 1.25
const roundsWithoutGrowth = 4

/** How long a rate is believed, at least: a pause of either end is no slower way. */
const memoryMs = 1000

/**
 * Sizes the bulk budget by time, after the bandwidth-delay estimators of HTTP/2 and BBR: it doubles while that makes
 * the rate grow; then it is what comes in the shortest round trip, and half of one, and the target delay, at the best
 * rate of late, and a base besides. By this last part what is smaller grows more than what is larger: two directions,
 * or two connections, that compete come to equal shares.
 *
 * States: `growing` -> `following`.
 */
export class WindowSizer {
  readonly #options: WindowSizerOptions
  #state: 'growing' | 'following' = 'growing'
  #bytes: number
  #roundTripMs = Infinity
  #roundsWithoutGrowth = 0
  /** The best rates of this period and the one before. */
  #bestRate = 0
  #formerBestRate = 0
  #periodMs = 0

  constructor(options: WindowSizerOptions = windowDefaults) {
    this.#options = options
    this.#bytes = options.initialBytes
  }

  /** The budget to grant within. */
  get bytes(): number {
    return this.#bytes
  }

  /** Takes one round trip; the shortest is what the way takes without a queue. */
  measureRoundTrip(milliseconds: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs, milliseconds)
  }

  /** Takes what came in one round, a time of at least one round trip in which bytes kept coming. */
  measureRound(byteLength: number, elapsedMs: number): void {
    if (this.#state === 'growing') this.#grow(byteLength / elapsedMs)
    else this.#follow(byteLength / elapsedMs, elapsedMs)
  }

  #grow(rate: number): void {
    const hasGrown = rate >= this.#bestRate * growthThatCounts
    this.#bestRate = Math.max(this.#bestRate, rate)
    this.#roundsWithoutGrowth = hasGrown ? 0 : this.#roundsWithoutGrowth + 1
    if (hasGrown) this.#resize(this.#bytes * 2)
    if (this.#roundsWithoutGrowth >= roundsWithoutGrowth) this.#state = 'following'
  }

  #follow(rate: number, elapsedMs: number): void {
    this.#periodMs += elapsedMs
    if (this.#periodMs >= memoryMs) this.#beginPeriod()
    this.#bestRate = Math.max(this.#bestRate, rate)
    const bestRate = Math.max(this.#bestRate, this.#formerBestRate)
    const {baseBytes, targetDelayMs} = this.#options
    this.#resize(baseBytes + bestRate * (this.#roundTripMs * roundTripsHeld + targetDelayMs))
  }

  #beginPeriod(): void {
    this.#formerBestRate = this.#bestRate
    this.#bestRate = 0
    this.#periodMs = 0
  }

  #resize(bytes: number): void {
    const {minBytes, maxBytes} = this.#options
    this.#bytes = Math.round(Math.min(maxBytes, Math.max(minBytes, bytes)))
  }
}
