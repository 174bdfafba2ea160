import type {ShellOutput} from './shell-io.js'

/** What stays at the bottom of a terminal: rows, and under them the row with the cursor. */
export interface LiveRows {
  rows: string[]
  before: string
  after: string
}

const control = {
  eraseBelow: '\u001b[J',
  eraseScreen: '\u001b[H\u001b[2J',
  eraseScrollback: '\u001b[3J',
  saveCursor: '\u001b7',
  restoreCursor: '\u001b8',
  // However wide a terminal thinks that a character is, a live row stays one row.
  wrapOff: '\u001b[?7l',
  wrapOn: '\u001b[?7h',
  beginFrame: '\u001b[?2026h',
  endFrame: '\u001b[?2026l',
} as const

const defaultColumns = 80

/** Keeps live rows below everything that is printed; each change is one write, so that nothing is seen half drawn. */
export class LiveArea {
  readonly #stdout: ShellOutput
  readonly #compose: (columns: number) => LiveRows
  readonly #fit: (text: string) => string
  #rowsAboveCursor = 0

  /** `compose` returns the rows, each to take no more than `columns`; `fit` returns text as the terminal can show it. */
  constructor(stdout: ShellOutput, compose: (columns: number) => LiveRows, fit: (text: string) => string) {
    this.#stdout = stdout
    this.#compose = compose
    this.#fit = fit
  }

  /** Prints text above the live rows. */
  print(text: string): void {
    this.#frame(`${text.replaceAll('\n', '\r\n')}\r\n`)
  }

  /** Draws the live rows as they are now. */
  draw(): void {
    this.#frame('')
  }

  /** Empties the screen but for the live rows, and what has scrolled out of it too. */
  clear(): void {
    this.#frame(control.eraseScreen + control.eraseScrollback)
  }

  /** Empties the screen, whatever has got onto it, and draws the live rows again. */
  redraw(): void {
    this.#frame(control.eraseScreen)
  }

  /** Removes the live rows and leaves the cursor at the start of the row. */
  close(): void {
    this.#stdout.write(this.#erase() + control.wrapOn)
    this.#rowsAboveCursor = 0
  }

  #frame(text: string): void {
    this.#stdout.write(this.#fit(control.beginFrame + this.#erase() + text + this.#drawn() + control.endFrame))
  }

  #erase(): string {
    const up = this.#rowsAboveCursor === 0 ? '' : `\u001b[${this.#rowsAboveCursor}A`
    return `\r${up}${control.eraseBelow}`
  }

  #drawn(): string {
    // The last column stays empty: a character there would leave the cursor between two rows.
    const {rows, before, after} = this.#compose((this.#stdout.columns ?? defaultColumns) - 1)
    this.#rowsAboveCursor = rows.length
    const drawnRows = rows.map(row => `${row}\r\n`).join('')
    return control.wrapOff + drawnRows + before + control.saveCursor + after + control.restoreCursor + control.wrapOn
  }
}
