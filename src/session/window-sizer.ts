/** Bounds of the bulk budget, and how long a full one may take to drain at the measured rate. */
export interface WindowSizerOptions {
  minBytes: number
  maxBytes: number
  initialBytes: number
  /** The queue that the window may build on the way: talk behind it waits that long at most. */
  targetDelayMs: number
}

/** The bounds that a connection uses; why, and what they were measured against, is in docs/protocol.md. */
export const windowDefaults: WindowSizerOptions = {
  minBytes: 64 * 1024,
  maxBytes: 16 * 1024 * 1024,
  initialBytes: 64 * 1024,
  targetDelayMs: 1,
}

/** A grant waits until a quarter of the window is free: a window of one round trip would run dry meanwhile. */
const roundTripsHeld = 1.25

const growthThatCounts = 1.25
const roundsWithoutGrowth = 4

/** A held budget may cost so much of the best rate, and is widened by a step when it costs more for some rounds. */
const rateThatHolds = 0.9
const widening = 1.25

/** How long the best rate is believed before it is looked for again. */
const probeIntervalMs = 10_000

/**
 * Sizes the bulk budget by time, after the bandwidth-delay estimators of HTTP/2 and BBR: it doubles while that makes
 * the rate grow, then holds the best rate times the shortest round trip plus the target delay, or as much more as
 * keeps that rate. Every 10 s it doubles and looks again, for the way may have become another one.
 *
 * States: `probing` <-> `holding`.
 */
export class WindowSizer {
  readonly #options: WindowSizerOptions
  #state: 'probing' | 'holding' = 'probing'
  #bytes: number
  #roundTripMs = Infinity
  #bestRate = 0
  /** The budget with which it was reached. */
  #bestBytes = 0
  /** Rounds in which growing, or holding, did not bring what it should. */
  #poorRounds = 0
  #heldMs = 0

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
    if (this.#state === 'probing') this.#probe(byteLength / elapsedMs)
    else this.#hold(byteLength / elapsedMs, elapsedMs)
  }

  #probe(rate: number): void {
    const hasGrown = rate >= this.#bestRate * growthThatCounts
    this.#remember(rate)
    this.#poorRounds = hasGrown ? 0 : this.#poorRounds + 1
    if (hasGrown) this.#resize(this.#bytes * 2)
    if (this.#poorRounds < roundsWithoutGrowth) return
    this.#state = 'holding'
    this.#heldMs = 0
    this.#poorRounds = 0
    this.#resize(this.#bestRate * (this.#roundTripMs * roundTripsHeld + this.#options.targetDelayMs))
  }

  #hold(rate: number, elapsedMs: number): void {
    this.#remember(rate)
    this.#poorRounds = rate < this.#bestRate * rateThatHolds ? this.#poorRounds + 1 : 0
    if (this.#poorRounds >= roundsWithoutGrowth) this.#widen()
    this.#heldMs += elapsedMs
    if (this.#heldMs < probeIntervalMs) return
    this.#state = 'probing'
    this.#bestRate = 0
    this.#poorRounds = 0
  }

  /** What reached the rate while probing will do. */
  #widen(): void {
    this.#poorRounds = 0
    this.#resize(Math.min(this.#bestBytes, this.#bytes * widening))
  }

  #remember(rate: number): void {
    if (rate <= this.#bestRate) return
    this.#bestRate = rate
    this.#bestBytes = this.#bytes
  }

  #resize(bytes: number): void {
    const {minBytes, maxBytes} = this.#options
    this.#bytes = Math.round(Math.min(maxBytes, Math.max(minBytes, bytes)))
  }
}
