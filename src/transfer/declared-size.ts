import {formatSize} from '../errors/format-size.js'
import {ChatctlError} from '../errors/index.js'

/** How many bytes may come. */
export interface SizeLimits {
  /** What the offer declared; null when the sender does not know it. */
  bytes: number | null
  /** Bytes of those that came before, over another channel; none by default. */
  start?: number
  /** The most that is taken here. */
  maxBytes: number | undefined
}

/** Counts what comes against what was declared. */
export class DeclaredSize {
  readonly #bytes: number | null
  readonly #maxBytes: number
  #received: number

  constructor({bytes, start = 0, maxBytes = Infinity}: SizeLimits) {
    this.#bytes = bytes
    this.#maxBytes = maxBytes
    this.#received = start
  }

  /**
   * Takes that so many have come.
   * @throws ChatctlError `size-mismatch`, `too-large`
   */
  add(byteLength: number): void {
    this.#received += byteLength
    if (this.#bytes !== null && this.#received > this.#bytes)
      throw new ChatctlError('size-mismatch', `more came than the declared ${formatSize(this.#bytes)}`)
    if (this.#received > this.#maxBytes)
      throw new ChatctlError('too-large', `more came than the ${formatSize(this.#maxBytes)} that are taken here`)
  }

  /**
   * Takes that no more will come.
   * @throws ChatctlError `size-mismatch`
   */
  requireAll(): void {
    if (this.#bytes === null || this.#received === this.#bytes) return
    throw new ChatctlError('size-mismatch', `only ${this.#received} of the declared ${this.#bytes} bytes came`)
  }
}
