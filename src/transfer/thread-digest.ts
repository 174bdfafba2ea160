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
  #bytes = 0
  #toldBytes = 0

  /** `descriptor` is open for reading, until this is closed. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  add(pieces: readonly Buffer[]): void {
    for (const {length} of pieces) this.#bytes += length
    if (this.#bytes - this.#toldBytes < stepBytes) return
    this.#toldBytes = this.#bytes
    this.#thread.extend(this.#descriptor, this.#bytes)
  }

  digest(): Promise<string> {
    return this.#thread.digest(this.#descriptor, this.#bytes)
  }

  close(): Promise<void> {
    return this.#thread.leave(this.#descriptor)
  }
}
