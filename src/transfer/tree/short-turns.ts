import {setImmediate} from 'node:timers/promises'

/** Longer than that nothing else has to wait for many small steps that are taken at once. */
const maxTurnMs = 4

/** Lets others have their turn between small synchronous steps: talk goes on while ten thousand files do. */
export class ShortTurns {
  readonly #now: () => number
  #startedMs: number

  /** `now` is in milliseconds. */
  constructor(now = () => performance.now()) {
    this.#now = now
    this.#startedMs = now()
  }

  /** Whether this turn has lasted long enough for `pass`. */
  get isOver(): boolean {
    return this.#now() - this.#startedMs >= maxTurnMs
  }

  /** Lets everything else that waits have its turn. */
  async pass(): Promise<void> {
    await setImmediate()
    this.#startedMs = this.#now()
  }
}
