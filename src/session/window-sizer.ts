import type {Purpose} from '../protocol/payloads.js'
import {BestRate} from './best-rate.js'
import {BulkEpoch} from './bulk-epoch.js'

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

/**
 * The bounds for a connection of a purpose. Where nobody talks a queue makes no one wait, and fewer, larger steps cost
 * both ends less: at 1 MiB instead of 400 KiB an eighth of their processor time for a large file.
 */
export function windowsFor(purpose: Purpose): WindowSizerOptions {
  return purpose === 'deliver' ? {...windowDefaults, targetDelayMs: 5} : windowDefaults
}

/** Room for grants that wait until a quarter of the window is free, and for a way that is uneven. */
const roundTripsHeld = 1.5

/** What counts as more. */
const growthThatCounts = 1.25
/** So many times the last budget is the next, as long as that pays: the largest is four steps from the first. */
const growthFactor = 4
/** What a doubled budget has to bring: where it only takes from another, which has as much, it brings a third. */
const growthThatPays = 1.5
const roundsWithoutGrowth = 4
/** A queue that nobody notices: as long as there is no more, a larger budget does no harm. */
const unnoticedMs = 4

/** A larger budget is tried for so many rounds, ... */
const roundsOfTrial = 3
/** ... now and then: less often each time that it brings nothing. */
const firstTrialMs = 500
const rarestTrialMs = 8000

/**
 * Sizes the bulk budget by time, after the bandwidth-delay estimators of HTTP/2 and BBR. It becomes four times as large
 * while that makes the rate grow and nobody notices a queue: each step takes a round trip, and a long way has long ones.
 * Then it is what comes in the shortest round trip, and half of one, and the target delay, at the best rate of late, and
 * a base besides. By this last part what is smaller grows more than what is larger: two connections that compete come to
 * equal shares. The two directions of one do so sooner, for each end knows what it sends: the slower of them counts
 * double, up to the other's rate. More than that would be a queue where a link is slower one way.
 *
 * Where the ends are slow to answer, and not the way, that is too small: so the double is tried now and then, and kept
 * when the rate grows by it nearly as much, and the round trip does not.
 *
 * States: `growing` -> `following` <-> `trying`.
 */
export class WindowSizer {
  readonly #options: WindowSizerOptions
  #state: 'growing' | 'following' | 'trying' = 'growing'
  #bytes: number
  #shortestTripMs = Infinity
  #roundsWithoutGrowth = 0
  readonly #bestRate = new BestRate()
  /** The same, where this direction counts double up to the rate of the other. */
  readonly #bestShare = new BestRate()
  #round = new BulkEpoch()
  #formerTripMs: number | undefined
  /** The budget that a trial has shown to pay. */
  #provenBytes = 0
  #untilTrialMs = firstTrialMs
  #trialIntervalMs = firstTrialMs
  #recent = new BulkEpoch()
  #beforeTrial = {rate: 0, tripMs: 0, bestRate: 0}

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
    this.#shortestTripMs = Math.min(this.#shortestTripMs, milliseconds)
    this.#formerTripMs ??= milliseconds
    this.#recent.addTrip(milliseconds)
    this.#round.addTrip(milliseconds)
  }

  /**
   * Takes what came in one round, a time of at least one round trip in which bytes kept coming, and what left the other
   * way meanwhile.
   */
  measureRound(byteLength: number, elapsedMs: number, sentBytes = 0): void {
    this.#recent.addRound(byteLength, elapsedMs)
    const rate = byteLength / elapsedMs
    const hasGrown = rate >= this.#bestRate.value * growthThatCounts
    this.#bestRate.add(rate, elapsedMs)
    this.#bestShare.add(Math.max(rate, Math.min(2 * rate, sentBytes / elapsedMs)), elapsedMs)
    if (this.#state === 'growing') this.#grow(hasGrown)
    else if (this.#state === 'trying') this.#try()
    else this.#follow(elapsedMs)
    this.#formerTripMs = this.#round.tripMs
    this.#round = new BulkEpoch()
  }

  /** Grows while that pays; a queue that was made is let go of at once, and a little more is waited for. */
  #grow(hasGrown: boolean): void {
    const isNoticed = this.#isQueueNoticed()
    const pays = hasGrown && !isNoticed
    this.#roundsWithoutGrowth = pays ? 0 : this.#roundsWithoutGrowth + 1
    if (pays) this.#resize(this.#bytes * growthFactor)
    else if (isNoticed) this.#resize(Math.min(this.#bytes, this.#sized()))
    if (this.#roundsWithoutGrowth >= roundsWithoutGrowth) this.#state = 'following'
  }

  /** Whether what was made larger only waits longer: trips that were long before are the ends', and no queue. */
  #isQueueNoticed(): boolean {
    const {tripMs} = this.#round
    const formerMs = this.#formerTripMs ?? Infinity
    return tripMs > this.#shortestTripMs + unnoticedMs && tripMs > formerMs * growthThatCounts
  }

  #follow(elapsedMs: number): void {
    this.#resize(Math.max(this.#sized(), this.#provenBytes))
    this.#untilTrialMs -= elapsedMs
    if (this.#untilTrialMs <= 0 && this.#recent.rounds >= roundsOfTrial) this.#beginTrial()
    else if (this.#recent.rounds > roundsOfTrial) this.#recent = new BulkEpoch()
  }

  #beginTrial(): void {
    this.#state = 'trying'
    const {rate, tripMs} = this.#recent
    this.#beforeTrial = {rate, tripMs, bestRate: this.#bestRate.value}
    this.#recent = new BulkEpoch()
    this.#resize(this.#bytes * 2)
  }

  #try(): void {
    if (this.#recent.rounds < roundsOfTrial) return
    const {rate, tripMs, bestRate} = this.#beforeTrial
    // An uneven rate has good rounds without any help: the trial has to beat the best of them.
    const hasGrown = this.#recent.rate >= Math.max(rate * growthThatPays, bestRate * growthThatCounts)
    if (hasGrown && this.#recent.tripMs <= tripMs * growthThatCounts) this.#succeed()
    else this.#fail()
  }

  #succeed(): void {
    this.#provenBytes = this.#bytes
    this.#trialIntervalMs = firstTrialMs
    this.#beginTrial()
  }

  /** What was proven is believed a little less each time. */
  #fail(): void {
    this.#state = 'following'
    this.#provenBytes *= 0.75
    this.#resize(Math.max(this.#sized(), this.#provenBytes))
    this.#recent = new BulkEpoch()
    this.#trialIntervalMs = Math.min(rarestTrialMs, this.#trialIntervalMs * 2)
    this.#untilTrialMs = this.#trialIntervalMs
  }

  #sized(): number {
    const {baseBytes, targetDelayMs} = this.#options
    return baseBytes + this.#bestShare.value * (this.#shortestTripMs * roundTripsHeld + targetDelayMs)
  }

  #resize(bytes: number): void {
    const {minBytes, maxBytes} = this.#options
    this.#bytes = Math.round(Math.min(maxBytes, Math.max(minBytes, bytes)))
  }
}
