import {encodeFrame, encodeJson} from '../protocol/frame-encoder.js'
import {maxPayloadBytes} from '../protocol/frame.js'
import type {ChannelLabel, ChannelTrailer} from '../protocol/payloads.js'
import type {ChatctlError} from '../errors/index.js'
import {ChannelResetError} from './channel-errors.js'
import type {FrameSource, QueuedFrame} from './send-queue.js'
import {SendWindow} from './window.js'

/** What a channel asks of its connection. */
export interface SendChannelPort {
  /** The channel has frames: give it its turn. */
  ready(source: FrameSource): void
  /** So many bytes of the channel leave. */
  sent(byteLength: number): void
  /** Tells the peer that this channel is given up. */
  reset(id: number, code: string): void
  /** The channel is over: forget it. */
  done(id: number): void
}

interface Piece {
  bytes: Buffer
  sent: number
  resolve: () => void
  reject: (error: ChatctlError) => void
}

/**
 * The sending end of one bulk channel: bytes under the receiver's credit, then a trailer.
 *
 * States: `opening` -> `open` -> `ending` -> `closed`; a reset or the connection's end leads to `closed` from any.
 */
export class SendChannel implements FrameSource {
  readonly id: number
  readonly label: ChannelLabel
  /** Hears of each grant, as the total that `granted` then is. */
  onGrant: (total: number) => void = () => undefined
  /** Hears why the channel has failed, whether or not a write waits. */
  onFail: (error: ChatctlError) => void = () => undefined
  readonly #port: SendChannelPort
  readonly #window = new SendWindow()
  #state: 'opening' | 'open' | 'ending' | 'closed' = 'opening'
  #pieces: Piece[] = []
  /** Pieces whose last frame is with the socket. */
  readonly #leaving = new Set<Piece>()
  #trailer: {payload: Buffer; resolve: () => void; reject: (error: ChatctlError) => void} | undefined
  #error: ChatctlError | undefined

  constructor(id: number, label: ChannelLabel, port: SendChannelPort) {
    this.id = id
    this.label = label
    this.#port = port
    port.ready(this)
  }

  /** Whether the peer has been told that there is such a channel. */
  get isAnnounced(): boolean {
    return this.#state !== 'opening'
  }

  /** Bytes that the peer lets come, counted from the channel's start. */
  get granted(): number {
    return this.#window.granted
  }

  /** Bytes that have been sent, counted from the channel's start. */
  get sent(): number {
    return this.#window.sent
  }

  /**
   * Sends bytes of any length; resolves when they have left and `bytes` may be used again.
   * @throws ChatctlError when the peer resets the channel, or the connection ends
   */
  write(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return Promise.resolve()
    return this.#enqueue((resolve, reject) => this.#pieces.push({bytes, sent: 0, resolve, reject}))
  }

  /** Ends the channel behind everything written; resolves when the trailer has left. */
  end(trailer: ChannelTrailer): Promise<void> {
    return this.#enqueue((resolve, reject) => (this.#trailer = {payload: encodeJson(trailer), resolve, reject}))
  }

  /** Gives the channel up, and tells the peer why. */
  reset(code: string): void {
    if (this.#state === 'closed') return
    if (this.#state !== 'opening') this.#port.reset(this.id, code)
    this.fail(new ChannelResetError(code))
  }

  /** Takes a grant of the peer. */
  grant(total: number): void {
    this.#window.grant(total)
    this.#port.ready(this)
    this.onGrant(this.granted)
  }

  /** Ends the channel from below: every write that waits rejects. */
  fail(error: ChatctlError): void {
    if (this.#state === 'closed') return
    this.#error = error
    for (const {reject} of [...this.#leaving, ...this.#pieces]) reject(error)
    this.#trailer?.reject(error)
    this.#close()
    this.onFail(error)
  }

  nextFrame(): QueuedFrame | undefined {
    if (this.#state === 'closed') return undefined
    if (this.#state === 'opening') return this.#openFrame()
    const piece = this.#pieces[0]
    if (piece !== undefined) return this.#chunkFrame(piece)
    return this.#trailer && this.#state === 'open' ? this.#endFrame(this.#trailer) : undefined
  }

  #enqueue(add: (resolve: () => void, reject: (error: ChatctlError) => void) => void): Promise<void> {
    if (this.#error) return Promise.reject(this.#error)
    return new Promise((resolve, reject) => {
      add(resolve, reject)
      this.#port.ready(this)
    })
  }

  #openFrame(): QueuedFrame {
    this.#state = 'open'
    return {buffers: encodeFrame('open', encodeJson(this.label), {channel: this.id})}
  }

  #chunkFrame(piece: Piece): QueuedFrame | undefined {
    const start = piece.sent
    const byteLength = Math.min(maxPayloadBytes, piece.bytes.length - start, this.#window.available)
    if (byteLength === 0) return undefined
    const offset = this.#window.sent
    this.#window.spend(byteLength)
    piece.sent += byteLength
    this.#port.sent(byteLength)
    const isLast = piece.sent === piece.bytes.length
    if (isLast) this.#leave(piece)
    const payload = piece.bytes.subarray(start, piece.sent)
    return {
      buffers: encodeFrame('chunk', payload, {channel: this.id, number: offset}),
      onFlushed: isLast ? () => this.#left(piece) : undefined,
    }
  }

  #leave(piece: Piece): void {
    this.#pieces.shift()
    this.#leaving.add(piece)
  }

  #left(piece: Piece): void {
    this.#leaving.delete(piece)
    piece.resolve()
  }

  #endFrame({payload, resolve}: {payload: Buffer; resolve: () => void}): QueuedFrame {
    this.#state = 'ending'
    return {
      buffers: encodeFrame('end', payload, {channel: this.id, number: this.#window.sent}),
      onFlushed: () => {
        resolve()
        this.#close()
      },
    }
  }

  #close(): void {
    this.#state = 'closed'
    this.#pieces = []
    this.#port.done(this.id)
  }
}
