import type {ShellClock} from '../shell-clock.js'
import type {ShellOutput} from '../shell-io.js'
import {FramePacer} from './frame-pacer.js'
import {drawBlock, eraseBlock, updateBlock, type LiveBlock} from './live-block.js'
import {rowsAboveCursor, type Reflow} from './reflow.js'

/** How big what stays at the bottom may be. */
export interface BlockSize {
  readonly columns: number
  readonly rows: number
}

const control = {
  eraseScreen: '\u001b[H\u001b[2J',
  eraseScrollback: '\u001b[3J',
  // A frame is seen whole: by terminals that know the first two, and without a flicker of the cursor by all others.
  beginFrame: '\u001b[?2026h\u001b[?25l',
  endFrame: '\u001b[?25h\u001b[?2026l',
} as const

const defaultSize = {columns: 80, rows: 24}

/** What an area needs to draw. */
export interface AreaParts {
  readonly clock: ShellClock
  readonly reflow: Reflow
  /** Returns text as the terminal can show it. */
  readonly fit: (text: string) => string
  /** Returns the block, with rows no longer and no more than it is told. */
  readonly compose: (size: BlockSize) => LiveBlock
}

/** Keeps a block below everything that is printed; each frame is one write, and as small as it can be. */
export class LiveArea {
  readonly #stdout: ShellOutput
  readonly #compose: (size: BlockSize) => LiveBlock
  readonly #reflow: Reflow
  readonly #fit: (text: string) => string
  readonly #pacer: FramePacer
  #isHeld = false
  #isResized = false
  #rowsPassed = 0
  #printed: string[] = []
  #drawn: {readonly block: LiveBlock; readonly columns: number} | undefined

  constructor(stdout: ShellOutput, {clock, reflow, fit, compose}: AreaParts) {
    this.#stdout = stdout
    this.#compose = compose
    this.#reflow = reflow
    this.#fit = fit
    this.#pacer = new FramePacer(clock, () => this.#frame())
  }

  /** Prints text above the block. */
  print(text: string): void {
    this.#printed.push(`${text.replaceAll('\n', '\r\n')}\r\n`)
    this.#pacer.request()
  }

  /** Prints a line that was typed at the block, and has moved the cursor so many rows below it. */
  printTyped(text: string, rows: number): void {
    if (this.#drawn) this.#rowsPassed += rows
    this.print(text)
  }

  /** Draws the block as it is now. */
  draw(): void {
    this.#pacer.request()
  }

  /**
   * Draws the whole block again: the window has another size, or had one. While it is dragged nothing is drawn: that
   * would be for a size that it may not have any more. But what xterm.js makes of rows depends on each size on the way.
   */
  resize(): void {
    this.#isResized = true
    if (this.#reflow === 'all-but-cursor-row') this.#pacer.drawNow()
    else this.#pacer.requestLate()
  }

  /** Empties the screen but for the block, and what has scrolled out of it too. */
  clear(): void {
    this.#restart(control.eraseScreen + control.eraseScrollback)
  }

  /** Empties the screen, whatever has got onto it, and draws the block again. */
  redraw(): void {
    this.#restart(control.eraseScreen)
  }

  /** Prints what waits, removes the block, and leaves the cursor at the start of its row. */
  close(): void {
    this.#pacer.cancel()
    this.#write(this.#erase() + this.#takePrinted())
  }

  /** Draws nothing from now on: what is printed waits. */
  hold(): void {
    this.#isHeld = true
  }

  /** Draws again, and first what has waited. */
  release(): void {
    this.#isHeld = false
    this.draw()
  }

  #restart(erase: string): void {
    this.#printed = [this.#takePrinted() + erase]
    this.#drawn = undefined
    this.#rowsPassed = 0
    this.#pacer.drawNow()
  }

  #frame(): void {
    if (this.#isHeld) return
    const size = this.#size()
    const block = this.#compose({columns: size.columns - 1, rows: Math.max(1, size.rows - 1)})
    const isUpdate = this.#printed.length === 0 && !this.#isResized
    if (isUpdate && this.#drawn?.block.rows.length === block.rows.length)
      this.#write(updateBlock(this.#drawn.block, block))
    else {
      const frame = this.#erase() + this.#takePrinted() + drawBlock(block)
      this.#write(control.beginFrame + frame + control.endFrame)
    }
    this.#drawn = {block, columns: size.columns}
    this.#isResized = false
  }

  /** What is erased is what the terminal has made of the block meanwhile. */
  #erase(): string {
    if (this.#drawn === undefined) return ''
    const {block, columns} = this.#drawn
    const rowsPassed = this.#rowsPassed
    this.#drawn = undefined
    this.#rowsPassed = 0
    const now = this.#size().columns
    return eraseBlock(rowsPassed + (now < columns ? rowsAboveCursor(block, now, this.#reflow) : block.cursor.row))
  }

  #takePrinted(): string {
    const printed = this.#printed.join('')
    this.#printed = []
    return printed
  }

  #size(): BlockSize {
    const {columns = 0, rows = 0} = this.#stdout
    // A serial line that knows nothing of its size says 0.
    return {columns: columns === 0 ? defaultSize.columns : columns, rows: rows === 0 ? defaultSize.rows : rows}
  }

  #write(output: string): void {
    if (output !== '') this.#stdout.write(this.#fit(output))
  }
}
