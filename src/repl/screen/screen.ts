import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Theme} from '../../ui/theme.js'
import type {Completer, Hinter} from '../completion.js'
import {shellClock, type ShellClock} from '../shell-clock.js'
import type {ShellIo} from '../shell-io.js'
import {InputDesk, type DeskKeys} from './input-desk.js'
import {controlJobs, type JobControl} from './job-control.js'
import type {Keystroke} from './key-decoder.js'
import {Keyboard} from './keyboard.js'
import {LiveArea, type BlockSize} from './live-area.js'
import type {LiveBlock} from './live-block.js'
import {Recall} from './recall.js'
import {fitRow} from './row-text.js'
import {TerminalState} from './terminal-state.js'
import {Ticker} from './ticker.js'

const bell = '\u0007'

/** What a screen shows that it does not know itself, and whom it tells of what is typed. */
export interface ScreenParts extends Pick<
  DeskKeys,
  'mayEnter' | 'onEnter' | 'onSnippet' | 'onInterrupt' | 'onEnd' | 'onMistake'
> {
  readonly theme: Theme
  readonly complete: Completer
  readonly hint: Hinter
  /** What keys do that the editor does not use, by their names. */
  readonly shortcuts: ReadonlyMap<string, () => void>
  /** Whose prompt it is. */
  readonly nick: () => string
  /** Rows above the prompt, no longer and no more than they may be. */
  readonly bars: (columns: number, maxRows: number) => readonly string[]
}

/** A terminal in use: what is printed goes up, bars and what is being typed stay below. */
export class Screen {
  /** What Up and Ctrl-R go through. */
  readonly recall = new Recall()
  readonly #io: ShellIo
  readonly #clock: ShellClock
  readonly #parts: ScreenParts
  readonly #area: LiveArea
  readonly #desk: InputDesk
  readonly #terminal: TerminalState
  readonly #ticker: Ticker
  #keyboard: Keyboard | undefined
  #jobs: JobControl | undefined
  #hasFocus = true
  #lent: Promise<unknown> | undefined

  constructor(io: ShellIo, parts: ScreenParts) {
    this.#io = io
    this.#clock = io.clock ?? shellClock
    this.#parts = parts
    this.#area = new LiveArea(io.stdout, {
      clock: this.#clock,
      reflow: io.reflow ?? 'all',
      fit: parts.theme.fit,
      compose: size => this.#compose(size),
    })
    this.#desk = new InputDesk(this.#keys(), {...parts, recall: this.recall})
    this.#terminal = new TerminalState(io.stdin, io.stdout, () => this.#area.close())
    this.#ticker = new Ticker(this.#clock, () => this.#area.draw())
  }

  /** Whether the window is looked at, as far as the terminal says. */
  get hasFocus(): boolean {
    return this.#hasFocus
  }

  /** What is written and was not entered. */
  get written(): string {
    return this.#desk.written
  }

  /** Takes the terminal over. */
  open(): void {
    this.#jobs = (this.#io.controlJobs ?? controlJobs)({
      beforeStop: this.#terminal.giveBack,
      afterwards: () => this.#goOn(),
    })
    this.#io.stdout.on('resize', this.#resize)
    this.#takeOver()
  }

  /** Gives the terminal back as it was found, once nobody else has it. */
  async close(): Promise<void> {
    // Whoever had it may have something to say of that.
    if (this.#lent) await this.#lent.then(() => nextTurn())
    this.#jobs?.end()
    this.#io.stdout.off('resize', this.#resize)
    this.#ticker.set(false)
    this.#handOver()
  }

  /** Lends the terminal to another program for as long as `work` takes; what is printed meanwhile is seen afterwards. */
  async lend<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#handOver()
    this.#area.hold()
    const done = work().finally(() => {
      this.#lent = undefined
      this.#takeOver()
    })
    this.#lent = done.catch(() => undefined)
    return done
  }

  /** Prints text, of one or several lines. */
  print(text: string): void {
    this.#area.print(text)
  }

  /** Draws what stays below as it is now. */
  draw(): void {
    this.#area.draw()
  }

  /** Says whether something changes with time alone: it is then drawn again each second. */
  keepMoving(isMoving: boolean): void {
    this.#ticker.set(isMoving)
  }

  /** Rings the bell of the terminal. */
  ring(): void {
    this.#io.stdout.write(bell)
  }

  /** Empties the screen, and what has scrolled out of it. */
  clear(): void {
    this.#area.clear()
  }

  readonly #resize = () => this.#area.resize()

  #takeOver(): void {
    this.#keyboard = new Keyboard(this.#io.stdin, {
      clock: this.#clock,
      onKeystroke: keystroke => this.#take(keystroke),
      onEnd: this.#parts.onEnd,
    })
    this.#goOn()
  }

  #handOver(): void {
    this.#keyboard?.close()
    this.#terminal.giveBack()
  }

  /** Whoever has it on loan goes on with it. */
  #goOn(): void {
    if (this.#lent) return
    this.#terminal.take()
    this.#area.release()
  }

  #take(keystroke: Keystroke): void {
    const shortcut = keystroke.kind === 'key' ? this.#parts.shortcuts.get(keystroke.name) : undefined
    if (keystroke.kind === 'focus') this.#hasFocus = keystroke.hasFocus
    else if (shortcut) shortcut()
    else this.#desk.take(keystroke)
  }

  #keys(): DeskKeys {
    const {mayEnter, onEnter, onSnippet, onInterrupt, onEnd, onMistake} = this.#parts
    return {
      ...{mayEnter, onEnter, onSnippet, onInterrupt, onEnd, onMistake},
      onRedraw: () => this.#area.redraw(),
      onSuspend: () => this.#jobs?.stop(),
      onChange: () => this.#area.draw(),
    }
  }

  #compose({columns, rows}: BlockSize): LiveBlock {
    const input = this.#desk.layOut(this.#parts.nick(), {columns, rows})
    const bars = this.#parts.bars(columns, rows - input.rows.length)
    const all = [...bars, ...input.rows].map(row => fitRow(row, columns))
    return {rows: all, cursor: {...input.cursor, row: bars.length + input.cursor.row}}
  }
}
