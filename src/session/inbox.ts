import {ChatctlError} from '../errors/index.js'
import {maxPayloadBytes} from '../protocol/frame.js'
import {maxMessageBytes} from '../protocol/messages.js'
import type {SequencedFrame} from './outbox.js'

/** What came in a session: every message once and in order, over however many connections. */
export class Inbox {
  #lastSeen = 0
  #parts: Buffer[] = []
  #bytes = 0

  /** The sequence number of the last frame that came. */
  get lastSeen(): number {
    return this.#lastSeen
  }

  /**
   * Takes a frame; returns the message that it completes, if it does. One that came before is dropped.
   * @throws ChatctlError `protocol-violation` on a gap, a message too long, or a cut that is not at a full frame
   */
  take({sequence, isContinued, payload}: SequencedFrame): Buffer | undefined {
    if (sequence <= this.#lastSeen) return undefined
    if (sequence !== this.#lastSeen + 1) throw violation(`message ${sequence} after ${this.#lastSeen}`)
    this.#lastSeen = sequence
    this.#gather(isContinued, payload)
    return isContinued ? undefined : this.#complete()
  }

  #gather(isContinued: boolean, payload: Buffer): void {
    if (isContinued && payload.length < maxPayloadBytes) throw violation('a message cut into short frames')
    this.#parts.push(payload)
    this.#bytes += payload.length
    if (this.#bytes > maxMessageBytes) throw violation('a message that is too long')
  }

  #complete(): Buffer {
    const [first, ...others] = this.#parts
    const message = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    return message
  }
}

function violation(what: string): ChatctlError {
  return new ChatctlError('protocol-violation', `the other side broke the order of messages: ${what}`)
}
