import type {ReceiveWindow} from './window.js'

/** Every channel may always have one full frame outstanding, so that a stuck one never starves another. */
export const minChannelWindowBytes = 65_536

/**
 * One budget of outstanding bytes for all bulk channels that a connection receives: six transfers together hold no
 * more than one would, so that talk waits no longer.
 */
export class BulkBudget {
  readonly #windows = new Set<ReceiveWindow>()
  #bytes: number

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  resize(bytes: number): void {
    this.#bytes = bytes
  }

  add(window: ReceiveWindow): void {
    this.#windows.add(window)
  }

  remove(window: ReceiveWindow): void {
    this.#windows.delete(window)
  }

  /** How many bytes one channel may have outstanding now: its fair share, within what the others leave. */
  shareOf(window: ReceiveWindow): number {
    let taken = 0
    for (const other of this.#windows) if (other !== window) taken += other.outstanding
    const share = Math.floor(this.#bytes / Math.max(1, this.#windows.size))
    return Math.max(minChannelWindowBytes, Math.min(share, this.#bytes - taken))
  }
}
