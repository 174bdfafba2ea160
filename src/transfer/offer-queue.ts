import {basename, resolve} from 'node:path'
import type {Compression, Member, NamedStream} from '../conversation.js'
import type {DeskServices} from './desk-services.js'
import {inspectSource} from './inspect-source.js'
import {jobOf, leastResumableBytes, newJob} from './job.js'
import {maxInspections} from './limits.js'
import {mediaTypeOf} from './media-type.js'
import {OfferPlaces} from './offer-places.js'
import {Outgoing} from './outgoing.js'
import {Places} from './places.js'
import type {Source} from './source.js'
import {StreamSource} from './stream-source.js'
import type {WalkOptions} from './tree/walk-tree.js'

/** For whom a file is, when not for the peer itself, what it is called, and what of a directory is wanted. */
export interface OfferOptions extends WalkOptions {
  to?: Member
  name?: string
  /** False when it is to begin anew, whatever of it is there. */
  isResumable?: boolean
  /** `auto` by default. */
  compression?: Compression
  /** How many are offered the same, who can share one sending; one by default. */
  recipients?: number
}

/** Shared MIME-info Database, 2.11. */
const directoryType = 'inode/directory'

/** What is called how that is offered by its path, such as `..`; the root of all has no name. */
export function nameOf(what: string | NamedStream): string {
  return typeof what === 'string' ? basename(resolve(what)) || 'root' : what.name
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
   * Looks at a file, or takes a stream, and returns its transfer, which offers itself as soon as there is a place.
   * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`, or why `requireOpen` refuses
   */
  async add(
    what: string | NamedStream,
    {
      to: peer = this.#peer(),
      name = nameOf(what),
      isResumable = true,
      compression = 'auto',
      recipients = 1,
      ...options
    }: OfferOptions,
    requireOpen: () => void,
  ): Promise<Outgoing> {
    const source = await this.#sourceOf(what, options)
    const mediaType = source.kind === 'tree' ? directoryType : await mediaTypeOf(name)
    requireOpen()
    const isRelayed = peer.id !== this.#peer().id
    const place = this.#places.take(peer.id, isRelayed)
    const job = recipients > 1 ? this.#sharedJobOf(source, isResumable) : isResumable ? this.#jobOf(source) : undefined
    const file = {
      number: this.#nextNumber(),
      source,
      compression,
      job,
      name: name.toWellFormed(),
      mediaType,
      peer,
      recipients,
      isRelayed,
      place,
    }
    const outgoing = new Outgoing(file, this.#services)
    void outgoing.finished.then(async () => (await place)())
    return outgoing
  }

  #jobOf({identity, bytes, kind}: Source): string | undefined {
    const {jobKey} = this.#services
    const isWorthIt = kind === 'tree' || (bytes !== null && bytes >= leastResumableBytes)
    return jobKey && identity !== undefined && isWorthIt ? jobOf(jobKey, identity) : undefined
  }

  /** Who shares a sending has to be able to go on without it: what is not to be found again later has a job for this once. */
  #sharedJobOf({identity}: Source, isResumable: boolean): string | undefined {
    const {jobKey} = this.#services
    if (identity === undefined) return undefined
    return jobKey && isResumable ? jobOf(jobKey, identity) : newJob()
  }

  async #sourceOf(what: string | NamedStream, options: WalkOptions): Promise<Source> {
    return typeof what === 'string' ? this.#inspect(resolve(what), options) : new StreamSource(what.stream)
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
