/** Work that is under way and may overlap, up to a number at once. */
export class InFlight {
  readonly #most: number
  readonly #running = new Set<Promise<void>>()

  constructor(most: number) {
    this.#most = most
  }

  /** Takes work that never rejects; resolves when there is room for more. */
  async add(work: Promise<void>): Promise<void> {
    const running = work.then(() => void this.#running.delete(running))
    this.#running.add(running)
    if (this.#running.size >= this.#most) await Promise.race(this.#running)
  }

  /** Resolves when all that was taken is done. */
  async drained(): Promise<void> {
    await Promise.all(this.#running)
  }
}
