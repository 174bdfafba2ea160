/** A time that work may take, which stands still while a person is waited for. */
export class TimeLimit {
  readonly #ms: number
  readonly #onPassed: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(ms: number, onPassed: () => void) {
    this.#ms = ms
    this.#onPassed = onPassed
    this.#start()
  }

  /** Waits for something that may take any time; the limit begins anew after it. */
  async pausedFor<Result>(waiting: Promise<Result>): Promise<Result> {
    this.stop()
    try {
      return await waiting
    } finally {
      this.#start()
    }
  }

  /** The work is done. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #start(): void {
    this.#timer = setTimeout(this.#onPassed, this.#ms)
  }
}
