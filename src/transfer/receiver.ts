import {ChatctlError} from '../errors/index.js'
import type {ChannelSink, ReceiveChannel} from '../session/receive-channel.js'
import type {Clock} from '../session/clock.js'
import {CreditTap} from './pace/credit-tap.js'
import {DeclaredSize, type SizeLimits} from './declared-size.js'
import {Hoard} from './hoard.js'
import type {RateLimiter} from './pace/rate-limiter.js'
import type {Sink} from './sink.js'
import {StallWatch} from './stall-watch.js'

/** What a receiver asks of a channel. */
export type BulkReader = Pick<
  ReceiveChannel,
  'label' | 'receive' | 'release' | 'reset' | 'limitTo' | 'window' | 'pause' | 'resume'
> & {
  /** Whether the limits on what comes here hold for it already. */
  readonly isPaced?: boolean
}

/** What a receiver asks of where the bytes go. */
export type ByteSink = Pick<Sink, 'write' | 'digest'>

/** What a receiver is told about the bytes that will come. */
export interface ReceiveOptions extends SizeLimits {
  clock: Clock
  /** How fast they may come. */
  limiter: RateLimiter
  /** Gives up when it aborts, with its reason. */
  signal: AbortSignal
  /** Whether what has come is of use to somebody else then. */
  isKept: () => boolean
  /** Hears that bytes have been written. */
  onReceived: () => void
}

/**
 * Writes what a channel carries to a sink and returns its digest in hex, which is the one in the trailer.
 * On failure the channel is reset; the sink is the caller's to keep or discard.
 * @throws ChatctlError `size-mismatch`, `too-large`, `digest-mismatch`, `stalled`, of the disk, or why the channel failed
 */
export function receiveBytes(channel: BulkReader, sink: ByteSink, options: ReceiveOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    options.signal.throwIfAborted()
    const receiver = new Receiver(channel, sink, options, {resolve, reject})
    channel.receive(receiver)
  })
}

interface Settle {
  resolve: (sha256: string) => void
  reject: (error: Error) => void
}

/**
 * States: `receiving` -> `ended` (the trailer came) or `lost` (nothing more comes) -> `settled`; in both, writes may be
 * under way. What makes all of it useless leads to `settled` from any.
 */
class Receiver implements ChannelSink {
  readonly #channel: BulkReader
  readonly #sink: ByteSink
  readonly #options: ReceiveOptions
  readonly #settle: Settle
  readonly #tap: CreditTap
  readonly #watch: StallWatch
  readonly #waiting = new Hoard()
  readonly #size: DeclaredSize
  #isWriting = false
  #isSettled = false
  #sha256: string | undefined
  #lost: Error | undefined

  constructor(channel: BulkReader, sink: ByteSink, options: ReceiveOptions, settle: Settle) {
    this.#channel = channel
    this.#sink = sink
    this.#options = options
    this.#settle = settle
    const {bytes, start = 0} = options
    this.#size = new DeclaredSize(options)
    this.#tap = new CreditTap(channel, options.limiter, bytes === null ? null : bytes - start)
    this.#watch = new StallWatch(options.clock, {
      moved: () => channel.window.received,
      isDue: () => channel.window.inFlight > 0,
      stalled: () => this.#giveUp(new ChatctlError('stalled', 'the other side sent nothing more for a minute')),
    })
    options.signal.addEventListener('abort', this.#stop, {once: true})
  }

  bytes(piece: Buffer): void {
    if (this.#isOver) return
    try {
      this.#size.add(piece.length)
    } catch (error) {
      this.#giveUp(error as Error)
      return
    }
    this.#waiting.add(piece)
    if (!this.#isWriting) void this.#write()
  }

  end({sha256}: {sha256: string}): void {
    if (this.#isOver) return
    this.#watch.stop()
    this.#sha256 = sha256
    if (!this.#isWriting) void this.#compare(sha256)
  }

  failed(error: ChatctlError): void {
    if (!this.#isOver) this.#lose(error)
  }

  get #isOver(): boolean {
    return this.#isSettled || this.#lost !== undefined
  }

  /** What comes during a write is written by the next: pieces of 16 KiB leave as batches. */
  async #write(): Promise<void> {
    this.#isWriting = true
    try {
      while (!this.#waiting.isEmpty && !this.#isSettled) await this.#writeBatch()
    } catch (error) {
      this.#giveUp(error as Error)
    }
    this.#isWriting = false
    if (this.#lost && !this.#isSettled) this.#reject(this.#lost)
    if (this.#sha256 !== undefined && !this.#isSettled) void this.#compare(this.#sha256)
  }

  async #writeBatch(): Promise<void> {
    const pieces = this.#waiting.take()
    await this.#sink.write(pieces)
    if (this.#isSettled) return
    this.#tap.release(pieces.reduce((bytes, {length}) => bytes + length, 0))
    this.#options.onReceived()
  }

  async #compare(sent: string): Promise<void> {
    try {
      this.#size.requireAll()
      const sha256 = await this.#sink.digest()
      if (sha256 !== sent)
        throw new ChatctlError('digest-mismatch', 'what arrived has another SHA-256 than what was sent')
      this.#close()
      this.#settle.resolve(sha256)
    } catch (error) {
      this.#giveUp(error as Error)
    }
  }

  /** Whoever goes on may be waiting for the sink. */
  readonly #stop = (): void => {
    if (this.#lost) return
    const reason = this.#options.signal.reason as Error
    if (!this.#options.isKept()) return this.#giveUp(reason)
    this.#reset(reason)
    this.#lose(reason)
  }

  /** What has come by then is written all the same: it need not come again. */
  #lose(error: Error): void {
    this.#watch.stop()
    this.#tap.close()
    this.#lost = error
    if (!this.#isWriting) this.#reject(error)
  }

  #giveUp(error: Error): void {
    if (this.#isSettled) return
    this.#reset(error)
    this.#reject(error)
  }

  #reset(error: Error): void {
    this.#channel.reset(error instanceof ChatctlError ? error.code : 'internal')
  }

  #reject(error: Error): void {
    this.#close()
    this.#settle.reject(error)
  }

  #close(): void {
    this.#isSettled = true
    this.#options.signal.removeEventListener('abort', this.#stop)
    this.#watch.stop()
    this.#tap.close()
    this.#waiting.take()
  }
}
