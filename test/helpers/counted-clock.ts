import type {Clock} from '../../src/session/clock.js'

/** A view of a clock that knows how many timers wait which were set through it. */
export class CountedClock implements Clock {
  readonly #clock: Clock
  #waiting = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get waiting(): number {
    return this.#waiting
  }

  now(): number {
    return this.#clock.now()
  }

  setTimeout(fire: () => void, delayMs: number): () => void {
    let isWaiting = true
    const end = () => {
      if (isWaiting) this.#waiting--
      isWaiting = false
    }
    this.#waiting++
    const callOff = this.#clock.setTimeout(() => {
      end()
      fire()
    }, delayMs)
    return () => {
      end()
      callOff()
    }
  }
}
