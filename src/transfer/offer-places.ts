import {maxOffers, maxRelays} from './limits.js'
import {Places} from './places.js'

/** Places for offers: so many for each recipient, and so many for all that the peer has to relay. */
export class OfferPlaces {
  readonly #byRecipient = new Map<number, {places: Places; users: number}>()
  readonly #relayed = new Places(maxRelays)

  /** Resolves when there is a place for an offer to a member, with how to give it back. */
  async take(recipient: number, isRelayed: boolean): Promise<() => void> {
    const own = this.#byRecipient.get(recipient) ?? {places: new Places(maxOffers), users: 0}
    this.#byRecipient.set(recipient, own)
    own.users++
    await own.places.take()
    if (isRelayed) await this.#relayed.take()
    return () => {
      if (isRelayed) this.#relayed.leave()
      own.places.leave()
      if (--own.users === 0) this.#byRecipient.delete(recipient)
    }
  }
}
