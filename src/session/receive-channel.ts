import {ChatctlError} from '../errors/index.js'
import type {ChannelLabel, ChannelTrailer} from '../protocol/payloads.js'
import {ReceiveWindow} from './window.js'

/** Where a channel's bytes go. Exactly one of `end` and `failed` comes last. */
export interface ChannelSink {
  /** Bytes as they came, in order; give their room back with `release` when they are dealt with. */
  bytes(piece: Buffer): void
  /** Everything came. */
  end(trailer: ChannelTrailer): void
  /** The peer gave the channel up, or the connection ended. */
  failed(error: ChatctlError): void
}

/** What a channel asks of its connection. */
export interface ReceiveChannelPort {
  /** The channel's window has room: grant what it may have. */
  grant(channel: ReceiveChannel): void
  /** Tells the peer that this channel is not wanted any more. */
  reset(id: number, code: string): void
  /** Nothing is granted to the channel for now: others may have its share. */
  rest(channel: ReceiveChannel): void
  /** The channel is over: forget it. */
  done(channel: ReceiveChannel): void
}

/**
 * The receiving end of one bulk channel. Nothing is granted, and so nothing comes, before it has a sink.
 *
 * States: `waiting` -> `flowing` -> `closed`.
 */
export class ReceiveChannel {
  readonly id: number
  readonly label: ChannelLabel
  readonly window = new ReceiveWindow()
  readonly #port: ReceiveChannelPort
  #state: 'waiting' | 'flowing' | 'closed' = 'waiting'
  #sink: ChannelSink | undefined
  #isPaused = false
  #trailer: ChannelTrailer | undefined
  #error: ChatctlError | undefined

  constructor(id: number, label: ChannelLabel, port: ReceiveChannelPort) {
    this.id = id
    this.label = label
    this.#port = port
  }

  /** Whether more bytes may be asked for: the channel has a sink, is not paused and has not ended. */
  get isFlowing(): boolean {
    return this.#state === 'flowing' && !this.#isPaused
  }

  /** Lets the bytes flow into `sink`. */
  receive(sink: ChannelSink): void {
    this.#sink = sink
    if (this.#error) sink.failed(this.#error)
    else if (this.#trailer) sink.end(this.#trailer)
    if (this.#state !== 'waiting') return
    this.#state = 'flowing'
    this.#grant()
  }

  /** Asks for nothing more until `resume`; what is granted already may still come. */
  pause(): void {
    this.#isPaused = true
    if (this.#state === 'flowing') this.#port.rest(this)
  }

  /** Lets bytes come again. */
  resume(): void {
    this.#isPaused = false
    this.#grant()
  }

  /** Lets no more than `total` bytes come, counted from the channel's start, until it is raised. */
  limitTo(total: number): void {
    this.window.limitTo(total)
    this.#grant()
  }

  /** Gives back the room of bytes that are dealt with. */
  release(byteLength: number): void {
    this.window.release(byteLength)
    this.#grant()
  }

  /** Gives the channel up, and tells the peer why; the sink hears nothing more. */
  reset(code: string): void {
    if (this.#state === 'closed') return
    this.#sink = undefined
    this.#port.reset(this.id, code)
    this.#close()
  }

  /**
   * Takes a piece of a chunk from the connection.
   * @throws ChatctlError `protocol-violation` on a gap, or bytes without credit
   */
  takeBytes(offset: number, piece: Buffer): void {
    if (offset !== this.window.received) throw violation(`offset ${offset} instead of ${this.window.received}`)
    if (!this.window.receive(piece.length)) throw violation('bytes without credit')
    this.#sink?.bytes(piece)
    this.#grant()
  }

  /**
   * Takes the end from the connection.
   * @throws ChatctlError `protocol-violation` when bytes are missing
   */
  takeEnd(offset: number, trailer: ChannelTrailer): void {
    if (offset !== this.window.received) throw violation(`an end at ${offset} instead of ${this.window.received}`)
    this.#trailer = trailer
    this.#close()
    this.#sink?.end(trailer)
  }

  /** Ends the channel from below. */
  fail(error: ChatctlError): void {
    if (this.#state === 'closed') return
    this.#error = error
    this.#close()
    this.#sink?.failed(error)
  }

  #grant(): void {
    if (this.isFlowing) this.#port.grant(this)
  }

  #close(): void {
    this.#state = 'closed'
    this.#port.done(this)
  }
}

function violation(what: string): ChatctlError {
  return new ChatctlError('protocol-violation', `the other side broke a channel's order: ${what}`)
}
