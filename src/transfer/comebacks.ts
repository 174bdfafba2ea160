import {ChatctlError} from '../errors/index.js'
import type {Clock} from '../session/clock.js'

/** So often a transfer may go on at once, and once more each minute: more than any bad line asks for. */
export const comebackLimits = {atOnce: 32, intervalMs: 60_000} as const

/** Counts how often a transfer goes on: each time what was sent so far is hashed again, which a peer might ask for without end. */
export class Comebacks {
  readonly #clock: Pick<Clock, 'now'>
  #left: number = comebackLimits.atOnce
  #countedMs: number

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
    this.#countedMs = clock.now()
  }

  /**
   * Takes that it goes on once more.
   * @throws ChatctlError `peer-failed` when that is too often
   */
  take(): void {
    const nowMs = this.#clock.now()
    const gained = (nowMs - this.#countedMs) / comebackLimits.intervalMs
    this.#left = Math.min(comebackLimits.atOnce, this.#left + gained)
    this.#countedMs = nowMs
    if (this.#left < 1) throw new ChatctlError('peer-failed', 'it was interrupted again and again')
    this.#left--
  }
}
