import type {Clock} from './clock.js'

/** How often a silent peer is asked for a sign of life. */
export const heartbeatIntervalMs = 5000

/** Pings without a byte in return after which the peer counts as lost: no answer for 15 s. */
export const silentIntervals = 3

/** Notices a peer that went away without a word: pings it at every interval, and gives it up when nothing comes back. */
export class Heartbeat {
  readonly #clock: Clock
  readonly #ping: () => void
  readonly #lost: () => void
  #silence = 0
  #cancel: () => void

  constructor(clock: Clock, actions: {ping: () => void; lost: () => void}) {
    this.#clock = clock
    this.#ping = actions.ping
    this.#lost = actions.lost
    this.#cancel = this.#schedule()
  }

  /** Any byte from the peer is a sign of life. */
  heard(): void {
    this.#silence = 0
  }

  stop(): void {
    this.#cancel()
  }

  #schedule(): () => void {
    return this.#clock.setTimeout(() => {
      this.#beat()
    }, heartbeatIntervalMs)
  }

  #beat(): void {
    this.#silence++
    if (this.#silence > silentIntervals) {
      this.#lost()
      return
    }
    // First, for a ping that nobody reads any more may be what stops this heart.
    this.#cancel = this.#schedule()
    this.#ping()
  }
}
