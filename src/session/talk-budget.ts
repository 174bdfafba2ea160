/** Bytes of talk that may wait for all members of a room together; with more, whoever is furthest behind is given up. */
export const maxTalkBytes = 256 * 1024 * 1024

/** What it costs to keep a frame for somebody, besides its payload. */
const frameCostBytes = 128

/** What the talk costs that waits, for whomever: a payload that waits for many is there once. */
export class TalkBudget {
  readonly #maxBytes: number
  readonly #holders = new Map<Buffer, number>()
  #bytes = 0

  constructor(maxBytes = maxTalkBytes) {
    this.#maxBytes = maxBytes
  }

  get isExceeded(): boolean {
    return this.#bytes > this.#maxBytes
  }

  /** Bytes that may wait for one of so many: fewer when half of the budget is gone. */
  allowance(peers: number, otherwise: number): number {
    const half = this.#maxBytes / 2
    return this.#bytes > half ? Math.min(otherwise, half / Math.max(1, peers)) : otherwise
  }

  /** Counts a payload that waits for one more. */
  hold(payload: Buffer): void {
    const holders = this.#holders.get(payload) ?? 0
    this.#holders.set(payload, holders + 1)
    this.#bytes += frameCostBytes + (holders === 0 ? payload.length : 0)
  }

  /** Counts one fewer. */
  release(payload: Buffer): void {
    const holders = this.#holders.get(payload) ?? 0
    if (holders > 1) this.#holders.set(payload, holders - 1)
    else this.#holders.delete(payload)
    this.#bytes -= frameCostBytes + (holders === 1 ? payload.length : 0)
  }
}
