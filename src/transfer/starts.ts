import {ChatctlError} from '../errors/index.js'

/**
 * Where the receiver wants a transfer to go on: said with its first answer, and again after a lost connection or a wrong
 * digest. It never goes back, but for one time to the beginning.
 */
export class Starts {
  readonly #bytes: number
  #latest = 0
  #hasStartedOver = false
  #queued: number | undefined
  #wake: (start: number) => void = () => undefined

  /** `bytes` is the size of what can be resumed; 0 for what cannot. */
  constructor(bytes: number) {
    this.#bytes = bytes
  }

  /**
   * Takes a place to go on from.
   * @throws ChatctlError `peer-failed` when it cannot be meant
   */
  add(start: number): void {
    const isBack = start < this.#latest
    if (start > this.#bytes || (isBack && (start > 0 || this.#hasStartedOver)))
      throw new ChatctlError('peer-failed', `the other side wants to go on from ${start}, where it cannot be`)
    this.#hasStartedOver ||= isBack
    this.#latest = this.#queued = start
    this.#wake(start)
  }

  /** Resolves with the place to go on from, now or as soon as one is asked for. */
  async next(): Promise<number> {
    return this.#queued ?? new Promise(resolve => (this.#wake = resolve))
  }

  /** Goes on from there: the next place is a new one. */
  take(): void {
    this.#queued = undefined
  }
}
