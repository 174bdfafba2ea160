/** Time as a shell sees it. */
export interface ShellClock {
  /** Milliseconds since some fixed moment. */
  now(): number
  /** Calls `fire` once after `delayMs`; returns how to call it off. */
  setTimeout(fire: () => void, delayMs: number): () => void
}

/** The clock of this machine. */
export const shellClock: ShellClock = {
  now: () => performance.now(),
  setTimeout(fire, delayMs) {
    const timer = setTimeout(fire, delayMs)
    return () => clearTimeout(timer)
  },
}
