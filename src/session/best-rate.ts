/** How long a rate is believed, at least: a pause of either end is no slower way. */
const memoryMs = 1000

/** The best rate of this second and the one before, in bytes a millisecond. */
export class BestRate {
  #latest = 0
  #former = 0
  #elapsedMs = 0

  /** The best of late; 0 before anything was measured. */
  get value(): number {
    return Math.max(this.#latest, this.#former)
  }

  /** Takes the rate of a round that took so long. */
  add(rate: number, elapsedMs: number): void {
    this.#elapsedMs += elapsedMs
    if (this.#elapsedMs >= memoryMs) {
      this.#former = this.#latest
      this.#latest = 0
      this.#elapsedMs = 0
    }
    this.#latest = Math.max(this.#latest, rate)
  }
}
