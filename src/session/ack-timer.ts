import {ChatctlError} from '../errors/index.js'
import type {Clock} from './clock.js'
import {maxInFlightBytes} from './outbox.js'

/** How long an acknowledgement waits for a message to travel with. */
export const ackDelayMs = 20

/** Bytes that came and are not acknowledged after which it waits no longer: the sender may run dry. */
export const maxUnacknowledgedBytes = 256 * 1024

/**
 * Decides when what came is acknowledged: with the next message that leaves, or soon, or at once when it is much; and
 * not before it may be, which holds a sender back.
 */
export class AckTimer {
  readonly #clock: Clock
  readonly #acknowledge: () => void
  readonly #mayAcknowledge: () => boolean
  #cancel: (() => void) | undefined
  #bytes = 0

  constructor(clock: Clock, acknowledge: () => void, mayAcknowledge = (): boolean => true) {
    this.#clock = clock
    this.#acknowledge = acknowledge
    this.#mayAcknowledge = mayAcknowledge
  }

  /**
   * Counts what came.
   * @throws ChatctlError `protocol-violation` when the sender goes on though it is held back
   */
  received(byteLength: number): void {
    this.#bytes += byteLength
    if (this.#bytes > maxInFlightBytes)
      throw new ChatctlError('protocol-violation', 'the other side sent more messages than it may before an ack')
    if (this.#bytes >= maxUnacknowledgedBytes) this.flush()
    else this.#waitAWhile()
  }

  /** Acknowledges now, if anything waits for it. */
  flush(): void {
    if (this.#bytes === 0) return
    if (!this.#mayAcknowledge()) return this.#waitAWhile()
    this.stop()
    this.#acknowledge()
  }

  /** Calls it off: the connection is gone. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#bytes = 0
  }

  #waitAWhile(): void {
    this.#cancel ??= this.#clock.setTimeout(() => {
      this.#cancel = undefined
      this.flush()
    }, ackDelayMs)
  }
}
