/** Bytes that are hashed in one turn of the event loop, whoever's they are: 0.2 ms, for which talk can wait. */
export const turnBytes = 256 * 1024

/**
 * Spreads what all files of a process have to hash over turns of the event loop. Six files that move had up to 2 MiB
 * hashed in one turn, 2 ms in which nothing was read and nobody heard (`bench/room.js`, files of 1.25 GiB).
 */
export class HashTurns {
  readonly #nextTurn: (begin: () => void) => void
  #spentBytes = 0
  #over = Promise.resolve()

  /** `nextTurn` calls what it is given in the next turn: `setImmediate`, but for tests. */
  constructor(nextTurn: (begin: () => void) => void = setImmediate) {
    this.#nextTurn = nextTurn
  }

  /** Resolves when this turn is over. */
  get over(): Promise<void> {
    return this.#over
  }

  /** Whether so many bytes may be hashed in this turn, which counts them: the first always may. */
  spend(byteLength: number): boolean {
    if (this.#spentBytes === 0) this.#begin()
    else if (this.#spentBytes + byteLength > turnBytes) return false
    this.#spentBytes += byteLength
    return true
  }

  #begin(): void {
    this.#over = new Promise(resolve =>
      this.#nextTurn(() => {
        this.#spentBytes = 0
        resolve()
      }),
    )
  }
}
