const maxReasonLength = 200

/** Returns what was thrown, whatever it is, as a few words: also what cannot be read without throwing again. */
export function reasonOf(thrown: unknown): string {
  try {
    const text = String(thrown instanceof Error ? thrown.message : thrown)
    return (text.split('\n')[0] ?? '').slice(0, maxReasonLength)
  } catch {
    // Whoever has thrown it made it so; that it was thrown is all there is to tell.
    return 'what it threw cannot be read'
  }
}
