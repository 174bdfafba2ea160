import type {Clock} from '../transport/clock.js'

/** What is done about a source of wrong codes. */
export interface OffenderLimits {
  readonly wrongCodesOfOneSource: number
  readonly firstPenaltyMs: number
  readonly offenders: number
  readonly offenderForgottenMs: number
}

interface Offender {
  readonly wrongCodes: number
  readonly blockedUntilMs: number
}

/**
 * The sources of wrong codes, each of which waits ever longer.
 *
 * They are forgotten a while after their penalty is over. Should there be more than have a place, the one whose penalty
 * ends first is forgotten first: who wants to be rid of a penalty needs as many other sources as there are places, each
 * of which has earned a longer one.
 */
export class Offenders {
  readonly #clock: Clock
  readonly #limits: OffenderLimits
  /** By source, in the order of their last wrong code. */
  readonly #offenders = new Map<string, Offender>()

  constructor(clock: Clock, limits: OffenderLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** How many are remembered. */
  get size(): number {
    return this.#offenders.size
  }

  /** Whether a source has to wait. */
  isBlocked(source: string): boolean {
    return (this.#offenders.get(source)?.blockedUntilMs ?? -Infinity) > this.#clock.now()
  }

  /** Notes a wrong code; returns how many there have been in a row, and how long their source has to wait. */
  add(source: string): {wrongCodes: number; penaltyMs: number} {
    this.#forgetOld()
    const wrongCodes = (this.#offenders.get(source)?.wrongCodes ?? 0) + 1
    const penaltyMs = this.#penaltyMs(wrongCodes)
    this.#offenders.delete(source)
    this.#makeRoom()
    this.#offenders.set(source, {wrongCodes, blockedUntilMs: this.#clock.now() + penaltyMs})
    return {wrongCodes, penaltyMs}
  }

  /** Forgives a source. */
  remove(source: string): void {
    this.#offenders.delete(source)
  }

  /** How long a source waits after its n-th wrong code in a row. */
  #penaltyMs(wrongCodes: number): number {
    const excess = wrongCodes - this.#limits.wrongCodesOfOneSource
    return excess < 0 ? 0 : this.#limits.firstPenaltyMs * 2 ** excess
  }

  #forgetOld(): void {
    const forgottenMs = this.#clock.now() - this.#limits.offenderForgottenMs
    for (const [source, {blockedUntilMs}] of this.#offenders) {
      if (blockedUntilMs <= forgottenMs) this.#offenders.delete(source)
    }
  }

  #makeRoom(): void {
    if (this.#offenders.size < this.#limits.offenders) return
    const [first] = [...this.#offenders].sort(([, one], [, other]) => one.blockedUntilMs - other.blockedUntilMs)
    if (first) this.#offenders.delete(first[0])
  }
}
