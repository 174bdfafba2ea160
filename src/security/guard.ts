import type {Arrival, ArrivalWatch} from '../transport/arrival.js'
import {systemClock, type Clock} from '../transport/clock.js'
import {Crowd} from './crowd.js'
import {Offenders} from './offenders.js'
import {Reprieve} from './reprieve.js'
import {sourceOf} from './source.js'

/** What a guard lets happen at most. */
export const guardLimits = {
  arrivals: 256,
  arrivalsOfOneSource: 64,
  reprieveMs: 500,
  proofs: 8,
  wrongCodesOfOneSource: 3,
  firstPenaltyMs: 60_000,
  wrongCodes: 10,
  wrongCodeForgottenMs: 5000,
  offenders: 4096,
  offenderForgottenMs: 3_600_000,
} as const

/** A wrong code, and what the guard does about it. */
export interface WrongCode {
  readonly address: string
  /** Whom it is held against: the address, or its network. */
  readonly source: string
  /** How many there have been in a row from this source. */
  readonly count: number
  /** How long this source is refused; 0 if it may go on. */
  readonly refusedForMs: number
  /** Whether there have been so many that nobody may try for a moment. */
  readonly isFlood: boolean
}

/** Keeps strangers from wearing a host out: bounds how many sockets wait to be admitted, and how often anyone guesses. */
export class Guard implements ArrivalWatch {
  readonly #clock: Clock
  readonly #onWrong: (wrong: WrongCode) => void
  readonly #arrivals = new Crowd(guardLimits.arrivals, guardLimits.arrivalsOfOneSource)
  /** Those among whom too many of one source have come: they are in nobody's way but their own. */
  readonly #reprieve: Reprieve
  readonly #proofs = new Crowd(guardLimits.proofs)
  readonly #offenders: Offenders
  #wrongCodes = 0
  #wrongCodesAtMs = 0

  constructor(clock: Clock = systemClock, onWrong: (wrong: WrongCode) => void = () => undefined) {
    this.#clock = clock
    this.#onWrong = onWrong
    this.#offenders = new Offenders(clock, guardLimits)
    this.#reprieve = new Reprieve(clock, guardLimits.reprieveMs, arrival => this.arrived(arrival))
  }

  arrived(arrival: Arrival): void {
    const loser = this.#arrivals.add(arrival)
    if (loser) this.#reprieve.add(loser)
    if (this.#arrivals.size + this.#reprieve.size > guardLimits.arrivals) this.#reprieve.endOne()
  }

  /** Counts a proof that begins, until its arrival is admitted or has left. */
  beginProof(arrival: Arrival): void {
    const loser = this.#proofs.add(arrival)
    if (loser === undefined) return
    this.left(loser)
    loser.destroy()
  }

  /** Notes that an arrival is admitted: it keeps its place until it says what for. */
  admitted(arrival: Arrival): void {
    this.#proofs.remove(arrival)
    arrival.advance('admitted')
  }

  /** Forgets an arrival: it is in, or gone. */
  left(arrival: Arrival): void {
    this.#arrivals.remove(arrival)
    this.#reprieve.remove(arrival)
    this.#proofs.remove(arrival)
  }

  /** Whether this address may try a code now. To be asked again right before each verdict: tries may run side by side. */
  mayTry(address: string): boolean {
    return !this.#offenders.isBlocked(sourceOf(address)) && !this.#isFlooded()
  }

  /** Counts a wrong code. */
  countWrong(address: string): void {
    const source = sourceOf(address)
    const {wrongCodes: count, penaltyMs: refusedForMs} = this.#offenders.add(source)
    this.#wrongCodes = this.#recentWrongCodes() + 1
    this.#wrongCodesAtMs = this.#clock.now()
    this.#onWrong({address, source, count, refusedForMs, isFlood: this.#isFlooded()})
  }

  /** Forgives a source that knows the code after all. */
  countRight(address: string): void {
    this.#offenders.remove(sourceOf(address))
  }

  #isFlooded(): boolean {
    return this.#recentWrongCodes() > guardLimits.wrongCodes - 1
  }

  #recentWrongCodes(): number {
    const forgotten = (this.#clock.now() - this.#wrongCodesAtMs) / guardLimits.wrongCodeForgottenMs
    return Math.max(0, this.#wrongCodes - forgotten)
  }
}
