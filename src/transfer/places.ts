/** A number of places, given out in the order in which they are asked for; each that comes free wakes one waiter. */
export class Places {
  #free: number
  // The next to be served stands last in the one, the newest last in the other: neither is ever shifted.
  #served: (() => void)[] = []
  #joining: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Resolves when there is a place; give it back with `leave`. */
  async take(): Promise<void> {
    if (this.#free === 0) return new Promise(resolve => this.#joining.push(resolve))
    this.#free--
  }

  /** Gives a place back: to who has waited longest, if anyone does. */
  leave(): void {
    const next = this.#nextWaiter()
    if (next) next()
    else this.#free++
  }

  #nextWaiter(): (() => void) | undefined {
    if (this.#served.length === 0) {
      this.#served = this.#joining.reverse()
      this.#joining = []
    }
    return this.#served.pop()
  }
}
