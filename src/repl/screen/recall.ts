const maxKept = 1000

/** The lines that were entered, walked through from the newest, each with what was made of it on the way. */
export class Recall {
  #lines: string[] = []
  /** By its place, what the walk has left there. */
  readonly #edited = new Map<number, string>()
  #place = 0

  /** The lines, each once, the newest first. */
  get newestFirst(): readonly string[] {
    return [...new Set(this.#lines.toReversed())]
  }

  /** Puts lines before all others: they were entered earlier. */
  addEarlier(lines: readonly string[]): void {
    this.#lines = [...lines, ...this.#lines].slice(-maxKept)
    this.restart()
  }

  /** Adds a line that was entered, and begins anew behind it. */
  add(line: string): void {
    if (line.trim() !== '' && line !== this.#lines.at(-1)) this.#lines = [...this.#lines, line].slice(-maxKept)
    this.restart()
  }

  /** Puts the place of the walk behind the newest line. */
  restart(): void {
    this.#edited.clear()
    this.#place = this.#lines.length
  }

  /** Leaves a text where the walk is, and returns the one before; undefined at the oldest. */
  older(text: string): string | undefined {
    return this.#walk(text, this.#place - 1)
  }

  /** Leaves a text where the walk is, and returns the one after; undefined at the newest. */
  newer(text: string): string | undefined {
    return this.#walk(text, this.#place + 1)
  }

  #walk(text: string, place: number): string | undefined {
    if (place < 0 || place > this.#lines.length) return undefined
    this.#edited.set(this.#place, text)
    this.#place = place
    return this.#edited.get(place) ?? this.#lines[place] ?? ''
  }
}
