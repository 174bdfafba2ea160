import type {Clock} from '../../session/clock.js'
import {PausableClock} from '../pausable-clock.js'
import type {RateLimiter} from '../pace/rate-limiter.js'
import type {Pauses} from '../pauses.js'

/** Whether a sending that several transfers share stands still: when each of them does. */
export class SharedPauses {
  readonly clock: PausableClock
  readonly #pauses: () => Pauses[]
  #lift: () => void = () => undefined
  #lifted: Promise<void> | undefined

  constructor(clock: Clock, pauses: () => Pauses[]) {
    this.clock = new PausableClock(clock)
    this.#pauses = pauses
  }

  /** Whether any of them is on its way. */
  get isMoving(): boolean {
    return this.#pauses().some(({isMoving}) => isMoving)
  }

  /** Tells each peer that the source has nothing. */
  pause(reason: 'idle'): void {
    for (const pauses of this.#pauses()) if (pauses.isMoving) pauses.pause(reason)
  }

  /** Tells each peer that it has something again. */
  resume(reason: 'idle'): void {
    for (const pauses of this.#pauses()) pauses.resume(reason)
  }

  /** Looks whether anyone still wants to go on. */
  look(): void {
    const all = this.#pauses()
    const isHeld = all.length > 0 && all.every(({isHeld}) => isHeld)
    if (isHeld) this.#standStill()
    else this.#move()
  }

  /** A limiter that gives nobody a turn while all stand still. */
  hold(limiter: Pick<RateLimiter, 'take'>): Pick<RateLimiter, 'take'> {
    const take = async (maxBytes: number, signal?: AbortSignal): Promise<number> => {
      while (this.#lifted) await this.#lifted
      signal?.throwIfAborted()
      return limiter.take(maxBytes, signal)
    }
    return {take}
  }

  #standStill(): void {
    this.clock.stop()
    this.#lifted ??= new Promise(resolve => (this.#lift = resolve))
  }

  #move(): void {
    this.clock.go()
    this.#lifted = undefined
    this.#lift()
  }
}
