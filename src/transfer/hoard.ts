/** From here on a piece waits as it came; a smaller one is copied to its neighbours. */
const largeBytes = 4 * 1024
const blockBytes = 16 * 1024

/**
 * Pieces that wait to be written, in their order. A peer may send its bytes one by one: small pieces are put together,
 * so that what waits is bounded in number when it is bounded in bytes.
 */
export class Hoard {
  #pieces: Buffer[] = []
  #block = Buffer.alloc(0)
  /** Where in the block the small pieces are that belong behind the last of `#pieces`. */
  #start = 0
  #end = 0

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#start === this.#end
  }

  /** Puts a piece behind what is there. */
  add(piece: Buffer): void {
    if (piece.length >= largeBytes) {
      this.#closeRun()
      this.#pieces.push(piece)
    } else {
      if (piece.length > this.#block.length - this.#end) this.#beginBlock()
      this.#end += piece.copy(this.#block, this.#end)
    }
  }

  /** Hands out everything, and is empty. */
  take(): Buffer[] {
    this.#closeRun()
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #beginBlock(): void {
    this.#closeRun()
    this.#block = Buffer.allocUnsafeSlow(blockBytes)
    this.#start = this.#end = 0
  }

  #closeRun(): void {
    if (this.#start === this.#end) return
    this.#pieces.push(this.#block.subarray(this.#start, this.#end))
    this.#start = this.#end
  }
}
