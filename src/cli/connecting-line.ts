import type {Writable} from 'node:stream'
import type {ShellClock} from '../repl/shell-clock.js'
import {spinnerMarks} from '../ui/marks.js'
import {cutEnd} from '../ui/width.js'

/** A dial that is answered sooner is not worth a line. */
const patienceMs = 300
const frameMs = 250
const defaultColumns = 80

/** ECMA-48, 8.3.41: erases from the cursor to the end of the line. */
const eraseLine = '\r\u001b[K'

/** What a line that moves is drawn on. */
export interface ConnectingScreen {
  readonly output: Writable & {columns?: number}
  readonly clock: ShellClock
  /** Returns text as the terminal can show it. */
  readonly fit: (text: string) => string
}

/** The line that moves while somebody is dialled; nothing else is written meanwhile. */
export class ConnectingLine {
  readonly #screen: ConnectingScreen
  readonly #to: string
  #callOff: (() => void) | undefined
  #frame = 0

  constructor(to: string, screen: ConnectingScreen) {
    this.#to = to
    this.#screen = screen
  }

  /** Shows it, unless it is stopped at once. */
  start(): void {
    this.#callOff ??= this.#screen.clock.setTimeout(this.#move, patienceMs)
    process.once('exit', this.stop)
  }

  /** Takes it away. */
  readonly stop = (): void => {
    process.off('exit', this.stop)
    this.#callOff?.()
    this.#callOff = undefined
    if (this.#frame > 0) this.#screen.output.write(eraseLine)
    this.#frame = 0
  }

  /** Does without it what writes something itself, such as a question. */
  async without<Result>(work: () => Promise<Result>): Promise<Result> {
    this.stop()
    const result = await work()
    this.start()
    return result
  }

  readonly #move = (): void => {
    const {output, clock, fit} = this.#screen
    const mark = spinnerMarks[this.#frame++ % spinnerMarks.length] ?? ''
    const line = cutEnd(`${mark} connecting to ${this.#to}`, (output.columns ?? defaultColumns) - 1)
    output.write(eraseLine + fit(line))
    this.#callOff = clock.setTimeout(this.#move, frameMs)
  }
}
