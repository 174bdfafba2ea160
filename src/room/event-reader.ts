import type {Display, RoomEvent} from '../conversation.js'
import {EventQueue} from './event-queue.js'

type Step = IteratorResult<RoomEvent, undefined>

interface Call {
  resolve: (step: Step) => void
  reject: (reason: unknown) => void
}

/**
 * Events as someone reads them one by one, at any pace, up to `bye`. What waits is bounded; whoever stops reading, or
 * never begins to, keeps nobody.
 */
export class EventReader implements AsyncIterableIterator<RoomEvent, undefined>, Display {
  readonly #queue = new EventQueue()
  /** Calls of `next` that wait for an event. */
  readonly #calls: Call[] = []
  readonly #signal: AbortSignal | undefined
  readonly #gone: (reader: EventReader) => void
  #isOver = false
  /** What the next call rejects with, once. */
  #failure: {reason: unknown} | undefined

  /** `gone` is called, at once if need be, when no event is wanted any more; a signal ends the reading, and its reason is thrown. */
  constructor(gone: (reader: EventReader) => void, signal?: AbortSignal) {
    this.#gone = gone
    this.#signal = signal
    signal?.addEventListener('abort', this.#abort)
    if (signal?.aborted) this.#abort()
  }

  get waitingBytes(): number {
    return this.#queue.waitingBytes
  }

  get takenCount(): number {
    return this.#queue.takenCount
  }

  /** Whether no more comes. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Hands an event to who waits for one, or keeps it. */
  add(event: RoomEvent): void {
    if (this.#isOver) return
    const call = this.#calls.shift()
    if (call) call.resolve({done: false, value: event})
    else this.#queue.add(event)
    if (event.event === 'bye') this.end()
  }

  /** No more comes. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#signal?.removeEventListener('abort', this.#abort)
    for (const {resolve} of this.#calls.splice(0)) resolve({done: true, value: undefined})
    this.#gone(this)
  }

  next(): Promise<Step> {
    const value = this.#queue.take()
    if (value) return Promise.resolve({done: false, value})
    if (this.#failure) return this.#fail(this.#failure)
    if (this.#isOver) return Promise.resolve({done: true, value: undefined})
    return new Promise((resolve, reject) => this.#calls.push({resolve, reject}))
  }

  return(): Promise<Step> {
    this.#queue.clear()
    this.end()
    return Promise.resolve({done: true, value: undefined})
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #fail({reason}: {reason: unknown}): Promise<Step> {
    this.#failure = undefined
    // The reason of a signal is whatever its owner made it.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    return Promise.reject(reason)
  }

  readonly #abort = (): void => {
    const reason: unknown = this.#signal?.reason
    const [first] = this.#calls.splice(0, 1)
    if (first) first.reject(reason)
    else this.#failure = {reason}
    void this.return()
  }
}
