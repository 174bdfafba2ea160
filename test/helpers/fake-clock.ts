import type {Clock} from '../../src/transport/clock.js'

interface Timer {
  readonly dueAt: number
  readonly fire: () => void
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#nowMs
  }

  setTimeout(fire: () => void, delayMs: number): () => void {
    const timer = {dueAt: this.#nowMs + delayMs, fire}
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How many timers are waiting: none should be when all is over. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Moves time on by `ms`, firing on the way what is due, in order. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      const next = this.#earliest()
      if (next === undefined || next.dueAt > endMs) break
      this.#timers.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.dueAt)
      next.fire()
    }
    this.#nowMs = endMs
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined
    for (const timer of this.#timers) if (timer.dueAt < (earliest?.dueAt ?? Infinity)) earliest = timer
    return earliest
  }
}
