/** Something in a tree that does not arrive, and why. */
export interface SkippedEntry {
  readonly path: readonly string[]
  readonly code: string
}
