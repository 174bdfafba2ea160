import type {ReceiveChannel} from '../../session/receive-channel.js'
import type {TapLimiter} from './shared-limiter.js'

/** Credit that may be open for bytes which do not come yet, as a time at the limit: longer than most round trips. */
const aheadSeconds = 0.5

/** What a tap sits on: a channel, or a tap for another limiter that sits on it. */
export type Tapped = Pick<ReceiveChannel, 'limitTo' | 'release' | 'window'>

/**
 * Lets bytes come on one channel as fast as a rate limiter allows, and never beyond what a next hop takes: it owns the
 * channel's `limitTo` and `release`. Without either limit it stays out of the way. Credit that is not used takes
 * no more turns from other channels.
 */
export class CreditTap {
  readonly #channel: Tapped
  readonly #limiter: TapLimiter
  readonly #bytes: number
  readonly #closing = new AbortController()
  readonly #stopListening: () => void
  #ceiling = Infinity
  /** Bytes that may come, counted from the channel's start, as far as the limiter is asked. */
  #paid = 0
  #released = 0
  #isTaking = false

  /** `bytes` are all that will come, for which no more than that is asked of the limiter; null when nobody knows. */
  constructor(channel: Tapped, limiter: TapLimiter, bytes: number | null) {
    this.#channel = channel
    this.#limiter = limiter
    this.#bytes = bytes ?? Infinity
    this.#stopListening = limiter.onChange(() => this.#adjust())
    this.#adjust()
  }

  get window(): Tapped['window'] {
    return this.#channel.window
  }

  /** Lets no more than `total` bytes come, counted from the channel's start, whatever the limiter has. */
  limitTo(total: number): void {
    this.#ceiling = total
    this.#open()
    this.#pull()
  }

  /** Gives back the room of bytes that are dealt with. */
  release(byteLength: number): void {
    this.#released += byteLength
    this.#channel.release(byteLength)
    this.#pull()
  }

  /** Asks for nothing more: the channel is over. */
  close(): void {
    this.#stopListening()
    this.#closing.abort()
  }

  /** What has been granted without a limit cannot be taken back, and is not asked for again. */
  #adjust(): void {
    const {received, inFlight} = this.#channel.window
    this.#paid = Math.max(this.#paid, received + inFlight)
    this.#open()
    this.#pull()
  }

  #open(): void {
    const isHeld = this.#limiter.isLimited && this.#paid < this.#bytes
    this.#channel.limitTo(Math.min(this.#ceiling, isHeld ? this.#paid : Infinity))
  }

  #pull(): void {
    if (this.#isTaking || !this.#limiter.isLimited || this.#closing.signal.aborted) return
    const ahead = Math.max(1, Math.floor(this.#limiter.bytesPerSecond * aheadSeconds))
    const wanted = Math.min(this.#bytes, this.#ceiling, this.#released + ahead) - this.#paid
    if (wanted > 0) void this.#take(wanted)
  }

  async #take(maxBytes: number): Promise<void> {
    this.#isTaking = true
    try {
      this.#paid += await this.#limiter.take(maxBytes, this.#closing.signal)
    } catch (error) {
      if (this.#closing.signal.aborted) return
      throw error
    } finally {
      this.#isTaking = false
    }
    this.#open()
    this.#pull()
  }
}
