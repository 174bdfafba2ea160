import {arrivalStages, type Arrival, type ArrivalWatch} from '../transport/arrival.js'
import {systemClock, type Clock} from '../transport/clock.js'
import {sourceOf} from './source.js'

/** What a guard lets happen at most. */
export const guardLimits = {
  arrivals: 256,
  arrivalsOfOneSource: 64,
  proofs: 8,
  wrongCodesOfOneSource: 3,
  firstPenaltyMs: 60_000,
  wrongCodes: 10,
  wrongCodeForgottenMs: 5000,
} as const

interface Offender {
  wrongCodes: number
  blockedUntilMs: number
}

/**
 * Keeps strangers from wearing a host out: bounds how many sockets wait to be admitted, and how often anyone guesses.
 *
 * At a bound the newcomer always gets its place: whoever has come least far, for longest, loses it.
 */
export class Guard implements ArrivalWatch {
  readonly #clock: Clock
  /** In the order in which they came. */
  readonly #arrivals = new Set<Arrival>()
  readonly #proofs = new Set<Arrival>()
  readonly #offenders = new Map<string, Offender>()
  #wrongCodes = 0
  #wrongCodesAtMs = 0

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  arrived(arrival: Arrival): void {
    const neighbours = [...this.#arrivals].filter(
      other => sourceOf(other.remoteAddress) === sourceOf(arrival.remoteAddress),
    )
    if (neighbours.length >= guardLimits.arrivalsOfOneSource) this.#drop(leastFar(neighbours))
    else if (this.#arrivals.size >= guardLimits.arrivals) this.#drop(leastFar([...this.#arrivals]))
    this.#arrivals.add(arrival)
  }

  /** Forgets an arrival: it is admitted, or gone. */
  left(arrival: Arrival): void {
    this.#arrivals.delete(arrival)
    this.#proofs.delete(arrival)
  }

  /** Counts a proof that begins, until its arrival has left. */
  beginProof(arrival: Arrival): void {
    if (this.#proofs.size >= guardLimits.proofs) this.#drop(leastFar([...this.#proofs]))
    this.#proofs.add(arrival)
  }

  /** Whether this address may try a code now. To be asked again right before each verdict: tries may run side by side. */
  mayTry(address: string): boolean {
    const blockedUntilMs = this.#offenders.get(sourceOf(address))?.blockedUntilMs ?? 0
    return this.#clock.now() >= blockedUntilMs && this.#recentWrongCodes() <= guardLimits.wrongCodes - 1
  }

  /** Counts a wrong code. */
  countWrong(address: string): void {
    const source = sourceOf(address)
    const wrongCodes = (this.#offenders.get(source)?.wrongCodes ?? 0) + 1
    this.#offenders.set(source, {wrongCodes, blockedUntilMs: this.#clock.now() + penaltyMs(wrongCodes)})
    this.#wrongCodes = this.#recentWrongCodes() + 1
    this.#wrongCodesAtMs = this.#clock.now()
  }

  /** Forgives a source that knows the code after all. */
  countRight(address: string): void {
    this.#offenders.delete(sourceOf(address))
  }

  #recentWrongCodes(): number {
    const forgotten = (this.#clock.now() - this.#wrongCodesAtMs) / guardLimits.wrongCodeForgottenMs
    return Math.max(0, this.#wrongCodes - forgotten)
  }

  #drop(arrival: Arrival | undefined): void {
    if (arrival === undefined) return
    this.left(arrival)
    arrival.destroy()
  }
}

/** How long a source waits after its n-th wrong code in a row. */
function penaltyMs(wrongCodes: number): number {
  const excess = wrongCodes - guardLimits.wrongCodesOfOneSource
  return excess < 0 ? 0 : guardLimits.firstPenaltyMs * 2 ** excess
}

function leastFar(oldestFirst: readonly Arrival[]): Arrival | undefined {
  const ranks = oldestFirst.map(({stage}) => arrivalStages.indexOf(stage))
  return oldestFirst[ranks.indexOf(Math.min(...ranks))]
}
