import {ChatctlError} from '../errors/index.js'
import {encodeJson} from '../protocol/frame-encoder.js'
import type {FrameHeader} from '../protocol/frame.js'
import {decodeJson} from '../protocol/json.js'
import {channelLabel, channelReset, channelTrailer, type ChannelLabel} from '../protocol/payloads.js'
import {BulkBudget} from './bulk-budget.js'
import {BulkMeter} from './bulk-meter.js'
import {ChannelResetError} from './channel-errors.js'
import type {Connection} from './connection.js'
import {ReceiveChannel} from './receive-channel.js'
import {SendChannel} from './send-channel.js'
import {windowDefaults, WindowSizer} from './window-sizer.js'

/** Channels that a peer may have open at once; one more is reset. */
export const maxOpenChannels = 256

/** Which end of a connection this is: it decides the parity of the channels that it opens. */
export type Role = 'host' | 'joiner'

/**
 * The bulk channels of one connection, in both directions. They end with it: a transfer goes on from its own offset.
 * The joiner numbers its channels 1, 3, 5 ..., the host 2, 4, 6 ...
 */
export class Channels {
  readonly #connection: Connection
  readonly #onChannel: (channel: ReceiveChannel) => void
  readonly #sending = new Map<number, SendChannel>()
  readonly #receiving = new Map<number, ReceiveChannel>()
  readonly #sizer: WindowSizer
  readonly #budget: BulkBudget
  readonly #meter: BulkMeter
  #nextId: number
  #nextPeerId: number

  constructor(
    connection: Connection,
    role: Role,
    onChannel: (channel: ReceiveChannel) => void,
    windows = windowDefaults,
  ) {
    this.#connection = connection
    this.#onChannel = onChannel
    this.#sizer = new WindowSizer(windows)
    this.#budget = new BulkBudget(this.#sizer.bytes)
    this.#nextId = role === 'joiner' ? 1 : 2
    this.#nextPeerId = role === 'joiner' ? 2 : 1
    this.#meter = new BulkMeter(this.#sizer, connection.clock, () => {
      connection.ping(() => {
        if (this.#meter.pong()) this.#resize()
      })
    })
  }

  /** Opens a channel to the peer. */
  open(label: ChannelLabel): SendChannel {
    const id = this.#nextId
    this.#nextId += 2
    const channel = new SendChannel(id, label, {
      ready: source => this.#connection.addBulk(source),
      sent: byteLength => this.#meter.countSent(byteLength),
      reset: (id, code) => this.#sendReset(id, code),
      done: id => this.#sending.delete(id),
    })
    this.#sending.set(id, channel)
    return channel
  }

  /**
   * Takes a frame of a channel.
   * @throws ChatctlError `protocol-violation`
   */
  frame(header: FrameHeader, payload: Buffer): void {
    switch (header.name) {
      case 'open':
        return this.#accept(header.channel, decodeJson(channelLabel, payload))
      case 'credit':
        return this.#sending.get(header.channel)?.grant(header.number)
      case 'end':
        return this.#receivingChannel(header)?.takeEnd(header.number, decodeJson(channelTrailer, payload))
      case 'reset':
        return this.#takeReset(header.channel, decodeJson(channelReset, payload).code)
      default:
        throw new RangeError(`${header.name} is not a frame of a channel`)
    }
  }

  /** Takes a piece of a chunk; what is still under way to a channel that was given up is dropped. */
  chunk(header: FrameHeader, offset: number, piece: Buffer): void {
    const channel = this.#receivingChannel(header)
    if (channel === undefined) return
    this.#meter.count(piece.length)
    channel.takeBytes(header.number + offset, piece)
  }

  /** Ends every channel: the connection is gone. */
  fail(error: ChatctlError): void {
    for (const channel of [...this.#sending.values(), ...this.#receiving.values()]) channel.fail(error)
  }

  #accept(id: number, label: ChannelLabel): void {
    if (id < this.#nextPeerId || id % 2 !== this.#nextPeerId % 2) {
      throw new ChatctlError('protocol-violation', `the other side opened channel ${id}, which is not its to open`)
    }
    this.#nextPeerId = id + 2
    if (this.#receiving.size >= maxOpenChannels) {
      this.#sendReset(id, 'too-many')
      return
    }
    const channel = new ReceiveChannel(id, label, {
      grant: channel => this.#grant(channel),
      reset: (id, code) => this.#sendReset(id, code),
      rest: channel => this.#rest(channel),
      done: channel => this.#forget(channel),
    })
    this.#receiving.set(id, channel)
    this.#onChannel(channel)
  }

  #receivingChannel({channel: id}: FrameHeader): ReceiveChannel | undefined {
    const channel = this.#receiving.get(id)
    const wasOpened = id < this.#nextPeerId && id % 2 === this.#nextPeerId % 2
    if (channel === undefined && !wasOpened) {
      throw new ChatctlError('protocol-violation', `the other side used channel ${id}, which it never opened`)
    }
    return channel
  }

  #takeReset(id: number, code: string): void {
    const channel = this.#sending.get(id) ?? this.#receiving.get(id)
    channel?.fail(new ChannelResetError(code))
  }

  #sendReset(id: number, code: string): void {
    this.#connection.control('reset', encodeJson({code}), {channel: id})
  }

  #grant(channel: ReceiveChannel): void {
    if (this.#budget.isIdle) this.#meter.start()
    this.#budget.add(channel.window)
    const total = this.#budget.nextGrant(channel.window)
    if (total !== undefined) this.#connection.control('credit', Buffer.alloc(0), {channel: channel.id, number: total})
  }

  #rest(channel: ReceiveChannel): void {
    this.#budget.remove(channel.window)
    this.#grantAll()
  }

  #forget(channel: ReceiveChannel): void {
    this.#receiving.delete(channel.id)
    this.#rest(channel)
  }

  #resize(): void {
    this.#budget.resize(this.#sizer.bytes)
    this.#grantAll()
  }

  #grantAll(): void {
    for (const channel of this.#receiving.values()) if (channel.isFlowing) this.#grant(channel)
  }
}
