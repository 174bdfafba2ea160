import type {Writable} from 'node:stream'
import type {RoomEvent} from '../conversation.js'
import {formatPart, formatRate} from '../ui/format.js'
import {ProgressLine} from '../ui/progress.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {Verbosity} from './flags.js'

/** What a delivery is shown on. */
export interface DeliveryScreen {
  stderr: Writable & {columns?: number}
  /** Whether a bar may be redrawn there. */
  isRedrawn: boolean
  verbosity: Verbosity
  /** What is sent, as people call it. */
  name: string
  fileCount: number
  /** In milliseconds. */
  now: () => number
}

type Progress = Extract<RoomEvent, {event: 'progress'}>

const toLineStart = '\r'
/** ECMA-48, 8.3.41: erases from the cursor to the end of the line. */
const eraseLine = '\u001b[K'
const defaultColumns = 80

/** Shows how a delivery goes: notices are lines; where it may be redrawn, all files together are one bar. */
export class DeliveryView {
  readonly #screen: DeliveryScreen
  readonly #running = new Map<number, Progress>()
  #bar: ProgressLine | undefined

  constructor(screen: DeliveryScreen) {
    this.#screen = screen
  }

  /** Takes what happens on the way. */
  observe(event: RoomEvent): void {
    if (event.event === 'notice') this.#tell(event.message)
    if (event.event === 'progress') this.#progress(event)
    if (event.event === 'sent') this.#finish(event.transfer)
  }

  /** Takes the bar away. */
  close(): void {
    if (this.#bar !== undefined) this.#print('')
    this.#bar = undefined
  }

  #tell(message: string): void {
    if (this.#screen.verbosity !== 'quiet') this.#print(`${sanitiseLine(message)}\n`)
  }

  #progress(progress: Progress): void {
    this.#running.set(progress.transfer, progress)
    const {bytes, total, rate} = this.#moved()
    if (this.#screen.isRedrawn) this.#draw()
    else if (this.#screen.verbosity === 'verbose') this.#print(`${formatPart(bytes, total)}  ${formatRate(rate)}\n`)
  }

  #finish(transfer: number): void {
    const progress = this.#running.get(transfer)
    if (progress !== undefined)
      this.#running.set(transfer, {...progress, bytes: progress.total ?? progress.bytes, rate: 0})
  }

  #draw(): void {
    const {stderr, name, now} = this.#screen
    const moved = this.#moved()
    this.#bar ??= new ProgressLine('send', sanitiseLine(name), moved.total, now)
    this.#bar.update(moved)
    this.#print(this.#bar.render((stderr.columns ?? defaultColumns) - 1))
  }

  /** The whole is known once every file has begun to move. */
  #moved(): {bytes: number; total: number | null; rate: number} {
    const all = [...this.#running.values()]
    const isWhole = all.length === this.#screen.fileCount
    const total = isWhole ? all.reduce((sum, {total}) => sum + (total ?? 0), 0) : null
    return {bytes: sumOf(all, 'bytes'), total, rate: sumOf(all, 'rate')}
  }

  #print(text: string): void {
    this.#screen.stderr.write((this.#bar === undefined ? '' : toLineStart + eraseLine) + text)
  }
}

function sumOf(all: readonly Progress[], field: 'bytes' | 'rate'): number {
  return all.reduce((sum, progress) => sum + progress[field], 0)
}
