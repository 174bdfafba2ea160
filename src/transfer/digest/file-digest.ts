import {createHash} from 'node:crypto'
import {availableParallelism} from 'node:os'
import {HashTurns} from './hash-turns.js'

/** From here on a thread may pay: it takes longer to start than a smaller file takes to be hashed. */
export const largeBytes = 64 * 1024 * 1024

/** On fewer processors it takes its time from the transfer, and that of reading the file again besides. */
const leastProcessors = 3

/** The SHA-256 of a file, taken while it is read or written from its beginning. */
export interface FileDigest {
  /** Takes bytes that stand in the file behind those it has; one call at a time, which reads them until it resolves. */
  add(pieces: readonly Buffer[]): Promise<void>
  /**
   * The digest of everything it has taken, in hex.
   * @throws Error of the system when the file cannot be read again
   */
  digest(): Promise<string>
  /** Lets go of the file, which must not be closed before. */
  close(): Promise<void>
}

/**
 * Begins the digest of a file, open for reading, of so many bytes; null when nobody knows yet. The first `start` of them are
 * there already: a thread reads them beside what comes, and so it does a large file where there is a processor for it.
 */
export async function startDigest(
  {fd}: {fd: number},
  bytes: number | null,
  {start = 0, processors = availableParallelism()}: {start?: number; processors?: number} = {},
): Promise<FileDigest> {
  const isLarge = bytes !== null && bytes >= largeBytes && processors >= leastProcessors
  if (start === 0 && !isLarge) return new InlineDigest()
  const {ThreadDigest} = await import('./thread-digest.js')
  return new ThreadDigest(fd, start)
}

/** One for all files: it is the process that has one event loop. */
const turns = new HashTurns()

/** Small enough for files to share a turn. */
const sliceBytes = 64 * 1024

/** Hashes what passes, a few slices a turn. */
export class InlineDigest implements FileDigest {
  readonly #hash = createHash('sha256')

  async add(pieces: readonly Buffer[]): Promise<void> {
    for (const slice of slices(pieces)) {
      while (!turns.spend(slice.length)) await turns.over
      this.#hash.update(slice)
    }
  }

  digest(): Promise<string> {
    return Promise.resolve(this.#hash.digest('hex'))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

function* slices(pieces: readonly Buffer[]): Generator<Buffer> {
  for (const piece of pieces) {
    if (piece.length <= sliceBytes) yield piece
    else for (let start = 0; start < piece.length; start += sliceBytes) yield piece.subarray(start, start + sliceBytes)
  }
}
