import {minChannelWindowBytes} from '../../session/bulk-budget.js'

/** Bytes that all relays of a host together may hold: as a rule in flight, at worst in its memory. */
export const maxRelayedBytes = 64 * 1024 * 1024

/** A relay as the budget sees it. */
export interface BudgetedRelay {
  /** Bytes that it has asked for and not passed on. */
  readonly heldBytes: number
}

/**
 * Shares one bound among all relays that run: the more there are, the less each may hold. What others have asked for
 * already, when there were fewer, is not given out again.
 */
export class RelayBudget {
  readonly #bytes: number
  readonly #relays = new Set<BudgetedRelay>()

  constructor(bytes = maxRelayedBytes) {
    this.#bytes = bytes
  }

  /** Bytes that one relay may hold now; never less than a frame, so that none is stuck for ever. */
  shareOf(relay: BudgetedRelay): number {
    let taken = 0
    for (const other of this.#relays) if (other !== relay) taken += other.heldBytes
    const fair = Math.floor(this.#bytes / Math.max(1, this.#relays.size))
    return Math.max(minChannelWindowBytes, Math.min(fair, this.#bytes - taken))
  }

  /** Counts one more relay in; returns how to count it out. */
  enter(relay: BudgetedRelay): () => void {
    this.#relays.add(relay)
    return () => void this.#relays.delete(relay)
  }
}
