/** A part of chatctl that must bear any bytes. */
export interface FuzzTarget {
  /** The name that seeds of it are filed under. */
  readonly name: string
  /** Whether one run takes milliseconds: fewer are made of it. */
  readonly isSlow?: boolean
  /** What to begin with, and to come back to. */
  readonly seeds: readonly Buffer[]
  /** Pieces that matter here, for a mutation to put in. */
  readonly dictionary: readonly Buffer[]
  /**
   * Puts bytes through the part; throws when a promise of its is broken.
   * Returns what came of it in few words: words that never came before make the input one to go on from.
   */
  run(bytes: Buffer): string
}
