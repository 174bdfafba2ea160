import {formatPart} from '../errors/format-size.js'
import {formatEta, formatRate} from './format.js'
import {barMarks} from './marks.js'
import {columnsOf, cutMiddle} from './width.js'

/** How far a transfer is. */
export interface Progress {
  bytes: number
  /** Null when the sender does not know it. */
  total: number | null
  /** Bytes a second. */
  rate: number
}

const etaAfterMs = 2000
const stalledAfterMs = 5000
const maxBarColumns = 24
const minBarColumns = 8
const minNameColumns = 12
const wideNameColumns = 24

/** One running transfer as a line: `^ backup.tar  ####----  61%  2.6/4.2 GB  98.3 MB/s  0:16`. */
export class ProgressLine {
  readonly #sign: string
  #name: string
  readonly #now: () => number
  readonly #startedMs: number
  #movedMs: number
  #progress: Progress
  #isPaused = false

  /** `name` is printed as it is: a peer's passes the sanitiser first. `now` is in milliseconds. */
  constructor(direction: 'send' | 'receive', name: string, total: number | null, now: () => number) {
    this.#sign = direction === 'send' ? '^' : 'v'
    this.#name = name
    this.#now = now
    this.#startedMs = this.#movedMs = now()
    this.#progress = {bytes: 0, total, rate: 0}
  }

  update(progress: Progress, name = this.#name): void {
    this.#name = name
    if (progress.bytes !== this.#progress.bytes) this.#movedMs = this.#now()
    this.#progress = progress
  }

  /** Says whether it stands still, although nothing is wrong. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#movedMs = this.#now()
  }

  /** The line, no wider than `columns`: when that is narrow the bar goes first, then the rate, then the size. */
  render(columns: number): string {
    const {share, size, rate, rest} = this.#figures()
    const choices = [[share, size, rate, rest], [share, size, rest], [share, rest], [share]].map(joinParts)
    const nameColumns = Math.min(minNameColumns, columnsOf(this.#name))
    const roomBeside = (figures: string) => columns - columnsOf(figures) - 4
    const fitting = choices.find(figures => roomBeside(figures) >= nameColumns) ?? joinParts([share])
    const line = this.#compose(fitting, roomBeside(fitting), fitting === choices[0])
    return cutMiddle(line, columns)
  }

  #compose(figures: string, room: number, hasBar: boolean): string {
    const nameRoom = hasBar ? Math.max(wideNameColumns, room - maxBarColumns - 2) : room
    const name = cutMiddle(this.#name, Math.max(1, Math.min(room, nameRoom)))
    const bar = hasBar ? this.#bar(room - columnsOf(name) - 2) : ''
    return joinParts([`${this.#sign} ${name}`, bar, figures])
  }

  #bar(room: number): string {
    const {bytes, total} = this.#progress
    if (total === null || room < minBarColumns) return ''
    const columns = Math.min(maxBarColumns, room)
    const done = Math.floor(columns * shareOf(bytes, total))
    const [full, empty] = barMarks
    return full.repeat(done) + empty.repeat(columns - done)
  }

  #figures(): {share: string; size: string; rate: string; rest: string} {
    const {bytes, total, rate} = this.#progress
    const isStalled = this.#isPaused || this.#now() - this.#movedMs >= stalledAfterMs
    return {
      share: total === null ? '' : `${String(Math.floor(100 * shareOf(bytes, total))).padStart(3)}%`,
      size: formatPart(bytes, total),
      rate: isStalled ? '' : formatRate(rate),
      rest: this.#isPaused ? 'paused' : isStalled ? 'stalled' : this.#eta(),
    }
  }

  #eta(): string {
    const {bytes, total, rate} = this.#progress
    if (total === null || rate <= 0 || this.#now() - this.#startedMs < etaAfterMs) return ''
    return formatEta((1000 * (total - bytes)) / rate)
  }
}

function joinParts(parts: string[]): string {
  return parts.filter(part => part !== '').join('  ')
}

function shareOf(bytes: number, total: number): number {
  return total === 0 ? 1 : Math.min(1, bytes / total)
}
