import type {OutgoingFile} from '../conversation.js'
import type {Outcome} from './outcome.js'
import {settlesWithin} from './settles-within.js'

/** What was offered, and to whom. */
export interface Offered {
  name: string
  /** The nick of whom it is for. */
  to: string
  /** Offers it once more. */
  again: () => Promise<void>
}

interface OwnOffer {
  name: string
  isAnswered: boolean
  offered: Promise<void>
  answered: Promise<void>
  /** Resolves when the file has arrived or will not. */
  ended: Promise<void>
}

/** The files that this shell has offered, until each has come to its end. */
export class OwnOffers {
  readonly #outcome: Outcome
  readonly #open = new Map<number, OwnOffer>()
  readonly #failed = new Map<number, Offered>()

  constructor(outcome: Outcome) {
    this.#outcome = outcome
  }

  /** Follows a file from its offer on. */
  add({transfer, offered, answered, delivered}: OutgoingFile, what: Offered): void {
    const {name} = what
    const ended = delivered
      .catch((error: unknown) => {
        this.#outcome.failed(error)
        this.#failed.set(transfer, what)
      })
      .then(() => void this.#open.delete(transfer))
    const offer = {name, isAnswered: false, offered, answered, ended}
    this.#open.set(transfer, offer)
    void answered.then(() => (offer.isAnswered = true))
  }

  /** Returns the name under which a file was offered. */
  nameOf(transfer: number): string | undefined {
    return this.#open.get(transfer)?.name
  }

  /** Returns what did not arrive and was not offered again. */
  failed(): (Offered & {transfer: number})[] {
    return Array.from(this.#failed, ([transfer, offered]) => ({transfer, ...offered}))
  }

  /** Returns what did not arrive under a number, once: it is offered again. */
  takeFailed(transfer: number): Offered | undefined {
    const failed = this.#failed.get(transfer)
    this.#failed.delete(transfer)
    return failed
  }

  /**
   * Whether every offer has an answer, each within a time from when it left. One that has none is called off: those
   * that wait for its place come next.
   */
  async areAnswered(timeoutMs: number, callOff: (transfer: number) => void): Promise<boolean> {
    const inTime = Array.from(this.#open, async ([transfer, {offered, answered}]) => {
      await offered
      const isInTime = await settlesWithin(answered, timeoutMs)
      if (!isInTime) callOff(transfer)
      return isInTime
    })
    return (await Promise.all(inTime)).every(Boolean)
  }

  /** Resolves when every offer that has an answer has come to its end. */
  async settled(): Promise<void> {
    const answered = [...this.#open.values()].filter(offer => offer.isAnswered)
    await Promise.all(answered.map(offer => offer.ended))
  }
}
