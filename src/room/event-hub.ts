import type {RoomEvent} from '../conversation.js'
import {EarlyEvents} from './early-events.js'

/** Hands every event of a conversation to whoever listens. What happens before anyone does is kept for the first. */
export class EventHub {
  readonly #listeners = new Set<(event: RoomEvent) => void>()
  #early: EarlyEvents | undefined = new EarlyEvents()
  #isOver = false

  emit(event: RoomEvent): void {
    if (event.event === 'bye') this.#isOver = true
    this.#early?.add(event)
    for (const listener of [...this.#listeners]) listener(event)
  }

  /** Calls `listener` with every event from now on; returns how to stop it. */
  subscribe(listener: (event: RoomEvent) => void): () => void {
    this.#listeners.add(listener)
    const early = this.#early?.all() ?? []
    this.#early = undefined
    for (const event of early) listener(event)
    return () => this.#listeners.delete(listener)
  }

  /** Every event from this call on, ending after `bye`. What is not read yet is kept. */
  events(): AsyncIterable<RoomEvent> {
    const queue: RoomEvent[] = []
    let wake = (): void => undefined
    const stop = this.subscribe(event => {
      queue.push(event)
      wake()
    })
    return this.#read(queue, waiter => (wake = waiter), stop)
  }

  async *#read(
    queue: RoomEvent[],
    onWake: (waiter: () => void) => void,
    stop: () => void,
  ): AsyncGenerator<RoomEvent, void> {
    try {
      while (!this.#isOver || queue.length > 0) {
        const event = queue.shift()
        if (event === undefined) await new Promise<void>(resolve => onWake(resolve))
        else yield event
      }
    } finally {
      stop()
    }
  }
}
