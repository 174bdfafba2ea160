import type {Writable} from 'node:stream'
import {ChatctlError} from '../errors/index.js'
import {InlineDigest} from './digest/file-digest.js'
import type {Sink} from './sink.js'

/** The path of what went into a stream. */
export const streamPath = '-'

/** A stream in the place of a directory: one file goes into it as it comes, and cannot be taken back. */
export class StreamOutput {
  readonly #stream: Writable
  #isTaken = false
  #isUsed = false
  #isBroken = false

  constructor(stream: Writable) {
    this.#stream = stream
    // Each write hears of it, too.
    stream.on('error', () => undefined)
  }

  /** Whether something was written that cannot be taken back, and is not all. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /**
   * Makes sure that a file may still go there.
   * @throws ChatctlError `one-file-only`
   */
  requireFree(): void {
    if (this.#isTaken) throw new ChatctlError('one-file-only', 'standard output takes one file, and no other')
  }

  /** Lets one file have it. */
  take(): Sink {
    this.requireFree()
    this.#isTaken = true
    return new StreamSink(this.#stream, {
      written: () => (this.#isUsed = true),
      discarded: () => (this.#isTaken = this.#isBroken = this.#isUsed),
    })
  }
}

/** Passes a file on as it comes: whoever reads it learns only at its end that it is whole. */
class StreamSink implements Sink {
  readonly files = 1
  readonly #stream: Writable
  readonly #tell: {written: () => void; discarded: () => void}
  readonly #digest = new InlineDigest()
  #bytes = 0

  constructor(stream: Writable, tell: {written: () => void; discarded: () => void}) {
    this.#stream = stream
    this.#tell = tell
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Resolves when the reader's end has taken the last piece: who reads slowly is sent slowly. */
  async write(pieces: Buffer[]): Promise<void> {
    this.#tell.written()
    await Promise.all(pieces.map(piece => this.#pass(piece)))
    await this.#digest.add(pieces)
    for (const {length} of pieces) this.#bytes += length
  }

  digest(): Promise<string> {
    return this.#digest.digest()
  }

  persist(): Promise<void> {
    return Promise.resolve()
  }

  publish(): Promise<string> {
    return Promise.resolve(streamPath)
  }

  discard(): Promise<void> {
    this.#tell.discarded()
    return Promise.resolve()
  }

  #pass(piece: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(piece, error => {
        if (error) reject(toOutputError(error))
        else resolve()
      })
    })
  }
}

function toOutputError(error: NodeJS.ErrnoException): ChatctlError {
  if (error.code === 'EPIPE')
    return new ChatctlError('reader-ended', 'nobody reads the output any more', {cause: error})
  const reason = error.code ?? error.message
  return new ChatctlError('not-writable', `the output cannot be written: ${reason}`, {cause: error})
}
