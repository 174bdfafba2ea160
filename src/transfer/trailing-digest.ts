import {createHash} from 'node:crypto'
import {ChatctlError} from '../errors/index.js'

const sliceBytes = 512 * 1024

/** Reads into a buffer from a position of a file; returns how much. */
export type ReadAt = (buffer: Buffer, position: number) => Promise<number>

/**
 * The SHA-256 of a file from its first byte on, read behind whoever works on it: what was there before is hashed beside
 * what comes, and only the digest waits for it. It takes a slice at a time, so that nothing else waits for long.
 */
export class TrailingDigest {
  readonly #read: ReadAt
  readonly #hash = createHash('sha256')
  readonly #buffer = Buffer.allocUnsafeSlow(sliceBytes)
  #available: number
  #position = 0
  #isStopped = false
  #hashing: Promise<void> = Promise.resolve()

  /** `bytes` are there already. */
  constructor(read: ReadAt, bytes: number) {
    this.#read = read
    this.#available = bytes
    this.#start()
  }

  /** Takes that the file has so many bytes now. */
  extend(bytes: number): void {
    const wasDone = this.#position === this.#available
    this.#available = bytes
    if (wasDone) this.#start()
  }

  /** Returns the digest of everything, in hex; nothing may come after that. */
  async digest(): Promise<string> {
    await this.#hashing
    return this.#hash.digest('hex')
  }

  /** Reads nothing more: the file is about to be closed. */
  stop(): void {
    this.#isStopped = true
  }

  #start(): void {
    this.#hashing = this.#hashing.then(() => this.#catchUp())
    // Whoever asks for the digest hears of it.
    this.#hashing.catch(() => undefined)
  }

  async #catchUp(): Promise<void> {
    while (this.#position < this.#available && !this.#isStopped) {
      const slice = this.#buffer.subarray(0, this.#available - this.#position)
      const bytesRead = await this.#read(slice, this.#position)
      if (bytesRead === 0) throw new ChatctlError('digest-mismatch', 'a part of the file is not there any more')
      this.#hash.update(slice.subarray(0, bytesRead))
      this.#position += bytesRead
    }
  }
}
