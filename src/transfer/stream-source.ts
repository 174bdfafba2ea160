import type {Readable} from 'node:stream'
import {ChatctlError} from '../errors/index.js'
import {InlineDigest} from './digest/file-digest.js'
import type {Source, SourceReader} from './source.js'

/** A stream that is offered: nobody knows how much comes, and it can be read only once. */
export class StreamSource implements Source {
  readonly bytes = null
  readonly files = 1
  readonly #stream: Readable

  constructor(stream: Readable) {
    this.#stream = stream
  }

  open(): Promise<SourceReader> {
    return Promise.resolve(new StreamReader(this.#stream))
  }
}

/** Reads a stream as it comes: what is there is passed on, and no more is asked for than that. */
class StreamReader implements SourceReader {
  readonly files = 1
  readonly #stream: Readable
  readonly #chunks: AsyncIterator<unknown>
  readonly #digest = new InlineDigest()
  #rest: Buffer = Buffer.alloc(0)
  #bytes = 0

  constructor(stream: Readable) {
    this.#stream = stream
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  get bytes(): number {
    return this.#bytes
  }

  async read(buffer: Buffer): Promise<Buffer> {
    let filled = 0
    do {
      if (this.#rest.length === 0) this.#rest = await this.#next()
      if (this.#rest.length === 0) break
      const copied = this.#rest.copy(buffer, filled)
      this.#rest = this.#rest.subarray(copied)
      filled += copied
    } while (filled < buffer.length && (this.#rest.length > 0 || this.#stream.readableLength > 0))
    const chunk = buffer.subarray(0, filled)
    await this.#digest.add([chunk])
    this.#bytes += filled
    return chunk
  }

  digest(): Promise<string> {
    return this.#digest.digest()
  }

  /** It is what comes, whatever that is. */
  requireUnchanged(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.#stream.destroy()
    return Promise.resolve()
  }

  /** What comes next; nothing at the end. */
  async #next(): Promise<Buffer> {
    try {
      for (;;) {
        const next = await this.#chunks.next()
        if (next.done) return Buffer.alloc(0)
        const chunk = toBytes(next.value)
        if (chunk.length > 0) return chunk
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ChatctlError('not-readable', `what is to be sent cannot be read: ${reason}`, {cause})
    }
  }
}

function toBytes(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (typeof value === 'string') return Buffer.from(value)
  throw new TypeError('it gives neither bytes nor text')
}
