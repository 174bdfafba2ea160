/** A few rounds under one budget: their rate, and their mean round trip. */
export class BulkEpoch {
  rounds = 0
  #bytes = 0
  #elapsedMs = 0
  #trips = 0
  #tripsMs = 0

  addRound(byteLength: number, elapsedMs: number): void {
    this.rounds++
    this.#bytes += byteLength
    this.#elapsedMs += elapsedMs
  }

  addTrip(milliseconds: number): void {
    this.#trips++
    this.#tripsMs += milliseconds
  }

  /** In bytes a millisecond. */
  get rate(): number {
    return this.#bytes / this.#elapsedMs
  }

  get tripMs(): number {
    return this.#tripsMs / this.#trips
  }
}
