/** How many bytes the channel of an offer carries; null when nobody knows: a tree's records come on top of its files. */
export function channelBytes({kind, bytes}: {kind?: 'tree' | undefined; bytes: number | null}): number | null {
  return kind === 'tree' ? null : bytes
}
