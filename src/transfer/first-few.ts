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

  /** These, and others behind them. */
  and(others: FirstFew<T>): FirstFew<T> {
    const all = new FirstFew<T>()
    all.#first.push(...[...this.#first, ...others.#first].slice(0, maxKept))
    all.#count = this.#count + others.#count
    return all
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
