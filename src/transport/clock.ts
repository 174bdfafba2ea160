/** Time as the protocol sees it, so that tests can move it by hand. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number
  /** Calls `fire` once after `delayMs`; returns how to call it off. */
  setTimeout(fire: () => void, delayMs: number): () => void
}

/** A timer of Node fires at once when it is set to more than this. */
const longestDelayMs = 2 ** 31 - 1

/** The clock of this machine, unmoved by changes of the date. A delay of more than 24 days ends after those. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout(fire, delayMs) {
    const timer = setTimeout(fire, Math.min(delayMs, longestDelayMs))
    return () => clearTimeout(timer)
  },
}
