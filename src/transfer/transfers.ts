import type {Member} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import type {Incoming} from './incoming.js'
import {maxOffers, maxUnfinished} from './limits.js'
import type {Outgoing} from './outgoing.js'

/** The transfers of one end of a session, in either direction, found by their id on the wire or their number here. */
export class Transfers {
  readonly #outgoing = new Map<string, Outgoing>()
  readonly #incoming = new Map<string, Incoming>()

  /** Keeps a transfer until it has finished. */
  addOutgoing(outgoing: Outgoing): void {
    keep(this.#outgoing, outgoing)
  }

  /** Keeps a transfer until it has finished. */
  addIncoming(incoming: Incoming): void {
    keep(this.#incoming, incoming)
  }

  /** What goes out under an id. */
  outgoing(id: string): Outgoing | undefined {
    return this.#outgoing.get(id)
  }

  /** What comes in under an id. */
  incoming(id: string): Incoming | undefined {
    return this.#incoming.get(id)
  }

  /** What goes either way under an id. */
  find(id: string): Incoming | Outgoing | undefined {
    return this.#outgoing.get(id) ?? this.#incoming.get(id)
  }

  /** What goes either way under a number. */
  byNumber(number: number): Incoming | Outgoing | undefined {
    return this.all().find(({transfer}) => transfer === number)
  }

  /**
   * What goes either way under a number.
   * @throws ChatctlError `unknown-transfer`
   */
  require(number: number): Incoming | Outgoing {
    const found = this.byNumber(number)
    if (found === undefined) throw unknownTransfer(number, 'waits here or is on its way')
    return found
  }

  /** Every transfer. */
  all(): (Incoming | Outgoing)[] {
    return [...this.#outgoing.values(), ...this.#incoming.values()]
  }

  /** Every transfer that comes here. */
  allIncoming(): Incoming[] {
    return [...this.#incoming.values()]
  }

  /** What waits for an answer from here. */
  waiting(): Incoming[] {
    return this.#filterIncoming(({isWaiting}) => isWaiting)
  }

  /**
   * What waits for an answer under a number.
   * @throws ChatctlError `unknown-transfer`
   */
  requireWaiting(number: number): Incoming {
    const incoming = this.waiting().find(({transfer}) => transfer === number)
    if (incoming === undefined) throw unknownTransfer(number, 'waits here')
    return incoming
  }

  /** Whether a member has as much here that is not finished, or not answered, as anyone may. */
  hasEnoughFrom({id}: Member): boolean {
    const theirs = this.#filterIncoming(({offer}) => offer.from.id === id)
    return theirs.length >= maxUnfinished || theirs.filter(({isWaiting}) => isWaiting).length >= maxOffers
  }

  /** The ends of all that is offered from here, and of all that has been accepted here. */
  busy(): Promise<unknown>[] {
    const accepted = this.#filterIncoming(({isWaiting}) => !isWaiting)
    return [...this.#outgoing.values(), ...accepted].map(({finished}) => finished)
  }

  #filterIncoming(test: (incoming: Incoming) => boolean): Incoming[] {
    return [...this.#incoming.values()].filter(test)
  }
}

function unknownTransfer(number: number, what: string): ChatctlError {
  return new ChatctlError('unknown-transfer', `no file of number ${number} ${what}`)
}

function keep<T extends Incoming | Outgoing>(transfers: Map<string, T>, transfer: T): void {
  transfers.set(transfer.id, transfer)
  void transfer.finished.then(() => transfers.delete(transfer.id))
}
