/** Time as the protocol sees it, so that tests can move it by hand. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number
  /** Calls `fire` once after `delayMs`; returns how to call it off. */
  setTimeout(fire: () => void, delayMs: number): () => void
}

/** The clock of this machine, unmoved by changes of the date. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout(fire, delayMs) {
    const timer = setTimeout(fire, delayMs)
    return () => clearTimeout(timer)
  },
}
