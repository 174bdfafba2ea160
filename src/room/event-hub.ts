import type {RoomEvent} from '../conversation.js'
import {EventQueue} from './event-queue.js'
import {EventReader} from './event-reader.js'

type Listener = (event: RoomEvent) => void

/** Hands every event of a conversation to whoever listens. What happens before anyone does is kept for the first. */
export class EventHub {
  readonly #listeners = new Set<Listener>()
  #early: EventQueue | undefined = new EventQueue()
  #isOver = false

  emit(event: RoomEvent): void {
    if (event.event === 'bye') this.#isOver = true
    this.#early?.add(event)
    for (const listener of [...this.#listeners]) tell(listener, event)
  }

  /** Calls `listener` with every event from now on; returns how to stop it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    const early = this.#early
    this.#early = undefined
    for (let event = early?.take(); event; event = early?.take()) tell(listener, event)
    return () => this.#listeners.delete(listener)
  }

  /** Every event from this call on, ending after `bye`; `gone` hears when no more is read. */
  events(gone: (reader: EventReader) => void = () => undefined, signal?: AbortSignal): EventReader {
    const listener: Listener = event => reader.add(event)
    const reader = new EventReader(over => {
      this.#listeners.delete(listener)
      gone(over)
    }, signal)
    if (signal?.aborted) return reader
    this.subscribe(listener)
    if (this.#isOver) reader.end()
    return reader
  }
}

/** What a listener throws is its own mistake: the process hears of it, and the room goes on. */
function tell(listener: Listener, event: RoomEvent): void {
  try {
    listener(event)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
