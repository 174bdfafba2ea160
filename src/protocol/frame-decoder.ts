import {ChatctlError} from '../errors/index.js'
import {frameRules, headerBytes, type FrameHeader, type FrameName, type FrameRule, type Phase} from './frame.js'

/** Where decoded frames go. */
export interface FrameSink {
  /** A whole frame of any type but chunk. `payload` is the receiver's to keep. */
  frame(header: FrameHeader, payload: Buffer): void
  /** A piece of a chunk's payload, as it came: `offset` counts from the frame's first byte. Never copied. */
  chunk(header: FrameHeader, offset: number, piece: Buffer): void
}

const namesByType = new Map<number, FrameName>(
  Object.entries(frameRules).map(([name, rule]) => [rule.type, name as FrameName]),
)

type State =
  | {readonly awaits: 'header'}
  | {readonly awaits: 'payload'; readonly header: FrameHeader; readonly payload: Buffer}
  | {readonly awaits: 'chunk'; readonly header: FrameHeader}

const awaitHeader: State = {awaits: 'header'}
/** A view of nothing costs as much as any other, and one of each record would be a tenth of what decoding takes. */
const nothing = Buffer.alloc(0)

/**
 * Turns bytes into frames: the same frames however the bytes are split.
 *
 * Every limit is held from the header alone, before a byte of payload is kept. A chunk's payload passes through in
 * pieces; any other payload is gathered whole. States: `header` -> `payload` or `chunk` -> `header`.
 */
export class FrameDecoder {
  readonly #sink: FrameSink
  readonly #phase: Phase
  readonly #headerBuffer = Buffer.allocUnsafe(headerBytes)
  #state = awaitHeader
  /** Bytes of the current header or payload that have come. */
  #gathered = 0
  #isStopped = false

  constructor(phase: Phase, sink: FrameSink) {
    this.#phase = phase
    this.#sink = sink
  }

  /** Lets the sink, from inside a call, keep the frames behind this one from being decoded. */
  stop(): void {
    this.#isStopped = true
  }

  /**
   * Decodes as much as there is; returns what is left when the sink stopped the decoder, else nothing.
   * @throws ChatctlError `protocol-violation` at the first header that breaks a rule
   */
  push(bytes: Buffer): Buffer {
    let position = 0
    while (position < bytes.length && !this.#isStopped) position = this.#step(bytes, position)
    return position === bytes.length ? nothing : bytes.subarray(position)
  }

  #step(bytes: Buffer, position: number): number {
    const state = this.#state
    switch (state.awaits) {
      case 'header':
        return this.#readHeader(bytes, position)
      case 'payload':
        return this.#readPayload(state.header, state.payload, bytes, position)
      case 'chunk':
        return this.#readChunk(state.header, bytes, position)
    }
  }

  #readHeader(bytes: Buffer, position: number): number {
    const end = this.#gather(this.#headerBuffer, bytes, position)
    if (this.#gathered < headerBytes) return end
    const header = parseHeader(this.#headerBuffer, this.#phase)
    if (header.payloadBytes === 0) {
      this.#await(awaitHeader)
      this.#sink.frame(header, Buffer.alloc(0))
    } else if (header.name === 'chunk') {
      this.#await({awaits: 'chunk', header})
    } else {
      this.#await({awaits: 'payload', header, payload: Buffer.allocUnsafe(header.payloadBytes)})
    }
    return end
  }

  #readPayload(header: FrameHeader, payload: Buffer, bytes: Buffer, position: number): number {
    const end = this.#gather(payload, bytes, position)
    if (this.#gathered < payload.length) return end
    this.#await(awaitHeader)
    this.#sink.frame(header, payload)
    return end
  }

  #readChunk(header: FrameHeader, bytes: Buffer, position: number): number {
    const offset = this.#gathered
    const end = Math.min(bytes.length, position + header.payloadBytes - offset)
    this.#gathered += end - position
    if (this.#gathered === header.payloadBytes) this.#await(awaitHeader)
    this.#sink.chunk(header, offset, bytes.subarray(position, end))
    return end
  }

  #await(state: State): void {
    this.#state = state
    this.#gathered = 0
  }

  #gather(target: Buffer, bytes: Buffer, position: number): number {
    const end = Math.min(bytes.length, position + target.length - this.#gathered)
    bytes.copy(target, this.#gathered, position, end)
    this.#gathered += end - position
    return end
  }
}

function parseHeader(bytes: Buffer, phase: Phase): FrameHeader {
  const name = namesByType.get(bytes.readUInt8(0))
  if (name === undefined) throw violation(`unknown frame type ${bytes.readUInt8(0)}`)
  const header = {
    name,
    flags: bytes.readUInt8(1),
    number: bytes.readUIntBE(2, 6),
    channel: bytes.readUInt32BE(8),
    payloadBytes: bytes.readUInt32BE(12),
  }
  checkHeader(header, frameRules[name], phase)
  return header
}

function checkHeader(header: FrameHeader, rule: FrameRule, phase: Phase): void {
  if (rule.phase !== 'any' && rule.phase !== phase) throw violation(`${header.name} frame in phase ${phase}`)
  if (header.payloadBytes < rule.minPayloadBytes || header.payloadBytes > rule.maxPayloadBytes) {
    throw violation(`${header.name} frame of ${header.payloadBytes} bytes`)
  }
  if ((header.flags & ~rule.flags) !== 0) throw violation(`${header.name} frame with flags ${header.flags}`)
  if (rule.number === 'unused' && header.number !== 0) throw violation(`${header.name} frame with a number`)
  if (rule.isOfChannel !== header.channel > 0) throw violation(`${header.name} frame on channel ${header.channel}`)
}

function violation(what: string): ChatctlError {
  return new ChatctlError('protocol-violation', `the other side sent a wrong frame: ${what}`)
}
