import {ChatctlError} from '../errors/index.js'
import {FrameDecoder} from '../protocol/frame-decoder.js'
import {encodeFrame, encodeJson, type FrameFields} from '../protocol/frame-encoder.js'
import type {FrameHeader, FrameName} from '../protocol/frame.js'
import {decodeJson} from '../protocol/json.js'
import {goaway, type Goaway} from '../protocol/payloads.js'
import type {Transport} from '../transport/transport.js'
import type {Clock} from './clock.js'
import {Heartbeat} from './heartbeat.js'
import {SendQueue, type FrameSource} from './send-queue.js'

/** Bytes for one socket write; one batch with bulk at a time is with the socket, so that talk waits behind no more. */
const batchBytes = 256 * 1024

/** Bytes that may be with the socket before talk has to wait as well. */
const maxQueuedBytes = 4 * batchBytes

/** Control frames that may wait for a peer that does not read; one more, and it counts as stuck. */
const maxControlFrames = 4096

/**
 * Frames of one peer that are taken in one turn of the event loop: small ones come by the hundred thousand in what the
 * kernel hands over at once, and everybody else would wait for them.
 */
const maxFramesPerTurn = 256

/** How a connection ended. */
export type ConnectionEnd =
  | {how: 'goaway'; goaway: Goaway}
  | {how: 'cut'; error?: Error}
  | {how: 'silent'}
  | {how: 'violation'; error: ChatctlError}
  | {how: 'closed'; code: string}

/** What a connection does not answer by itself. */
export interface ConnectionOwner extends FrameSource {
  /** A frame that is neither ping, pong, goaway nor chunk. */
  frame(header: FrameHeader, payload: Buffer): void
  chunk(header: FrameHeader, offset: number, piece: Buffer): void
  /** No frame comes or goes any more. */
  closed(end: ConnectionEnd): void
}

/**
 * One admitted socket as a stream of frames: decodes what comes, sends what waits by its lane, answers pings, and
 * notices the peer's end. States: `open` -> `closed`.
 */
export class Connection {
  readonly clock: Clock
  /** Resolves when the socket is gone: a goodbye has been heard, or never will be. */
  readonly gone: Promise<void>
  #tellGone: () => void = () => undefined
  readonly #transport: Transport
  readonly #decoder: FrameDecoder
  readonly #queue: SendQueue
  readonly #heartbeat: Heartbeat
  readonly #pongs = new Map<bigint, () => void>()
  #nextPing = 1n
  #owner: ConnectionOwner
  #isOpen = true
  #isBulkLeaving = false
  #isScheduled = false
  #framesThisTurn = 0

  constructor(transport: Transport, owner: ConnectionOwner, clock: Clock) {
    this.clock = clock
    this.gone = new Promise(resolve => (this.#tellGone = resolve))
    this.#transport = transport
    this.#owner = owner
    this.#queue = new SendQueue({nextFrame: () => this.#owner.nextFrame()})
    this.#decoder = new FrameDecoder('open', {
      frame: (header, payload) => this.#take(header, payload),
      chunk: (header, offset, piece) => {
        this.#count()
        this.#owner.chunk(header, offset, piece)
      },
    })
    this.#heartbeat = new Heartbeat(clock, {
      ping: () => this.ping(() => undefined),
      lost: () => this.#close({how: 'silent'}, () => this.#transport.destroy()),
    })
  }

  /** Begins to read, `rest` first: what came behind the admission. */
  start(rest: Buffer): void {
    this.#transport.onClose = error => {
      this.#tellGone()
      this.#close(error ? {how: 'cut', error} : {how: 'cut'}, () => undefined)
    }
    if (rest.length > 0) this.#read(rest)
    if (this.#isOpen) this.#transport.onData = bytes => this.#read(bytes)
  }

  /** Gives all that comes from now on to another owner. */
  handTo(owner: ConnectionOwner): void {
    this.#owner = owner
    this.wake()
  }

  /** Sends a control frame ahead of everything that waits. */
  control(name: FrameName, payload: Uint8Array, fields?: FrameFields): void {
    if (!this.#isOpen) return
    if (this.#queue.controlLength >= maxControlFrames) {
      this.close('slow')
      return
    }
    this.#queue.pushControl({buffers: encodeFrame(name, payload, fields)})
    this.wake()
  }

  /** Gives a source of bulk its turns. */
  addBulk(source: FrameSource): void {
    this.#queue.addBulk(source)
    this.wake()
  }

  /** Sends a ping and calls `onPong` when the answer comes. */
  ping(onPong: () => void): void {
    const payload = Buffer.alloc(8)
    payload.writeBigUInt64BE(this.#nextPing)
    this.#pongs.set(this.#nextPing++, onPong)
    this.control('ping', payload)
  }

  /** Has the owner asked for what it wants to send, soon. */
  wake(): void {
    if (this.#isScheduled || !this.#isOpen) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#write()
    })
  }

  /** Says goodbye with a reason and closes, behind what is already with the socket. */
  close(code: string): void {
    this.#sayGoaway({code})
    this.#close({how: 'closed', code}, () => this.#transport.end())
  }

  #read(bytes: Buffer): void {
    if (!this.#isOpen) return
    this.#heartbeat.heard()
    try {
      this.#decoder.push(bytes)
    } catch (error) {
      this.#reject(error)
    }
    this.#limitTurn()
  }

  #limitTurn(): void {
    if (this.#isOpen && this.#framesThisTurn > maxFramesPerTurn) this.#transport.pause()
  }

  /** Counts a frame; when the turn is over, the count begins again, and the peer may go on. */
  #count(): void {
    if (this.#framesThisTurn++ > 0) return
    setImmediate(() => {
      const wasTooMany = this.#framesThisTurn > maxFramesPerTurn
      this.#framesThisTurn = 0
      if (wasTooMany && this.#isOpen) this.#transport.resume()
    })
  }

  #take(header: FrameHeader, payload: Buffer): void {
    if (!this.#isOpen) return
    this.#count()
    switch (header.name) {
      case 'ping':
        return this.control('pong', payload)
      case 'pong':
        return this.#takePong(payload.readBigUInt64BE())
      case 'goaway':
        return this.#close({how: 'goaway', goaway: decodeJson(goaway, payload)}, () => this.#transport.end())
      default:
        return this.#owner.frame(header, payload)
    }
  }

  #takePong(id: bigint): void {
    this.#pongs.get(id)?.()
    this.#pongs.delete(id)
  }

  /** A peer's mistake ends the connection with a reason; a mistake of ours must not hide as one of the peer's. */
  #reject(error: unknown): void {
    if (!(error instanceof ChatctlError) || error.code !== 'protocol-violation') throw error
    this.#sayGoaway({code: 'protocol-violation', message: error.message.slice(0, 200)})
    this.#close({how: 'violation', error}, () => this.#transport.end())
  }

  #sayGoaway(payload: Goaway): void {
    if (!this.#isOpen) return
    this.#transport.write(encodeFrame('goaway', encodeJson(payload)))
  }

  /** What is said leaves at once; bulk waits until the batch before it is out. */
  #write(): void {
    if (!this.#isOpen || this.#transport.queuedBytes > maxQueuedBytes) return
    const batch = this.#queue.take(batchBytes, !this.#isBulkLeaving)
    if (batch === undefined) return
    if (batch.hasBulk) this.#isBulkLeaving = true
    this.#transport.write(batch.buffers, () => {
      batch.flushed()
      if (batch.hasBulk) this.#isBulkLeaving = false
      // Bulk would go on for ever from flush to flush: let the loop see to everything else in between.
      if (batch.hasBulk) setImmediate(() => this.#write())
      else this.#write()
    })
    if (!batch.hasBulk) this.wake()
  }

  #close(end: ConnectionEnd, shut: () => void): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#heartbeat.stop()
    this.#pongs.clear()
    shut()
    this.#owner.closed(end)
  }
}
