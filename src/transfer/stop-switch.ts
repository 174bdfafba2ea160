import type {ChatctlError} from '../errors/index.js'
import {ChannelResetError} from '../session/channel-errors.js'
import type {Clock} from '../session/clock.js'
import {toTransferError} from './transfer-errors.js'

/** Why a transfer has ended, and whether that came from the peer, or is known there. */
export interface StopReason {
  error: ChatctlError
  isKnownThere: boolean
}

/** Ends a transfer from outside, wherever it stands, and remembers why and whether the peer knows. */
export class StopSwitch {
  readonly #controller = new AbortController()
  #isKnownThere = false

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Stops the transfer; only the first reason counts. `isKnownThere` says that it came from the peer. */
  stop(error: ChatctlError, isKnownThere: boolean): void {
    if (this.signal.aborted) return
    this.#isKnownThere = isKnownThere
    this.#controller.abort(error)
  }

  /** Waits until the function that `begin` is given is called; rejects with the reason when the switch is used. */
  until<T>(begin: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.signal.throwIfAborted()
      const giveUp = (): void => reject(this.signal.reason as Error)
      this.signal.addEventListener('abort', giveUp, {once: true})
      begin(value => {
        this.signal.removeEventListener('abort', giveUp)
        resolve(value)
      })
    })
  }

  /** Waits for `work`, and stops the transfer when that takes longer than `delayMs`. */
  async within<T>(clock: Clock, delayMs: number, work: Promise<T>, reason: () => ChatctlError): Promise<T> {
    const callOff = clock.setTimeout(() => this.stop(reason(), false), delayMs)
    try {
      return await work
    } finally {
      callOff()
    }
  }

  /** Why a transfer ended in which `thrown` was thrown, and whether the peer has to be told. */
  explain(thrown: unknown): StopReason {
    const reason: unknown = this.signal.aborted ? this.signal.reason : thrown
    return {error: toTransferError(reason), isKnownThere: this.#isKnownThere || reason instanceof ChannelResetError}
  }
}
