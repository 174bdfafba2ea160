import {ChatctlError} from '../errors/index.js'
import {maxPayloadBytes} from '../protocol/frame.js'
import {TalkBudget} from './talk-budget.js'

/** A piece of a message with its place in the session. */
export interface SequencedFrame {
  readonly sequence: number
  /** Whether the next frame goes on with the same message. */
  readonly isContinued: boolean
  readonly payload: Buffer
}

/** Bytes sent and not acknowledged: a receiver that withholds acknowledgements holds the sender back by this. */
export const maxInFlightBytes = 1024 * 1024

/**
 * What a session has to say, kept until the peer has acknowledged it and said again on the next connection.
 * Sequence numbers begin at 1.
 */
export class Outbox {
  readonly #budget: TalkBudget
  #frames: SequencedFrame[] = []
  #nextIndex = 0
  #lastSequence = 0
  #acknowledged = 0
  #bytes = 0
  #inFlightBytes = 0

  constructor(budget = new TalkBudget()) {
    this.#budget = budget
  }

  /** Bytes kept: not sent, or not acknowledged. */
  get bytes(): number {
    return this.#bytes
  }

  /** The sequence number of the last frame added. */
  get lastSequence(): number {
    return this.#lastSequence
  }

  /** The highest sequence number that the peer has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Adds a message, cut into frames; every frame but the last is full. */
  add(message: Buffer): void {
    const pieces = cut(message)
    for (const payload of pieces) {
      this.#frames.push({sequence: ++this.#lastSequence, isContinued: payload !== pieces.at(-1), payload})
      this.#budget.hold(payload)
    }
    this.#bytes += message.length
  }

  /** Takes the next frame to send, or undefined when all are sent or too much is in flight. */
  next(): SequencedFrame | undefined {
    const frame = this.#frames[this.#nextIndex]
    if (frame === undefined) return undefined
    if (this.#inFlightBytes > 0 && this.#inFlightBytes + frame.payload.length > maxInFlightBytes) return undefined
    this.#nextIndex++
    this.#inFlightBytes += frame.payload.length
    return frame
  }

  /**
   * Forgets what the peer has.
   * @throws ChatctlError `protocol-violation` when that was never sent
   */
  acknowledge(sequence: number): void {
    const count = sequence - this.#acknowledged
    if (count > this.#nextIndex) throw violation(sequence)
    if (count <= 0) return
    for (const {payload} of this.#frames.splice(0, count)) {
      this.#budget.release(payload)
      this.#bytes -= payload.length
      this.#inFlightBytes -= payload.length
    }
    this.#nextIndex -= count
    this.#acknowledged = sequence
  }

  /** Gives up all that is kept: nobody will take it any more. */
  discard(): void {
    for (const {payload} of this.#frames) this.#budget.release(payload)
    this.#frames = []
    this.#bytes = 0
  }

  /**
   * Begins again behind `lastSeen`, the last that came over the connection before this one.
   * @throws ChatctlError `protocol-violation` when the peer forgot what it acknowledged, or saw what was never sent
   */
  rewind(lastSeen: number): void {
    if (lastSeen < this.#acknowledged) throw violation(lastSeen)
    this.acknowledge(lastSeen)
    this.#nextIndex = 0
    this.#inFlightBytes = 0
  }
}

/** The same message is cut once, for however many it waits. */
const cuts = new WeakMap<Buffer, readonly Buffer[]>()

function cut(message: Buffer): readonly Buffer[] {
  const known = cuts.get(message)
  if (known) return known
  const pieces: Buffer[] = []
  for (let start = 0; start < message.length; start += maxPayloadBytes) {
    pieces.push(message.subarray(start, start + maxPayloadBytes))
  }
  cuts.set(message, pieces)
  return pieces
}

function violation(sequence: number): ChatctlError {
  return new ChatctlError('protocol-violation', `the other side acknowledged message ${sequence}, which it cannot have`)
}
