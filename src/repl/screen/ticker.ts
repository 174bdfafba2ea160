import type {ShellClock} from '../shell-clock.js'

const tickMs = 1000

/** Calls again each second while there is something that changes with time alone. */
export class Ticker {
  readonly #clock: ShellClock
  readonly #onTick: () => void
  #callOff: (() => void) | undefined

  constructor(clock: ShellClock, onTick: () => void) {
    this.#clock = clock
    this.#onTick = onTick
  }

  /** Starts or stops it. */
  set(isTicking: boolean): void {
    if (isTicking === (this.#callOff !== undefined)) return
    this.#callOff?.()
    this.#callOff = isTicking ? this.#clock.setTimeout(() => this.#tick(), tickMs) : undefined
  }

  #tick(): void {
    this.#callOff = this.#clock.setTimeout(() => this.#tick(), tickMs)
    this.#onTick()
  }
}
