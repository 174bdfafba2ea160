import type {RoomEvent} from '../conversation.js'

/** Bytes of events, as JSON, kept for one who does not read them yet: as much as a host lets wait for a member. */
export const maxQueuedBytes = 8 * 1024 * 1024

/** Events that wait to be read, in order. What is too much to keep is left out, and a notice says so in its place. */
export class EventQueue {
  readonly #kept: {event: RoomEvent; bytes: number}[] = []
  #bytes = 0
  #takenCount = 0
  #lostCount = 0

  /** Bytes that wait, as JSON. */
  get waitingBytes(): number {
    return this.#bytes
  }

  /** How many have been taken. */
  get takenCount(): number {
    return this.#takenCount
  }

  /** Keeps an event, if there is room for it; the last one in any case. */
  add(event: RoomEvent): void {
    const bytes = Buffer.byteLength(JSON.stringify(event))
    if (this.#hasRoom(bytes) || isLast(event)) this.#keep(event, bytes)
    else this.#lostCount++
  }

  /** Takes the first that waits; undefined when none does. */
  take(): RoomEvent | undefined {
    const [first] = this.#kept
    if (this.#lostCount > 0 && (first === undefined || isLast(first.event))) return this.#tellLost()
    if (first === undefined) return undefined
    this.#kept.shift()
    this.#bytes -= first.bytes
    this.#takenCount++
    return first.event
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#kept.length = this.#bytes = this.#lostCount = 0
  }

  /** What follows a gap waits until the gap has been told. */
  #hasRoom(bytes: number): boolean {
    return this.#lostCount === 0 && this.#bytes + bytes <= maxQueuedBytes
  }

  #keep(event: RoomEvent, bytes: number): void {
    this.#kept.push({event, bytes})
    this.#bytes += bytes
  }

  #tellLost(): RoomEvent {
    const message = `${this.#lostCount} events are missing here: more came than can be kept until they are read`
    this.#lostCount = 0
    return {event: 'notice', code: 'missed', message}
  }
}

function isLast({event}: RoomEvent): boolean {
  return event === 'bye'
}
