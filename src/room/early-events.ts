import type {RoomEvent} from '../conversation.js'

/** Bytes of events, as JSON, kept for the first listener: as much as a host lets wait for a member. */
export const maxEarlyBytes = 8 * 1024 * 1024

/** What happens before anyone listens, for the first who does, who is also told when that was too much to keep. */
export class EarlyEvents {
  readonly #kept: RoomEvent[] = []
  #bytes = 0
  #lostCount = 0

  add(event: RoomEvent): void {
    this.#bytes += Buffer.byteLength(JSON.stringify(event))
    if (this.#bytes <= maxEarlyBytes) this.#kept.push(event)
    else this.#lostCount++
  }

  /** What was kept, in order. */
  all(): RoomEvent[] {
    if (this.#lostCount === 0) return this.#kept
    const message = `${this.#lostCount} events came before anyone listened, more than could be kept`
    return [...this.#kept, {event: 'notice', code: 'missed', message}]
  }
}
