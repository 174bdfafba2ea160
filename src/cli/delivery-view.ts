import type {Writable} from 'node:stream'
import type {RoomEvent} from '../conversation.js'
import {formatPart, formatRate} from '../ui/format.js'
import {ProgressLine} from '../ui/progress.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {Verbosity} from './flags.js'

/** Where progress may be shown. */
export interface ProgressScreen {
  stderr: Writable & {columns?: number}
  /** Whether a bar may be redrawn there. */
  isRedrawn: boolean
  verbosity: Verbosity
  /** In milliseconds. */
  now: () => number
}

/** What a delivery is shown on, and what is known of it beforehand. */
export interface DeliveryScreen extends ProgressScreen {
  direction: 'send' | 'receive'
  /** What is on its way, as people call it; by default what the offers say. */
  name?: string
  /** By default as many as have been offered. */
  fileCount?: number
}

interface Moved {
  bytes: number
  total: number | null
  rate: number
}

const toLineStart = '\r'
/** ECMA-48, 8.3.41: erases from the cursor to the end of the line. */
const eraseLine = '\u001b[K'
const defaultColumns = 80

/** Shows how a delivery goes: notices are lines; where it may be redrawn, all files together are one bar. */
export class DeliveryView {
  readonly #screen: DeliveryScreen
  /** What is offered or on its way, and what has ended meanwhile. */
  readonly #files = new Map<number, Moved & {name: string; isOver: boolean}>()
  #bar: ProgressLine | undefined

  constructor(screen: DeliveryScreen) {
    this.#screen = screen
  }

  /** Takes what happens on the way. */
  observe(event: RoomEvent): void {
    if (event.event === 'notice') this.#tell(event.message)
    if (event.event === 'paused') this.print(sanitiseLine(`${event.name}: ${event.message}`))
    if (event.event === 'resumed') this.#tell(`${event.name}: goes on`)
    if (event.event === 'offer') this.#note(event.transfer, {name: event.name, total: event.bytes})
    if (event.event === 'progress') this.#progress(event)
    if (event.event === 'sent' || event.event === 'received') this.#end(event.transfer, event.bytes)
    if (event.event === 'declined' || event.event === 'failed' || event.event === 'cancelled')
      this.#end(event.transfer, this.#files.get(event.transfer)?.bytes ?? 0)
  }

  /** Prints lines, above the bar. */
  print(text: string): void {
    this.#write(`${text}\n`)
  }

  /** Takes the bar away. */
  close(): void {
    if (this.#bar !== undefined) this.#write('')
    this.#bar = undefined
  }

  #tell(message: string): void {
    if (this.#screen.verbosity !== 'quiet') this.print(sanitiseLine(message))
  }

  #note(transfer: number, change: Partial<Moved & {name: string; isOver: boolean}>): void {
    const known = this.#files.get(transfer) ?? {name: '', bytes: 0, total: null, rate: 0, isOver: false}
    this.#files.set(transfer, {...known, ...change})
  }

  #progress(progress: Moved & {transfer: number}): void {
    this.#note(progress.transfer, {bytes: progress.bytes, total: progress.total, rate: progress.rate})
    const {bytes, total, rate} = this.#moved()
    if (this.#screen.isRedrawn) this.#draw()
    else if (this.#screen.verbosity === 'verbose') this.print(`${formatPart(bytes, total)}  ${formatRate(rate)}`)
  }

  #draw(): void {
    const {stderr, direction, now} = this.#screen
    const moved = this.#moved()
    this.#bar ??= new ProgressLine(direction, sanitiseLine(this.#name()), moved.total, now)
    this.#bar.update(moved)
    this.#write(this.#bar.render((stderr.columns ?? defaultColumns) - 1))
  }

  /** No more of it will move. Of what is received no end is known: when nothing moves, the next begins anew. */
  #end(transfer: number, bytes: number): void {
    this.#note(transfer, {bytes, total: bytes, rate: 0, isOver: true})
    if (this.#screen.direction === 'send' || ![...this.#files.values()].every(({isOver}) => isOver)) return
    this.close()
    this.#files.clear()
  }

  #name(): string {
    const [first, ...others] = this.#files.values()
    return this.#screen.name ?? (others.length === 0 ? (first?.name ?? '') : `${others.length + 1} files`)
  }

  /** The whole is known once every file has begun to move. */
  #moved(): Moved {
    const all = [...this.#files.values()]
    const isWhole = all.length >= (this.#screen.fileCount ?? 0) && all.every(({total}) => total !== null)
    const total = isWhole ? all.reduce((sum, {total}) => sum + (total ?? 0), 0) : null
    return {bytes: sumOf(all, 'bytes'), total, rate: sumOf(all, 'rate')}
  }

  #write(text: string): void {
    this.#screen.stderr.write((this.#bar === undefined ? '' : toLineStart + eraseLine) + text)
  }
}

function sumOf(all: readonly Moved[], field: 'bytes' | 'rate'): number {
  return all.reduce((sum, moved) => sum + moved[field], 0)
}
