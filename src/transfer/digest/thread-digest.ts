import {DigestThread} from './digest-thread.js'
import type {FileDigest} from './file-digest.js'

/** So many bytes are worth a message to the thread. */
const stepBytes = 1024 * 1024

/**
 * Has another thread read the file again and hash it, beside the transfer: no buffer changes hands, and nobody waits
 * but who asks for the digest.
 */
export class ThreadDigest implements FileDigest {
  readonly #thread = DigestThread.enter()
  readonly #descriptor: number
  #bytes: number
  #toldBytes: number
  #closing: Promise<void> | undefined

  /** `descriptor` is open for reading, until this is closed; the first `start` bytes of its file are there. */
  constructor(descriptor: number, start = 0) {
    this.#descriptor = descriptor
    this.#bytes = this.#toldBytes = start
    if (start > 0) this.#thread.extend(descriptor, start)
  }

  /** What comes when it is closed is of no use: the descriptor may be another file's by then. */
  add(pieces: readonly Buffer[]): Promise<void> {
    for (const {length} of pieces) this.#bytes += length
    if (!this.#closing && this.#bytes - this.#toldBytes >= stepBytes) this.#extend()
    return Promise.resolve()
  }

  digest(): Promise<string> {
    return this.#thread.digest(this.#descriptor, this.#bytes)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#thread.leave(this.#descriptor))
  }

  #extend(): void {
    this.#toldBytes = this.#bytes
    this.#thread.extend(this.#descriptor, this.#bytes)
  }
}
