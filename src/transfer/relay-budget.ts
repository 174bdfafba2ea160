import {minChannelWindowBytes} from '../session/bulk-budget.js'

/** Bytes that all relays of a host together may hold: as a rule in flight, at worst in its memory. */
export const maxRelayedBytes = 64 * 1024 * 1024

/** Shares one bound among all relays that run: the more there are, the less each may hold. */
export class RelayBudget {
  readonly #bytes: number
  #relayCount = 0

  constructor(bytes = maxRelayedBytes) {
    this.#bytes = bytes
  }

  /** Bytes that one relay may hold now; never less than a frame, so that none is stuck for ever. */
  get share(): number {
    return Math.max(minChannelWindowBytes, Math.floor(this.#bytes / Math.max(1, this.#relayCount)))
  }

  /** Counts one more relay in; returns how to count it out. */
  enter(): () => void {
    this.#relayCount++
    return () => {
      this.#relayCount--
    }
  }
}
