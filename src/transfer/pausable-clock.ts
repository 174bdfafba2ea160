import type {Clock} from '../session/clock.js'

interface Timer {
  readonly fire: () => void
  leftMs: number
  startedMs: number
  callOff: () => void
}

/** A clock that stands still while a transfer is paused: what waits by it for the peer waits that much longer. */
export class PausableClock implements Clock {
  readonly #clock: Clock
  readonly #timers = new Set<Timer>()
  #stoodStillMs = 0
  #stoppedMs: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return (this.#stoppedMs ?? this.#clock.now()) - this.#stoodStillMs
  }

  setTimeout(fire: () => void, delayMs: number): () => void {
    const timer: Timer = {fire, leftMs: delayMs, startedMs: 0, callOff: () => undefined}
    this.#timers.add(timer)
    if (this.#stoppedMs === undefined) this.#start(timer)
    return () => {
      timer.callOff()
      this.#timers.delete(timer)
    }
  }

  /** Lets no time pass, until `go`. */
  stop(): void {
    if (this.#stoppedMs !== undefined) return
    this.#stoppedMs = this.#clock.now()
    for (const timer of this.#timers) {
      timer.callOff()
      timer.leftMs -= this.#stoppedMs - timer.startedMs
    }
  }

  /** Lets time pass again. */
  go(): void {
    if (this.#stoppedMs === undefined) return
    this.#stoodStillMs += this.#clock.now() - this.#stoppedMs
    this.#stoppedMs = undefined
    for (const timer of this.#timers) this.#start(timer)
  }

  #start(timer: Timer): void {
    timer.startedMs = this.#clock.now()
    timer.callOff = this.#clock.setTimeout(() => {
      this.#timers.delete(timer)
      timer.fire()
    }, timer.leftMs)
  }
}
