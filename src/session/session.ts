import {ChatctlError} from '../errors/index.js'
import {encodeFrame, encodeJson} from '../protocol/frame-encoder.js'
import {moreFlag, type FrameHeader} from '../protocol/frame.js'
import {decodeJson} from '../protocol/json.js'
import {hostMessage, memberMessage, type Message} from '../protocol/messages.js'
import type {ChannelLabel} from '../protocol/payloads.js'
import {AckTimer, type MayAcknowledge} from './ack-timer.js'
import {Channels, type Role} from './channels.js'
import type {Connection, ConnectionEnd} from './connection.js'
import {Inbox} from './inbox.js'
import {Outbox} from './outbox.js'
import type {ReceiveChannel} from './receive-channel.js'
import type {SendChannel} from './send-channel.js'
import type {QueuedFrame} from './send-queue.js'
import type {TalkBudget} from './talk-budget.js'
import {windowDefaults} from './window-sizer.js'

/** Bytes of talk that may wait for a peer; with more it is too slow, and the session ends. */
export const maxOutboxBytes = 8 * 1024 * 1024

/** How a session ended: by a word of the peer, or of this side. */
export interface SessionEnd {
  readonly by: 'peer' | 'self'
  readonly code: string
  readonly error?: ChatctlError
}

/** What a session's owner hears. Nothing comes after `ended`. */
export interface SessionOwner {
  /** A message, and how many bytes it took. */
  message(message: Message, byteLength: number): void
  channel(channel: ReceiveChannel): void
  /** The connection is gone; what was said waits for the next one. */
  detached(end: ConnectionEnd): void
  ended(end: SessionEnd): void
}

/**
 * What a connection serves and what outlives it.
 *
 * Messages are numbered, kept until the peer has acknowledged them, and sent again on the next connection: each
 * arrives once and in order. Channels live and die with their connection.
 *
 * States: `detached` <-> `attached` -> `ended`.
 */
export class Session {
  readonly role: Role
  /** What the windows of its channels keep to, from the next connection on. */
  windows = windowDefaults
  readonly #owner: SessionOwner
  readonly #mayAcknowledge: MayAcknowledge
  readonly #outbox: Outbox
  readonly #inbox = new Inbox()
  #connection: Connection | undefined
  /** How those hear of the end of a connection who wait for a pong. */
  readonly #pings = new Set<(error: ChatctlError) => void>()
  #channels: Channels | undefined
  #gone = Promise.resolve()
  #end: SessionEnd | undefined
  #ackTimer: AckTimer | undefined
  #waiting: {sequence: number; resolve: () => void; reject: (error: ChatctlError) => void}[] = []

  /**
   * A session whose acknowledgements wait while `mayAcknowledge` is false, which holds back who speaks; what waits for the
   * peer counts in `budget`.
   */
  constructor(role: Role, owner: SessionOwner, mayAcknowledge: MayAcknowledge = () => true, budget?: TalkBudget) {
    this.#outbox = new Outbox(budget)
    this.role = role
    this.#owner = owner
    this.#mayAcknowledge = mayAcknowledge
  }

  /** Bytes of talk that wait for the peer: none after the end. */
  get waitingBytes(): number {
    return this.#outbox.bytes
  }

  /** How many frames of talk the peer has taken, by its acks. */
  get takenCount(): number {
    return this.#outbox.acknowledged
  }

  /** The last sequence number that came: what an ATTACH tells the peer. */
  get lastSeen(): number {
    return this.#inbox.lastSeen
  }

  get isAttached(): boolean {
    return this.#connection !== undefined
  }

  /** Resolves when the socket of the last connection is gone. */
  get gone(): Promise<void> {
    return this.#gone
  }

  /** How it ended, once it has. */
  get end(): SessionEnd | undefined {
    return this.#end
  }

  /**
   * Goes on over a connection, from what the peer has seen; an earlier connection is closed.
   * @throws ChatctlError `protocol-violation` when the peer cannot have seen that
   */
  attach(connection: Connection, peerLastSeen: number): void {
    if (this.#end) throw new RangeError('attached after the end')
    this.#outbox.rewind(peerLastSeen)
    const earlier = this.#leaveConnection(lost('the connection was replaced by a newer one'))
    this.#settleWaiting()
    this.#connection = connection
    this.#gone = connection.gone
    this.#channels = new Channels(connection, this.role, channel => this.#owner.channel(channel), this.windows)
    this.#ackTimer = new AckTimer(connection.clock, sequence => this.#sayAcknowledged(sequence), this.#mayAcknowledge)
    connection.handTo({
      nextFrame: () => this.#nextFrame(),
      frame: (header, payload) => this.#takeFrame(header, payload),
      chunk: (header, offset, piece) => this.#channels?.chunk(header, offset, piece),
      closed: end => this.#takeClose(connection, end),
    })
    earlier?.close('replaced')
  }

  /**
   * Says something; it leaves in order, as soon as there is a connection. Too much waiting ends the session, and
   * after the end nothing leaves: `acknowledged` tells.
   */
  send(message: Message): void {
    if (this.#end) return
    this.#outbox.add(encodeOnce(message))
    if (this.#outbox.bytes <= maxOutboxBytes) this.#connection?.wake()
    else this.close('slow', lost('the other side does not read what it is sent'))
  }

  /**
   * Resolves when the peer has all that was said so far.
   * @throws ChatctlError when the session ends before that, or has ended
   */
  acknowledged(): Promise<void> {
    if (this.#end) return Promise.reject(endError(this.#end))
    const sequence = this.#outbox.lastSequence
    if (sequence <= this.#outbox.acknowledged) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiting.push({sequence, resolve, reject}))
  }

  /** Acknowledges at once what came, as far as it may be: somebody waits for that. */
  acknowledge(): void {
    this.#ackTimer?.flush()
  }

  /**
   * Resolves when the peer has answered a ping.
   * @throws ChatctlError `connection-lost` when there is no connection, or not as long as that
   */
  ping(): Promise<void> {
    const connection = this.#connection
    if (connection === undefined) return Promise.reject(lost('there is no connection'))
    return new Promise((resolve, reject) => {
      this.#pings.add(reject)
      connection.ping(() => {
        this.#pings.delete(reject)
        resolve()
      })
    })
  }

  /**
   * Opens a bulk channel on the connection of the moment.
   * @throws ChatctlError `connection-lost` when there is none
   */
  openChannel(label: ChannelLabel): SendChannel {
    if (this.#channels === undefined) throw lost('there is no connection')
    return this.#channels.open(label)
  }

  /** Ends the session and tells the peer why. */
  close(code: string, error?: ChatctlError): void {
    if (this.#end) return
    const connection = this.#leaveConnection(lost('the session has ended'))
    connection?.close(code)
    this.#finish(error ? {by: 'self', code, error} : {by: 'self', code})
  }

  #nextFrame(): QueuedFrame | undefined {
    const frame = this.#outbox.next()
    if (frame === undefined) return undefined
    this.#ackTimer?.flush()
    const fields = {number: frame.sequence, flags: frame.isContinued ? moreFlag : 0}
    return {buffers: encodeFrame('message', frame.payload, fields)}
  }

  #takeFrame(header: FrameHeader, payload: Buffer): void {
    if (header.name === 'message') this.#takeMessage(header, payload)
    else if (header.name === 'ack') this.#takeAck(header.number)
    else if (header.channel > 0) this.#channels?.frame(header, payload)
    else throw new ChatctlError('protocol-violation', `the other side sent ${header.name} within a session`)
  }

  #takeMessage(header: FrameHeader, payload: Buffer): void {
    const isContinued = (header.flags & moreFlag) !== 0
    const bytes = this.#inbox.take({sequence: header.number, isContinued, payload})
    this.#ackTimer?.received(this.#inbox.lastSeen, payload.length)
    if (bytes === undefined) return
    const message = decodeJson(this.role === 'host' ? memberMessage : hostMessage, bytes)
    this.#owner.message(message, bytes.length)
  }

  #takeAck(sequence: number): void {
    this.#outbox.acknowledge(sequence)
    this.#settleWaiting()
    this.#connection?.wake()
  }

  #sayAcknowledged(sequence: number): void {
    this.#connection?.control('ack', Buffer.alloc(0), {number: sequence})
  }

  #settleWaiting(): void {
    const {acknowledged} = this.#outbox
    const settled = this.#waiting.filter(({sequence}) => sequence <= acknowledged)
    if (settled.length === 0) return
    this.#waiting = this.#waiting.filter(({sequence}) => sequence > acknowledged)
    for (const {resolve} of settled) resolve()
  }

  #takeClose(connection: Connection, end: ConnectionEnd): void {
    if (this.#connection !== connection) return
    const error = end.how === 'violation' ? end.error : lost('the connection was lost')
    this.#leaveConnection(error)
    if (end.how === 'goaway') this.#finish({by: 'peer', code: end.goaway.code})
    else if (end.how === 'violation') this.#finish({by: 'self', code: 'protocol-violation', error: end.error})
    else if (end.how === 'closed') this.#finish({by: 'self', code: end.code, error})
    else this.#owner.detached(end)
  }

  #leaveConnection(error: ChatctlError): Connection | undefined {
    const connection = this.#connection
    const channels = this.#channels
    this.#connection = undefined
    this.#channels = undefined
    this.#ackTimer?.stop()
    channels?.fail(error)
    for (const reject of this.#pings) reject(error)
    this.#pings.clear()
    return connection
  }

  #finish(end: SessionEnd): void {
    this.#end = end
    this.#outbox.discard()
    for (const {reject} of this.#waiting) reject(endError(end))
    this.#waiting = []
    this.#owner.ended(end)
  }
}

/** What is said to many is kept once for all of them. */
const encodings = new WeakMap<Message, Buffer>()

function encodeOnce(message: Message): Buffer {
  const known = encodings.get(message)
  if (known) return known
  const encoded = encodeJson(message)
  encodings.set(message, encoded)
  return encoded
}

function endError(end: SessionEnd): ChatctlError {
  return end.error ?? lost('the session ended before all was delivered')
}

function lost(message: string): ChatctlError {
  return new ChatctlError('connection-lost', message)
}
