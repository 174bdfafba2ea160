import {basename, resolve} from 'node:path'
import type {Member} from '../conversation.js'
import type {DeskServices} from './desk-services.js'
import {inspectSource} from './inspect-source.js'
import {maxInspections} from './limits.js'
import {mediaTypeOf} from './media-type.js'
import {OfferPlaces} from './offer-places.js'
import {Outgoing} from './outgoing.js'
import {Places} from './places.js'
import type {Source} from './source.js'
import type {WalkOptions} from './walk-tree.js'

/** For whom a file is, when not for the peer itself, what it is called, and what of a directory is wanted. */
export interface OfferOptions extends WalkOptions {
  to?: Member
  name?: string
}

/** Shared MIME-info Database, 2.11. */
const directoryType = 'inode/directory'

/** What a file or a directory is called that is offered by its path, such as `..`; the root of all has no name. */
export function nameOf(path: string): string {
  return basename(resolve(path)) || 'root'
}

/** Makes transfers of what is to be offered: each looks at its file at once, and waits for a place among the offers. */
export class OfferQueue {
  readonly #services: DeskServices
  readonly #peer: () => Member
  readonly #nextNumber: () => number
  readonly #inspections = new Places(maxInspections)
  readonly #places = new OfferPlaces()

  /** `peer` is at the other end; `nextNumber` gives the next number of a transfer. */
  constructor(services: DeskServices, {peer, nextNumber}: {peer: () => Member; nextNumber: () => number}) {
    this.#services = services
    this.#peer = peer
    this.#nextNumber = nextNumber
  }

  /**
   * Looks at a file, and returns its transfer, which offers itself as soon as there is a place.
   * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`, or why `requireOpen` refuses
   */
  async add(
    path: string,
    {to: peer = this.#peer(), name = nameOf(path), ...options}: OfferOptions,
    requireOpen: () => void,
  ): Promise<Outgoing> {
    const source = await this.#inspect(resolve(path), options)
    const mediaType = source.kind === 'tree' ? directoryType : await mediaTypeOf(name)
    requireOpen()
    const isRelayed = peer.id !== this.#peer().id
    const place = this.#places.take(peer.id, isRelayed)
    const file = {number: this.#nextNumber(), source, name: name.toWellFormed(), mediaType, peer, isRelayed, place}
    const outgoing = new Outgoing(file, this.#services)
    void outgoing.finished.then(async () => (await place)())
    return outgoing
  }

  /** A thousand files at once must not be a thousand open ones. */
  async #inspect(path: string, options: WalkOptions): Promise<Source> {
    await this.#inspections.take()
    try {
      return await inspectSource(path, options, this.#services.clock)
    } finally {
      this.#inspections.leave()
    }
  }
}
