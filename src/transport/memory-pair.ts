import type {Transport} from './transport.js'

/** Two transports that are joined: what one writes, the other receives. */
export interface MemoryPair {
  readonly a: MemoryTransport
  readonly b: MemoryTransport
  /** Closes both at once, as a cable that is pulled does: what is on its way is lost. */
  readonly cut: (error?: Error) => void
}

/** Splits one batch of bytes into the pieces in which they arrive; the pieces, joined, are the batch. */
export type Split = (bytes: Buffer) => readonly Buffer[]

/** Makes a joined pair for tests: as asynchronous as a socket, without sockets and without timers. */
export function memoryPair(split: Split = bytes => [bytes]): MemoryPair {
  const a = new MemoryTransport(split)
  const b = new MemoryTransport(split)
  a.join(b)
  b.join(a)
  return {
    a,
    b,
    cut(error) {
      a.close(error)
      b.close(error)
    },
  }
}

/** What is on its way to one end, in order: pieces of data, and things that happen between them. */
type Arriving = Buffer | (() => void)

/** One end of a {@link MemoryPair}. Its kernel holds nothing: bytes count as queued until the other end takes them. */
export class MemoryTransport implements Transport {
  readonly remoteAddress = '127.0.0.1'
  readonly #split: Split
  #peer: MemoryTransport = this
  #arriving: Arriving[] = []
  #queuedBytes = 0
  #onData: (bytes: Buffer) => void = () => undefined
  #onClose: ((error?: Error) => void) | undefined
  #isFlowing = false
  #isScheduled = false
  #isEnding = false
  #isClosed = false
  #error: Error | undefined

  constructor(split: Split) {
    this.#split = split
  }

  /** Makes `peer` the end that receives what this one writes. */
  join(peer: MemoryTransport): void {
    this.#peer = peer
  }

  get queuedBytes(): number {
    return this.#queuedBytes
  }

  get onData(): (bytes: Buffer) => void {
    return this.#onData
  }

  set onData(receive: (bytes: Buffer) => void) {
    this.#onData = receive
    this.resume()
  }

  get onClose(): (error?: Error) => void {
    return this.#onClose ?? (() => undefined)
  }

  set onClose(closed: (error?: Error) => void) {
    this.#onClose = closed
    if (this.#isClosed) queueMicrotask(() => this.#tellClosed())
  }

  write(buffers: readonly Uint8Array[], onFlushed?: () => void): void {
    if (this.#isClosed || this.#isEnding) return
    const bytes = Buffer.concat(buffers)
    this.#queuedBytes += bytes.length
    for (const piece of this.#split(bytes)) this.#peer.#receive(piece)
    this.#peer.#receive(() => {
      this.#queuedBytes -= bytes.length
      onFlushed?.()
    })
  }

  pause(): void {
    this.#isFlowing = false
  }

  resume(): void {
    this.#isFlowing = true
    this.#schedule()
  }

  end(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.onData = () => undefined
    this.#peer.#receive(() => {
      this.close()
      this.#peer.close()
    })
  }

  destroy(): void {
    this.close()
    this.#peer.close()
  }

  /** Closes this end alone. */
  close(error?: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#error = error
    this.#arriving = []
    queueMicrotask(() => this.#tellClosed())
  }

  #receive(arriving: Arriving): void {
    if (this.#isClosed) return
    this.#arriving.push(arriving)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#isFlowing || this.#arriving.length === 0) return
    this.#isScheduled = true
    queueMicrotask(() => this.#take())
  }

  #take(): void {
    this.#isScheduled = false
    if (!this.#isFlowing) return
    const next = this.#arriving.shift()
    if (typeof next === 'function') next()
    else if (next !== undefined) this.#onData(next)
    this.#schedule()
  }

  #tellClosed(): void {
    const closed = this.#onClose
    if (closed === undefined) return
    this.#onClose = undefined
    closed(this.#error)
  }
}
