/**
 * The arithmetic of credit on one channel. Both halves count bytes from the channel's start; a grant is a total, so
 * that a repeated or late one does no harm.
 */
export class SendWindow {
  #granted = 0
  #sent = 0

  /** Bytes granted so far, from the channel's start. */
  get granted(): number {
    return this.#granted
  }

  /** Bytes that may be sent now. */
  get available(): number {
    return this.#granted - this.#sent
  }

  /** Bytes sent so far: the offset of the next chunk. */
  get sent(): number {
    return this.#sent
  }

  /** Takes a grant; a lower total than before changes nothing. */
  grant(total: number): void {
    if (total > this.#granted) this.#granted = total
  }

  /** Counts bytes as sent. */
  spend(byteLength: number): void {
    if (byteLength > this.available) throw new RangeError(`${byteLength} bytes, ${this.available} granted`)
    this.#sent += byteLength
  }
}

/** The receiver's half: what it granted, what came, and what it has done with it. */
export class ReceiveWindow {
  #granted = 0
  #received = 0
  #released = 0
  #limit = Infinity

  /** Bytes received so far: the offset that the next chunk must have. */
  get received(): number {
    return this.#received
  }

  /** Bytes that the peer may still send: on their way, as far as this end can know. */
  get inFlight(): number {
    return this.#granted - this.#received
  }

  /** Bytes that came and are not released. */
  get held(): number {
    return this.#received - this.#released
  }

  /** Counts bytes that came; false when they were not granted. */
  receive(byteLength: number): boolean {
    if (this.#received + byteLength > this.#granted) return false
    this.#received += byteLength
    return true
  }

  /** Grants no more than `total` bytes from now on: further ones have no place to go yet. */
  limitTo(total: number): void {
    this.#limit = total
  }

  /** Counts bytes as done with: their room may be granted again. */
  release(byteLength: number): void {
    if (this.#released + byteLength > this.#received) throw new RangeError(`released more than came`)
    this.#released += byteLength
  }

  /**
   * The total to grant so that `flightBytes` are on their way while at most `heldBytes` wait to be dealt with, or
   * undefined while that would add less than a quarter of them: a frame for every few bytes costs more than it brings.
   * Only up to a limit any step is taken, or its last bytes would never come.
   */
  nextGrant(flightBytes: number, heldBytes: number): number | undefined {
    const wanted = Math.min(this.#received, this.#released + heldBytes) + flightBytes
    const total = Math.min(wanted, this.#limit)
    const leastStep = total < wanted ? 1 : Math.max(1, flightBytes / 4)
    if (total - this.#granted < leastStep) return undefined
    this.#granted = total
    return total
  }
}
