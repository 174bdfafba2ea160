import {ChatctlError} from '../../errors/index.js'
import type {Clock} from '../../session/clock.js'

/** What may pass at once after a pause, as a time at the limit. */
const burstSeconds = 0.2

/** One turn, as a time at the limit: short, for a peer whose transfer has to wait for its turn must not seem silent. */
const stepSeconds = 0.1
const maxStepBytes = 512 * 1024

interface Waiter {
  maxBytes: number
  pass: (byteLength: number) => void
}

/** Holds what passes to so many bytes a second, in turn for all who ask. */
export class RateLimiter {
  readonly #clock: Clock
  readonly #waiting = new Set<Waiter>()
  readonly #listeners = new Set<() => void>()
  #bytesPerSecond = Infinity
  #tokens = 0
  #countedMs = 0
  #callOff: () => void = () => undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What it holds to; Infinity without a limit. */
  get bytesPerSecond(): number {
    return this.#bytesPerSecond
  }

  /** Whether there is a limit. */
  get isLimited(): boolean {
    return this.#bytesPerSecond < Infinity
  }

  /** The most bytes that pass in one turn; Infinity without a limit. */
  get stepBytes(): number {
    return this.isLimited
      ? Math.max(1, Math.min(maxStepBytes, Math.floor(this.#bytesPerSecond * stepSeconds)))
      : Infinity
  }

  /**
   * Holds to so many bytes a second from now on, those who wait already included; undefined lifts the limit.
   * @throws ChatctlError `bad-argument`
   */
  limit(bytesPerSecond = Infinity): void {
    if (!(bytesPerSecond >= 1))
      throw new ChatctlError('bad-argument', `a limit is one byte a second or more, not ${bytesPerSecond}`)
    if (bytesPerSecond === this.#bytesPerSecond) return
    this.#bytesPerSecond = bytesPerSecond
    this.#tokens = 0
    this.#countedMs = this.#clock.now()
    this.#serve()
    for (const listener of [...this.#listeners]) listener()
  }

  /** Calls `listener` whenever the limit has changed; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Waits for a turn and resolves with how many of `maxBytes` bytes may pass in it: a step, or all of them without a
   * limit. Who aborts leaves the queue at once, and has used nothing.
   */
  take(maxBytes: number, signal?: AbortSignal): Promise<number> {
    if (!this.isLimited || maxBytes === 0) return Promise.resolve(maxBytes)
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const giveUp = () => {
        this.#waiting.delete(waiter)
        this.#serve()
        reject(signal?.reason as Error)
      }
      const pass = (byteLength: number) => {
        signal?.removeEventListener('abort', giveUp)
        resolve(byteLength)
      }
      const waiter = {maxBytes, pass}
      signal?.addEventListener('abort', giveUp)
      this.#waiting.add(waiter)
      this.#serve()
    })
  }

  #serve(): void {
    this.#callOff()
    this.#earn()
    for (const waiter of this.#waiting) {
      const byteLength = Math.min(waiter.maxBytes, this.stepBytes)
      if (byteLength > this.#tokens) return this.#waitFor(byteLength)
      this.#tokens -= byteLength
      this.#waiting.delete(waiter)
      waiter.pass(byteLength)
    }
  }

  #earn(): void {
    const nowMs = this.#clock.now()
    const earned = this.#bytesPerSecond * ((nowMs - this.#countedMs) / 1000)
    const burstBytes = Math.max(this.stepBytes, this.#bytesPerSecond * burstSeconds)
    this.#tokens = this.isLimited ? Math.min(burstBytes, this.#tokens + earned) : Infinity
    this.#countedMs = nowMs
  }

  #waitFor(byteLength: number): void {
    const delayMs = (1000 * (byteLength - this.#tokens)) / this.#bytesPerSecond
    // Whole milliseconds: what is lost by rounding must not leave a wait of no time behind.
    this.#callOff = this.#clock.setTimeout(() => this.#serve(), Math.ceil(delayMs))
  }
}
