import type {SendChannel} from '../../session/send-channel.js'
import type {RateLimiter} from './rate-limiter.js'

/** Writes to one channel as fast as a rate limiter allows; without a limit, each write is one of the channel's. */
export class PacedWriter {
  readonly #channel: Pick<SendChannel, 'write' | 'sent' | 'granted'>
  readonly #limiter: Pick<RateLimiter, 'take'>
  readonly #signal: AbortSignal
  #isWriting = false

  /** Whoever waits for the limiter gives up when `signal` aborts, with its reason. */
  constructor(
    channel: Pick<SendChannel, 'write' | 'sent' | 'granted'>,
    limiter: Pick<RateLimiter, 'take'>,
    signal: AbortSignal,
  ) {
    this.#channel = channel
    this.#limiter = limiter
    this.#signal = signal
  }

  /** Whether nothing holds the bytes up but the peer, which lets no more come. */
  get isStarved(): boolean {
    return this.#isWriting && this.#channel.sent === this.#channel.granted
  }

  /**
   * Sends bytes; one call at a time. Resolves when they have left and `bytes` may be used again.
   * @throws ChatctlError when the channel fails
   */
  async write(bytes: Buffer): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      const byteLength = await this.#limiter.take(rest.length, this.#signal)
      await this.#writeSlice(rest.subarray(0, byteLength))
      rest = rest.subarray(byteLength)
    }
  }

  async #writeSlice(slice: Buffer): Promise<void> {
    this.#isWriting = true
    try {
      await this.#channel.write(slice)
    } finally {
      this.#isWriting = false
    }
  }
}
