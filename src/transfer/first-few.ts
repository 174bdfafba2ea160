/** How many are kept. */
const maxKept = 100

/** Counts things of which there may be millions, and keeps the first of them to show. */
export class FirstFew<T> {
  readonly #first: T[] = []
  #count = 0

  /** Takes note of one more. */
  add(item: T): void {
    this.#count++
    if (this.#first.length < maxKept) this.#first.push(item)
  }

  /** How many there are. */
  get count(): number {
    return this.#count
  }

  /** The first of them. */
  get first(): readonly T[] {
    return this.#first
  }
}
