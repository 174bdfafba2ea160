import {basename, resolve} from 'node:path'
import type {Member, Offer, OutgoingFile, RoomEvent, Transfer} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import type {FileMessage} from '../protocol/messages.js'
import type {ChannelLabel} from '../protocol/payloads.js'
import type {Clock} from '../session/clock.js'
import type {Bandwidth} from './bandwidth.js'
import type {DeskServices} from './desk-services.js'
import {Incoming} from './incoming.js'
import {mediaTypeOf} from './media-type.js'
import {Outgoing} from './outgoing.js'
import {maxInspections, maxOffers, maxUnfinished} from './limits.js'
import {OfferPlaces} from './offer-places.js'
import {Places} from './places.js'
import type {BulkReader} from './receiver.js'
import {toSafeName} from './safe-name.js'
import type {BulkWriter} from './sender.js'
import {inspectSource, type SourceFile} from './source-file.js'
import {declinedThere, failedThere} from './transfer-errors.js'

/** What happens to files that are offered here. */
export interface Intake {
  /** Where received files go. */
  directory: string
  /** Put before a received name. */
  prefix: string
  accept: 'all' | 'ask' | 'none'
  /** Whether devices that were remembered before may bring files at once, whatever `accept` says of others. */
  acceptKnown?: boolean | undefined
  /** The largest file that is taken; any by default. */
  maxBytes?: number | undefined
}

/** What a desk works with. */
export interface TransferDeskOptions {
  session: {
    send(message: FileMessage): unknown
    openChannel(label: ChannelLabel): BulkWriter
  }
  /** Who offers something: who is at the other end, or, when it may say so, whom it relays for. */
  peer: (relayedFor?: Member) => Member
  /** Whether the device at the other end was remembered before this process started. */
  isPeerKnown?: () => boolean
  /** Read anew for each offer: its owner may change it. */
  intake: Intake
  clock: Clock
  /** Gives the next number of a transfer, unique in the process. */
  nextNumber: () => number
  bandwidth: Bandwidth
  emit: (event: RoomEvent) => void
}

/** For whom a file is, when not for the peer itself, and what it is called. */
export interface OfferOptions {
  to?: Member
  name?: string
}

/** Everything about files of one end of one session: what is offered from here, and what is offered here. */
export class TransferDesk {
  readonly #options: TransferDeskOptions
  readonly #services: DeskServices
  readonly #outgoing = new Map<string, Outgoing>()
  readonly #incoming = new Map<string, Incoming>()
  readonly #preparing = new Set<Promise<OutgoingFile>>()
  readonly #inspections = new Places(maxInspections)
  readonly #places = new OfferPlaces()
  #closed: ChatctlError | undefined

  constructor(options: TransferDeskOptions) {
    const {session, clock, bandwidth, emit} = options
    this.#options = options
    this.#services = {
      clock,
      bandwidth,
      say: message => this.#say(message),
      openChannel: transfer => session.openChannel({transfer}),
      emit,
    }
  }

  /**
   * Offers a file to the peer, or to the member `to` behind it, as soon as it has a place; resolves before that.
   * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`, or why the desk is closed
   */
  async offer(
    path: string,
    {to = this.#options.peer(), name = basename(path)}: OfferOptions = {},
  ): Promise<OutgoingFile> {
    const preparing = this.#prepare(path, to, name)
    this.#preparing.add(preparing)
    try {
      return await preparing
    } finally {
      this.#preparing.delete(preparing)
    }
  }

  /** Takes a message of the peer about files. What concerns a transfer that has ended here is late, and no matter. */
  handle(message: FileMessage): void {
    const {transfer} = message
    switch (message.type) {
      case 'offer':
        return this.#takeOffer(message)
      case 'accept':
        return this.#outgoing.get(transfer)?.accept()
      case 'verified':
        return this.#outgoing.get(transfer)?.verify()
      case 'decline':
        return this.#outgoing.get(transfer)?.stop(declinedThere(message.code), true)
      case 'failed':
        return this.#find(transfer)?.stop(failedThere(message.code), true)
      case 'cancel':
        return this.#find(transfer)?.stop(failedThere('cancelled'), true)
    }
  }

  /** Takes a channel that the peer opened. */
  handleChannel(channel: BulkReader): void {
    const isDue = this.#incoming.get(channel.label.transfer)?.open(channel) ?? false
    if (!isDue) channel.reset('unknown-transfer')
  }

  /** What waits for an answer from here. */
  offers(): Offer[] {
    return this.#waiting().map(({offer}) => offer)
  }

  /** What is offered, or on its way, in either direction. */
  transfers(): Transfer[] {
    return this.#all().map(transfer => transfer.describe())
  }

  /** Whether a transfer has this id on the wire, in either direction. */
  uses(id: string): boolean {
    return this.#find(id) !== undefined
  }

  /** Whether an offer of this number waits here, or a transfer of it is under way. */
  has(transfer: number): boolean {
    return this.#byNumber(transfer) !== undefined
  }

  /**
   * Takes an offered file, under another name if `as` is given.
   * @throws ChatctlError `unknown-transfer`, `unsafe-name`
   */
  accept(transfer: number, as?: string): void {
    this.#take(this.#waitingOffer(transfer), as)
  }

  /**
   * Turns an offer down.
   * @throws ChatctlError `unknown-transfer`
   */
  decline(transfer: number): void {
    this.#waitingOffer(transfer).stop(new ChatctlError('declined', 'declined here'), false)
  }

  /**
   * Gives up a transfer of either direction, wherever it stands, for a reason.
   * @throws ChatctlError `unknown-transfer`
   */
  cancel(transfer: number, reason = new ChatctlError('cancelled', 'cancelled here')): void {
    const found = this.#byNumber(transfer)
    if (found === undefined) throw unknownTransfer(transfer)
    found.stop(reason, false)
  }

  /** Whether nothing is offered from here and nothing accepted is under way. */
  get isIdle(): boolean {
    return this.#busy().length === 0
  }

  /** Resolves when the desk is idle. */
  async idle(): Promise<void> {
    for (let busy = this.#busy(); busy.length > 0; busy = this.#busy()) await Promise.allSettled(busy)
  }

  /** Ends everything for a reason: the session is over. Resolves when no file is open any more. */
  async close(error: ChatctlError): Promise<void> {
    this.#closed ??= error
    for (const transfer of this.#all()) transfer.stop(error, true)
    await Promise.allSettled(this.#all().map(({finished}) => finished))
  }

  /** A thousand files at once must not be a thousand open ones. */
  async #inspect(path: string): Promise<SourceFile> {
    await this.#inspections.take()
    try {
      return await inspectSource(path)
    } finally {
      this.#inspections.leave()
    }
  }

  async #prepare(path: string, peer: Member, name: string): Promise<OutgoingFile> {
    const source = await this.#inspect(resolve(path))
    const mediaType = await mediaTypeOf(name)
    if (this.#closed) throw this.#closed
    const isRelayed = peer.id !== this.#options.peer().id
    const place = this.#places.take(peer.id, isRelayed)
    const number = this.#options.nextNumber()
    const file = {number, source, name: name.toWellFormed(), mediaType, peer, isRelayed, place}
    const outgoing = new Outgoing(file, this.#services)
    void outgoing.finished.then(async () => (await place)())
    this.#enter(this.#outgoing, outgoing)
    return outgoing
  }

  #takeOffer({transfer: id, name, bytes, files, mediaType, from: relayedFor}: FileMessage & {type: 'offer'}): void {
    const from = this.#options.peer(relayedFor)
    // An id that is taken would mix up two transfers.
    if (this.#hasEnoughFrom(from) || this.uses(id)) {
      this.#say({type: 'decline', transfer: id, code: 'too-many'})
      return
    }
    const offer = {transfer: this.#options.nextNumber(), from, name, bytes, files, mediaType}
    const incoming = new Incoming(id, offer, this.#services)
    this.#enter(this.#incoming, incoming)
    this.#options.emit({event: 'offer', ...offer})
    this.#answer(incoming)
  }

  #answer(incoming: Incoming): void {
    const {maxBytes} = this.#options.intake
    const accept = this.#acceptanceOf(incoming.offer)
    try {
      requireFit(incoming.offer.bytes, maxBytes)
      toSafeName(incoming.offer.name, this.#options.intake)
      if (accept === 'all') this.#take(incoming)
      if (accept === 'none') incoming.stop(new ChatctlError('declined', 'files are not taken here'), false)
    } catch (error) {
      incoming.stop(toChatctlError(error), false)
    }
  }

  /** Of the device behind a relayed offer nothing is known but what the host says. */
  #acceptanceOf({from}: Offer): Intake['accept'] {
    const {intake, peer, isPeerKnown} = this.#options
    const isKnown = isPeerKnown?.() === true && from.id === peer().id
    return intake.acceptKnown === true && isKnown ? 'all' : intake.accept
  }

  #take(incoming: Incoming, as?: string): void {
    const {directory, prefix, maxBytes} = this.#options.intake
    const {name, isAltered} =
      as === undefined ? toSafeName(incoming.offer.name, {prefix}) : toSafeName(as, {prefix: ''})
    if (isAltered) {
      const message = `#${incoming.offer.transfer} becomes ${name}: its own name cannot stand here`
      this.#options.emit({event: 'notice', code: 'name-altered', message})
    }
    incoming.accept({directory: resolve(directory), name, maxBytes})
  }

  #hasEnoughFrom({id}: Member): boolean {
    const theirs = [...this.#incoming.values()].filter(({offer}) => offer.from.id === id)
    return theirs.length >= maxUnfinished || theirs.filter(({isWaiting}) => isWaiting).length >= maxOffers
  }

  #say(message: FileMessage): void {
    if (!this.#closed) this.#options.session.send(message)
  }

  #enter<T extends Incoming | Outgoing>(transfers: Map<string, T>, transfer: T): void {
    transfers.set(transfer.id, transfer)
    void transfer.finished.then(() => transfers.delete(transfer.id))
    // What it says first may be what ends a session that is too slow.
    if (this.#closed) transfer.stop(this.#closed, true)
  }

  #all(): (Incoming | Outgoing)[] {
    return [...this.#outgoing.values(), ...this.#incoming.values()]
  }

  #find(id: string): Incoming | Outgoing | undefined {
    return this.#outgoing.get(id) ?? this.#incoming.get(id)
  }

  #byNumber(number: number): Incoming | Outgoing | undefined {
    return this.#all().find(({transfer}) => transfer === number)
  }

  #waiting(): Incoming[] {
    return [...this.#incoming.values()].filter(({isWaiting}) => isWaiting)
  }

  #waitingOffer(transfer: number): Incoming {
    const incoming = this.#waiting().find(({offer}) => offer.transfer === transfer)
    if (incoming === undefined) throw unknownTransfer(transfer)
    return incoming
  }

  #busy(): Promise<unknown>[] {
    const accepted = [...this.#incoming.values()].filter(({isWaiting}) => !isWaiting)
    return [...this.#preparing, ...[...this.#outgoing.values(), ...accepted].map(({finished}) => finished)]
  }
}

/** A size that nobody knows is looked at when it comes. */
function requireFit(bytes: number | null, maxBytes = Infinity): void {
  if (bytes !== null && bytes > maxBytes)
    throw new ChatctlError('too-large', `it has ${bytes} bytes, and no more than ${maxBytes} are taken here`)
}

function unknownTransfer(transfer: number): ChatctlError {
  return new ChatctlError('unknown-transfer', `no file of number ${transfer} waits here`)
}
