import type {Arrival, ArrivalStage} from '../transport/arrival.js'
import type {Clock} from '../transport/clock.js'

/** Whose time has begun, and how far it had come then. */
interface Reprieved {
  readonly stage: ArrivalStage
  readonly stopTimer: () => void
}

/**
 * Arrivals that have lost their place, and have a moment left to come further. Whoever does gets a place again; all
 * others are closed at its end. So those who come back as soon as they are closed come back slowly, and do not sweep
 * an honest arrival out before it could take its next step.
 */
export class Reprieve {
  readonly #clock: Clock
  readonly #momentMs: number
  readonly #onFurther: (arrival: Arrival) => void
  readonly #arrivals = new Map<Arrival, Reprieved>()

  constructor(clock: Clock, momentMs: number, onFurther: (arrival: Arrival) => void) {
    this.#clock = clock
    this.#momentMs = momentMs
    this.#onFurther = onFurther
  }

  get size(): number {
    return this.#arrivals.size
  }

  add(arrival: Arrival): void {
    const stopTimer = this.#clock.setTimeout(() => this.#end(arrival), this.#momentMs)
    this.#arrivals.set(arrival, {stage: arrival.stage, stopTimer})
  }

  /** Forgets an arrival that has left. */
  remove(arrival: Arrival): void {
    this.#arrivals.get(arrival)?.stopTimer()
    this.#arrivals.delete(arrival)
  }

  /** Ends the time of one at once, of any of them: however fast newcomers press, each has a chance. */
  endOne(): void {
    const arrival = [...this.#arrivals.keys()][Math.floor(Math.random() * this.size)]
    if (arrival) this.#end(arrival)
  }

  #end(arrival: Arrival): void {
    const isFurther = arrival.stage !== this.#arrivals.get(arrival)?.stage
    if (!isFurther) return this.#close(arrival)
    this.remove(arrival)
    this.#onFurther(arrival)
  }

  #close(arrival: Arrival): void {
    this.remove(arrival)
    arrival.destroy()
  }
}
