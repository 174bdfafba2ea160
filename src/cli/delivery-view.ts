import type {RoomEvent} from '../conversation.js'
import {LiveArea, type BlockSize} from '../repl/screen/live-area.js'
import type {LiveBlock} from '../repl/screen/live-block.js'
import {ProgressRows} from '../repl/screen/progress-rows.js'
import {Ticker} from '../repl/screen/ticker.js'
import type {ShellClock} from '../repl/shell-clock.js'
import type {ShellOutput} from '../repl/shell-io.js'
import {formatPart} from '../errors/format-size.js'
import {formatRate} from '../ui/format.js'
import {ProgressLine} from '../ui/progress.js'
import {sanitiseLine} from '../ui/sanitise.js'
import {columnsOf} from '../ui/width.js'
import {wrapWords} from '../ui/wrap.js'
import {DeliveryJob} from './delivery-job.js'
import type {Verbosity} from './flags.js'

/** Where progress may be shown. */
export interface ProgressScreen {
  stderr: ShellOutput
  /** Whether bars may be redrawn there. */
  isRedrawn: boolean
  verbosity: Verbosity
  clock: ShellClock
  /** Returns text as the terminal can show it. */
  fit: (text: string) => string
}

/** What a delivery is shown on, and what is known of it beforehand. */
export interface DeliveryScreen extends ProgressScreen {
  direction: 'send' | 'receive'
  /** What a file is called that is sent; what is received is named by its offer. */
  nameOf?: (transfer: number) => string | undefined
  /** By default as many as have been offered. */
  fileCount?: number
}

/** Shows how a delivery goes: notices are lines; where it may be redrawn, a bar for each file, and one for all. */
export class DeliveryView {
  readonly #screen: DeliveryScreen
  readonly #job: DeliveryJob
  readonly #bars: ProgressRows
  readonly #area: LiveArea | undefined
  readonly #ticker: Ticker
  #whole: ProgressLine | undefined

  constructor(screen: DeliveryScreen) {
    const {stderr, clock, fit, nameOf = () => undefined} = screen
    this.#screen = screen
    this.#job = new DeliveryJob(screen.fileCount)
    this.#bars = new ProgressRows(nameOf, () => clock.now())
    this.#ticker = new Ticker(clock, this.#draw)
    if (!screen.isRedrawn) return
    this.#area = new LiveArea(stderr, {clock, reflow: 'all', fit, compose: size => this.#compose(size)})
    stderr.on('resize', this.#resize)
  }

  /** Takes what happens on the way. */
  observe(event: RoomEvent): void {
    this.#job.observe(event)
    this.#bars.observe(event)
    if (event.event === 'notice') this.#tell(event.message)
    if (event.event === 'paused') this.print(sanitiseLine(`${event.name}: ${event.message}`))
    if (event.event === 'resumed') this.#tell(`${event.name}: goes on`)
    if (event.event === 'progress') this.#show()
    if (this.#screen.direction === 'receive' && this.#job.isOver) this.#beginAnew()
    this.#ticker.set(this.#area !== undefined && this.#bars.count > 0)
  }

  /** Prints lines, above the bars. */
  print(text: string): void {
    const {stderr} = this.#screen
    if (this.#area === undefined) stderr.write(`${text}\n`)
    else this.#area.print(wrapLines(text, stderr.columns ?? defaultColumns))
  }

  /** Moves a line above the bars that was typed below them, where the terminal itself has shown it. */
  takeTyped(line: string): void {
    const columns = this.#screen.stderr.columns ?? defaultColumns
    const shown = sanitiseLine(line)
    this.#area?.printTyped(wrapLines(shown, columns), Math.max(1, Math.ceil(columnsOf(shown) / columns)))
  }

  /** Takes the bars away. */
  close(): void {
    this.#ticker.set(false)
    this.#screen.stderr.off('resize', this.#resize)
    this.#area?.close()
  }

  readonly #draw = (): void => this.#area?.draw()
  readonly #resize = (): void => this.#area?.resize()

  #tell(message: string): void {
    if (this.#screen.verbosity !== 'quiet') this.print(sanitiseLine(message))
  }

  #show(): void {
    const {bytes, total, rate} = this.#job.progress
    if (this.#area !== undefined) this.#area.draw()
    else if (this.#screen.verbosity === 'verbose') this.print(`${formatPart(bytes, total)}  ${formatRate(rate)}`)
  }

  /** Of what is received no end is known: when nothing moves, the next begins anew. */
  #beginAnew(): void {
    this.#job.clear()
    this.#whole = undefined
    this.#draw()
  }

  #compose({columns, rows}: BlockSize): LiveBlock {
    const whole = this.#job.count > 1 && this.#bars.count > 0 ? [this.#wholeRow(columns)] : []
    const bars = this.#bars.render(columns, rows - whole.length - 1)
    return {rows: [...bars, ...whole, ''], cursor: {row: bars.length + whole.length, column: 0}}
  }

  #wholeRow(columns: number): string {
    const {direction, clock} = this.#screen
    const {progress, count, countOver} = this.#job
    this.#whole ??= new ProgressLine(direction, '', progress.total, () => clock.now())
    this.#whole.update(progress, `${countOver} of ${count} files`)
    return this.#whole.render(columns)
  }
}

const defaultColumns = 80

function wrapLines(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap(line => wrapWords(line, columns, '  '))
    .join('\n')
}
