import {createHash} from 'node:crypto'

/** From here on a thread pays: it takes longer to start than a smaller file takes to be hashed. */
export const largeBytes = 64 * 1024 * 1024

/** The SHA-256 of a file, taken while it is read or written from its beginning. */
export interface FileDigest {
  /** Takes bytes that stand in the file behind those it has. */
  add(pieces: readonly Buffer[]): void
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
 * there already, and are read beside what comes.
 */
export async function startDigest({fd}: {fd: number}, bytes: number | null, start = 0): Promise<FileDigest> {
  if (start === 0 && (bytes === null || bytes < largeBytes)) return new InlineDigest()
  const {ThreadDigest} = await import('./thread-digest.js')
  return new ThreadDigest(fd, start)
}

/** Hashes what passes at once. */
class InlineDigest implements FileDigest {
  readonly #hash = createHash('sha256')

  add(pieces: readonly Buffer[]): void {
    for (const piece of pieces) this.#hash.update(piece)
  }

  digest(): Promise<string> {
    return Promise.resolve(this.#hash.digest('hex'))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
