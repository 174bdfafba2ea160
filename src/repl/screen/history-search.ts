import {charactersOf} from './draft.js'

/** A search through the lines that were entered, which goes on with each key. */
export class HistorySearch {
  readonly #lines: readonly string[]
  #query = ''
  #place = 0
  #isFailing = false

  /** `lines` are searched from the first on: the newest. */
  constructor(lines: readonly string[]) {
    this.#lines = lines
  }

  get query(): string {
    return this.#query
  }

  /** Whether no line, from the place on, has what is looked for. */
  get isFailing(): boolean {
    return this.#isFailing
  }

  /** The line that was found, and where in it; undefined before anything was. */
  get found(): {line: string; index: number} | undefined {
    const line = this.#lines[this.#place]
    if (this.#query === '' || line === undefined || !matches(line, this.#query)) return undefined
    return {line, index: indexIn(line, this.#query)}
  }

  /** Looks for more; the line that is found may stay. */
  extend(text: string): void {
    this.#query += text
    this.#seek(this.#place, 1)
  }

  /** Looks for less, from the newest line again. */
  shorten(): void {
    this.#query = charactersOf(this.#query).slice(0, -1).join('')
    this.#place = 0
    this.#seek(0, 1)
  }

  /** Looks on among older lines. */
  older(): void {
    this.#seek(this.#place + 1, 1)
  }

  /** Looks on among newer lines. */
  newer(): void {
    this.#seek(this.#place - 1, -1)
  }

  #seek(from: number, step: 1 | -1): void {
    let place = from
    while (place >= 0 && place < this.#lines.length && !matches(this.#lines[place] ?? '', this.#query)) place += step
    this.#isFailing = place < 0 || place >= this.#lines.length
    if (!this.#isFailing) this.#place = place
  }
}

function matches(line: string, query: string): boolean {
  return indexIn(line, query) !== -1
}

/** Small letters find capital ones, too. */
function indexIn(line: string, query: string): number {
  return query === query.toLowerCase() ? line.toLowerCase().indexOf(query) : line.indexOf(query)
}
