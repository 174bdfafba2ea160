import {ChatctlError} from '../errors/index.js'
import type {Clock} from './clock.js'
import {maxInFlightBytes} from './outbox.js'

/** How long an acknowledgement waits for a message to travel with. */
export const ackDelayMs = 20

/** Bytes that came and are not acknowledged after which it waits no longer: the sender may run dry. */
export const maxUnacknowledgedBytes = 256 * 1024

/** Whether what came may be acknowledged but for the last `laterBytes`: all of it, when there are none. */
export type MayAcknowledge = (laterBytes: number) => boolean

interface Arrived {
  readonly sequence: number
  readonly byteLength: number
}

/**
 * Decides when what came is acknowledged, and up to where: with the next message that leaves, or soon, or at once when
 * it is much; and not before it may be, which holds a sender back.
 */
export class AckTimer {
  readonly #clock: Clock
  readonly #acknowledge: (sequence: number) => void
  readonly #mayAcknowledge: MayAcknowledge
  #cancel: (() => void) | undefined
  #arrived: Arrived[] = []
  #bytes = 0

  constructor(clock: Clock, acknowledge: (sequence: number) => void, mayAcknowledge: MayAcknowledge = () => true) {
    this.#clock = clock
    this.#acknowledge = acknowledge
    this.#mayAcknowledge = mayAcknowledge
  }

  /**
   * Counts what came, up to a sequence number.
   * @throws ChatctlError `protocol-violation` when the sender goes on though it is held back
   */
  received(sequence: number, byteLength: number): void {
    this.#arrived.push({sequence, byteLength})
    this.#bytes += byteLength
    if (this.#bytes > maxInFlightBytes)
      throw new ChatctlError('protocol-violation', 'the other side sent more messages than it may before an ack')
    if (this.#bytes >= maxUnacknowledgedBytes) this.flush()
    else this.#waitAWhile()
  }

  /** Acknowledges now what waits for it and may be acknowledged. */
  flush(): void {
    const released = this.#release()
    if (this.#arrived.length > 0) this.#waitAWhile()
    else this.stop()
    if (released) this.#acknowledge(released.sequence)
  }

  /** Calls it off: the connection is gone. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#arrived = []
    this.#bytes = 0
  }

  /** Takes out what may be acknowledged; returns the last of it. */
  #release(): Arrived | undefined {
    const count = this.#countOfReleased()
    const released = this.#arrived.splice(0, count)
    for (const {byteLength} of released) this.#bytes -= byteLength
    return released.at(-1)
  }

  #countOfReleased(): number {
    if (this.#arrived.length === 0 || this.#mayAcknowledge(0)) return this.#arrived.length
    let laterBytes = this.#bytes
    const firstHeld = this.#arrived.findIndex(({byteLength}) => !this.#mayAcknowledge((laterBytes -= byteLength)))
    return firstHeld === -1 ? this.#arrived.length : firstHeld
  }

  #waitAWhile(): void {
    this.#cancel ??= this.#clock.setTimeout(() => {
      this.#cancel = undefined
      this.flush()
    }, ackDelayMs)
  }
}
