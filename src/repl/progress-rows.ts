import type {RoomEvent} from '../conversation.js'
import {ProgressLine} from '../ui/progress.js'
import {sanitiseLine} from '../ui/sanitise.js'

/** The transfers that run, as one row each. */
export class ProgressRows {
  readonly #nameOfOwn: (transfer: number) => string | undefined
  readonly #offered = new Map<number, string>()
  readonly #running = new Map<number, ProgressLine>()

  /** `nameOfOwn` returns the name of a file that was offered from here. */
  constructor(nameOfOwn: (transfer: number) => string | undefined) {
    this.#nameOfOwn = nameOfOwn
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

  /** Returns a row for each running transfer, no wider than `columns`. */
  render(columns: number): string[] {
    return Array.from(this.#running.values(), line => line.render(columns))
  }

  #line({transfer, direction, total}: Extract<RoomEvent, {event: 'progress'}>): ProgressLine {
    const running = this.#running.get(transfer)
    if (running) return running
    const name = this.#offered.get(transfer) ?? this.#nameOfOwn(transfer) ?? `#${transfer}`
    const line = new ProgressLine(direction, sanitiseLine(name), total, () => performance.now())
    this.#running.set(transfer, line)
    return line
  }
}
