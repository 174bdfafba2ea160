import type {RateLimiter} from './rate-limiter.js'

/** What a tap asks of a limiter. */
export type TapLimiter = Pick<RateLimiter, 'isLimited' | 'bytesPerSecond' | 'onChange' | 'take'>

/** A limiter for bytes each of which leaves several times: so often it counts. */
export class SharedLimiter implements TapLimiter {
  readonly #limiter: TapLimiter
  readonly #copies: () => number

  constructor(limiter: TapLimiter, copies: () => number) {
    this.#limiter = limiter
    this.#copies = copies
  }

  get isLimited(): boolean {
    return this.#limiter.isLimited
  }

  get bytesPerSecond(): number {
    return this.#limiter.bytesPerSecond / this.#copyCount
  }

  onChange(listener: () => void): () => void {
    return this.#limiter.onChange(listener)
  }

  /** What it lets pass is no less than a byte: who takes very little, many times, takes a little too much. */
  async take(maxBytes: number, signal?: AbortSignal): Promise<number> {
    if (!this.isLimited) return this.#limiter.take(maxBytes, signal)
    const count = this.#copyCount
    const taken = await this.#limiter.take(maxBytes * count, signal)
    return Math.min(maxBytes, Math.max(1, Math.floor(taken / count)))
  }

  get #copyCount(): number {
    return Math.max(1, this.#copies())
  }
}
