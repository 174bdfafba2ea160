import type {RoomEvent} from '../../conversation.js'
import {ProgressLine} from '../../ui/progress.js'
import {sanitiseLine} from '../../ui/sanitise.js'

/** The transfers that run, as one row each. */
export class ProgressRows {
  readonly #nameOfOwn: (transfer: number) => string | undefined
  readonly #now: () => number
  readonly #offered = new Map<number, string>()
  readonly #running = new Map<number, ProgressLine>()

  /** `nameOfOwn` returns the name of a file that was offered from here; `now` is in milliseconds. */
  constructor(nameOfOwn: (transfer: number) => string | undefined, now: () => number) {
    this.#nameOfOwn = nameOfOwn
    this.#now = now
  }

  get count(): number {
    return this.#running.size
  }

  /** Takes what happens in the room. */
  observe(event: RoomEvent): void {
    if (event.event === 'offer') this.#offered.set(event.transfer, event.name)
    else if (event.event === 'progress') this.#line(event).update(event)
    else if (event.event === 'paused' || event.event === 'resumed')
      this.#running.get(event.transfer)?.pause(event.event === 'paused')
    else if ('transfer' in event) {
      this.#offered.delete(event.transfer)
      this.#running.delete(event.transfer)
    }
  }

  /** Returns a row for each running transfer, no wider than `columns`; of too many the last says how many more. */
  render(columns: number, maxRows: number): string[] {
    const lines = [...this.#running.values()]
    const shown = lines.length <= maxRows ? lines : lines.slice(0, Math.max(0, maxRows - 1))
    const rows = shown.map(line => line.render(columns))
    const more = lines.length - shown.length
    return more === 0 || maxRows === 0 ? rows : [...rows, `and ${more} more transfers`.slice(0, columns)]
  }

  #line({transfer, direction, total}: Extract<RoomEvent, {event: 'progress'}>): ProgressLine {
    const running = this.#running.get(transfer)
    if (running) return running
    const name = this.#offered.get(transfer) ?? this.#nameOfOwn(transfer) ?? `#${transfer}`
    const line = new ProgressLine(direction, sanitiseLine(name), total, this.#now)
    this.#running.set(transfer, line)
    return line
  }
}
