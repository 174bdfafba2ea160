import type {ReceiveWindow} from './window.js'

/** Every channel may always have so much on its way, so that a stuck one never starves another. */
export const minChannelWindowBytes = 32 * 1024

/** Bytes that all channels of a connection together may hold, waiting for a disk, before no more are asked for. */
export const maxHeldBytes = 4 * 1024 * 1024

/**
 * One budget of bytes on their way for all bulk channels that a connection receives: six transfers together queue no
 * more than one would, so that talk waits no longer. What came and waits here queues in front of nobody, and has a
 * bound of its own.
 */
export class BulkBudget {
  readonly #windows = new Set<ReceiveWindow>()
  #bytes: number

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  /** Whether no channel has been granted anything. */
  get isIdle(): boolean {
    return this.#windows.size === 0
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

  /** The total to grant to one channel now, or undefined when it is not worth a frame. */
  nextGrant(window: ReceiveWindow): number | undefined {
    return window.nextGrant(this.#flightOf(window), this.#share(maxHeldBytes))
  }

  /** How many bytes one channel may have on their way: its fair share, within what the others leave. */
  #flightOf(window: ReceiveWindow): number {
    let taken = 0
    for (const other of this.#windows) if (other !== window) taken += other.inFlight
    return Math.max(minChannelWindowBytes, Math.min(this.#share(this.#bytes), this.#bytes - taken))
  }

  #share(bytes: number): number {
    return Math.max(minChannelWindowBytes, Math.floor(bytes / Math.max(1, this.#windows.size)))
  }
}
