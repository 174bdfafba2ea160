import type {Source} from './source.js'

/** What the records of one file take, beside its bytes. */
const recordBytesOfFile = 128

/** How many bytes the channel of an offer carries; null when nobody knows: a tree's records come on top of its files. */
export function channelBytes({kind, bytes}: {kind?: 'tree' | undefined; bytes: number | null}): number | null {
  return kind === 'tree' ? null : bytes
}

/** The same, roughly, as far as anything is known of the source. */
export function roughChannelBytes({kind, bytes, files}: Pick<Source, 'kind' | 'bytes' | 'files'>): number | null {
  return kind === 'tree' && bytes !== null ? bytes + files * recordBytesOfFile : bytes
}
