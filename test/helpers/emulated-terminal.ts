import headless from '@xterm/headless'
import type {Reflow} from '../../src/repl/screen/reflow.js'
import type {Recorder} from './shell-streams.js'

/** How an emulator becomes a terminal that treats long rows in a window that is made narrower in each way. */
const optionsOf: Record<Reflow, headless.ITerminalOptions> = {
  all: {reflowCursorLine: true},
  'all-but-cursor-row': {},
  none: {windowsPty: {backend: 'winpty', buildNumber: 1}},
}

interface BufferLines {
  readonly length: number
  get(row: number): {resize(columns: number, fill: unknown): void}
}

/** A terminal on which everything is drawn that a shell writes, and which tells it of its size. */
export class EmulatedTerminal {
  readonly #stdout: Recorder
  readonly #reflow: Reflow
  readonly #terminal: headless.Terminal

  constructor(stdout: Recorder, reflow: Reflow, {columns = 80, rows = 40} = {}) {
    this.#stdout = stdout
    this.#reflow = reflow
    const options = {...optionsOf[reflow], scrollback: 50_000, allowProposedApi: true}
    this.#terminal = new headless.Terminal({...options, cols: columns, rows})
    this.#tellSize()
  }

  /** Draws what was written since. */
  async show(): Promise<void> {
    const output = this.#stdout.text
    this.#stdout.text = ''
    await new Promise<void>(resolve => this.#terminal.write(output, resolve))
  }

  /** Changes the window when all that was written is drawn. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.show()
    const place = this.#placeOfCursor()
    this.#terminal.resize(columns, rows)
    if (this.#reflow === 'all') await this.#putCursor(place)
    if (this.#reflow === 'none') this.#forgetWhatIsCut()
    this.#tellSize()
    this.#stdout.emit('resize')
  }

  /** All rows, those that have scrolled away too; what one row was that is wrapped now is one. */
  lines(): string[] {
    const lines: string[] = []
    for (const row of this.#rows()) lines.push((row.isWrapped ? (lines.pop() ?? '') : '') + row.translateToString())
    const trimmed = lines.map(line => line.trimEnd())
    return trimmed.slice(0, trimmed.findLastIndex(line => line !== '') + 1)
  }

  /** The rows below the last one that begins with `mark`, and what of them is before the cursor. */
  rowsBelow(mark: string): {rows: string[]; beforeCursor: string[]} {
    const {cursorX, cursorY, baseY} = this.#terminal.buffer.active
    const shown = (row: headless.IBufferLine, end = this.#terminal.cols) => row.translateToString(true, 0, end)
    const rows = this.#rows()
    const first = rows.findLastIndex(row => row.translateToString().startsWith(mark)) + 1
    const cursorRow = baseY + cursorY
    const beforeCursor = rows.slice(first, cursorRow + 1).map((row, index) => {
      return shown(row, first + index === cursorRow ? cursorX : undefined)
    })
    return {rows: rows.slice(first).map(row => shown(row)), beforeCursor}
  }

  dispose(): void {
    this.#terminal.dispose()
  }

  #rows(): headless.IBufferLine[] {
    const {active} = this.#terminal.buffer
    return Array.from({length: active.length}, (_, row) => active.getLine(row)!)
  }

  /** Whether the last row that begins with `mark` has not scrolled away. */
  holds(mark: string): boolean {
    const {baseY} = this.#terminal.buffer.active
    return this.#rows().findLastIndex(row => row.translateToString().startsWith(mark)) >= baseY
  }

  /** How many rows what is from the last row on that begins with `mark` would take in a window of so many columns. */
  rowsNeeded(mark: string, columns: number): number {
    const rows = this.#rows()
    const first = rows.findLastIndex(row => row.translateToString().startsWith(mark))
    const last = rows.findLastIndex(row => cellsIn(row) > 0)
    // A wide character may leave the last cell of each row empty.
    return rows.slice(first, last + 1).reduce((sum, row) => sum + Math.ceil((cellsIn(row) + 1) / (columns - 1)), 0)
  }

  /** The line with the cursor, and how many cells are before it there. */
  #placeOfCursor(): {line: headless.IMarker; cells: number} {
    const {cursorX, cursorY, baseY} = this.#terminal.buffer.active
    const row = baseY + cursorY
    const rows = this.#rows().slice(0, row + 1)
    const first = rows.findLastIndex(({isWrapped}) => !isWrapped)
    const cells = rows.slice(first, -1).reduce((sum, _, index) => sum + this.#cellsIn(first + index), cursorX)
    return {line: this.#terminal.registerMarker(first - row)!, cells}
  }

  /** This emulator moves the cursor by rows; others leave it where it is in the text. */
  async #putCursor({line, cells}: {line: headless.IMarker; cells: number}): Promise<void> {
    const {active} = this.#terminal.buffer
    let [row, left] = [line.line, cells]
    while (left >= this.#cellsIn(row) && active.getLine(row + 1)?.isWrapped === true) left -= this.#cellsIn(row++)
    const column = Math.min(left, this.#terminal.cols - 1)
    await new Promise<void>(resolve => this.#terminal.write(`\u001b[${row - active.baseY + 1};${column + 1}H`, resolve))
    line.dispose()
  }

  /** This emulator keeps it for a window that is made wider again, where nothing can erase it. */
  #forgetWhatIsCut(): void {
    const {cols, buffer} = this.#terminal
    const {lines} = (this.#terminal as unknown as {_core: {buffer: {lines: BufferLines}}})._core.buffer
    for (let row = 0; row < lines.length; row++) lines.get(row).resize(cols, buffer.active.getNullCell())
  }

  /** A wide character that does not fit leaves a cell empty. */
  #cellsIn(row: number): number {
    const {cols, buffer} = this.#terminal
    const [line, next] = [buffer.active.getLine(row), buffer.active.getLine(row + 1)]
    const isPushed = next?.isWrapped === true && next.getCell(0)?.getWidth() === 2
    return isPushed && line?.getCell(cols - 1)?.getChars() === '' ? cols - 1 : cols
  }

  #tellSize(): void {
    Object.assign(this.#stdout, {columns: this.#terminal.cols, rows: this.#terminal.rows})
  }
}

function cellsIn(row: headless.IBufferLine): number {
  const cells = Array.from({length: row.length}, (_, column) => row.getCell(column))
  return cells.findLastIndex(cell => cell?.getChars() !== '') + 1
}
