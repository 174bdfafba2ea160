import type {Member, NamedStream, Offer, OutgoingFile, RoomEvent, Transfer} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import {attributesOf} from '../protocol/attributes.js'
import type {FileMessage} from '../protocol/messages.js'
import type {ChannelLabel} from '../protocol/payloads.js'
import type {Clock} from '../session/clock.js'
import {SharingPool} from './many/sharing-pool.js'
import type {Bandwidth} from './pace/bandwidth.js'
import type {DeskServices} from './desk-services.js'
import {Incoming} from './incoming.js'
import {destine, judge, type Acceptance, type Intake} from './intake.js'
import type {Outgoing} from './outgoing.js'
import {OfferQueue, type OfferOptions} from './offer-queue.js'
import type {BulkReader} from './receiver.js'
import type {BulkWriter} from './sender.js'
import {declinedThere, failedThere} from './transfer-errors.js'
import type {Start} from './source.js'
import {Transfers} from './transfers.js'

/** What a desk works with. */
export interface TransferDeskOptions {
  session: {
    send(message: FileMessage): unknown
    openChannel(label: ChannelLabel): BulkWriter
    acknowledged(): Promise<void>
    acknowledge(): void
  }
  /** Who offers something: who is at the other end, or, when it may say so, whom it relays for. */
  peer: (relayedFor?: Member) => Member
  /** Whether the device at the other end was remembered before this process started. */
  isPeerKnown?: () => boolean
  /** Of the device at the other end: only it finds again what it left here. */
  peerFingerprint?: () => string
  /** Makes what jobs are called; without it nothing that is offered here can be resumed. */
  jobKey?: Buffer | undefined
  /** Read anew for each offer: its owner may change it. */
  intake: Intake
  clock: Clock
  /** Gives the next number of a transfer, unique in the process. */
  nextNumber: () => number
  bandwidth: Bandwidth
  /** Where those meet who are offered the same, over this desk and others; nobody else by default. */
  sharing?: SharingPool
  emit: (event: RoomEvent) => void
}

/** Everything about files of one end of one session: what is offered from here, and what is offered here. */
export class TransferDesk {
  readonly #options: TransferDeskOptions
  readonly #services: DeskServices
  readonly #transfers = new Transfers()
  readonly #queue: OfferQueue
  readonly #preparing = new Set<Promise<OutgoingFile>>()
  /** What is left to do of transfers that are over. */
  readonly #afterwards = new Set<Promise<void>>()
  #closed: ChatctlError | undefined
  #sayClosed: (error: ChatctlError) => void = () => undefined
  readonly #hasClosed = new Promise<never>((_, reject) => (this.#sayClosed = reject))

  constructor(options: TransferDeskOptions) {
    const {session, clock, bandwidth, emit, jobKey, peerFingerprint = () => ''} = options
    const {sharing = new SharingPool(clock)} = options
    this.#options = options
    this.#services = {
      clock,
      bandwidth,
      sharing,
      peerFingerprint,
      jobKey,
      say: message => this.#say(message),
      heard: () => Promise.race([session.acknowledged(), this.#hasClosed]),
      after: work => this.#keepUntilDone(work),
      openChannel: label => session.openChannel(label),
      emit,
    }
    this.#queue = new OfferQueue(this.#services, options)
    // Only who waits for it needs to know.
    this.#hasClosed.catch(() => undefined)
  }

  /**
   * Offers a file, a directory, or what a stream gives, to the peer, or to the member `to` behind it, as soon as it has a place;
   * resolves before that.
   * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`, or why the desk is closed
   */
  async offer(path: string | NamedStream, options: OfferOptions = {}): Promise<OutgoingFile> {
    const preparing = this.#prepare(path, options)
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
        return this.#transfers.outgoing(transfer)?.accept(startOf(message), message.blocks)
      case 'verified':
        // Until it knows that this was heard the other side keeps what it needs to say it to another session.
        this.#options.session.acknowledge()
        return this.#transfers.outgoing(transfer)?.verify(message)
      case 'decline':
        return this.#transfers.outgoing(transfer)?.stop(declinedThere(message.code), true)
      case 'failed':
        return this.#transfers.find(transfer)?.stop(failedThere(message.code), true)
      case 'cancel':
        return this.#transfers.find(transfer)?.stop(failedThere('cancelled'), true)
      case 'pause':
        return this.#transfers.find(transfer)?.pauses.takePause(message.code)
      case 'resume':
        return this.#transfers.find(transfer)?.pauses.takeResume()
    }
  }

  /** Takes a channel that the peer opened. */
  handleChannel(channel: BulkReader): void {
    const isDue = this.#transfers.incoming(channel.label.transfer)?.open(channel) ?? false
    if (!isDue) channel.reset('unknown-transfer')
  }

  /** The connection is gone, and with it every channel; the session may come back. */
  detached(): void {
    for (const incoming of this.#transfers.allIncoming()) incoming.detached()
  }

  /** What waits for an answer from here. */
  offers(): Offer[] {
    return this.#transfers.waiting().map(({offer}) => offer)
  }

  /** What is offered, or on its way, in either direction. */
  transfers(): Transfer[] {
    return this.#transfers.all().map(transfer => transfer.describe())
  }

  /** Whether a transfer has this id on the wire, in either direction. */
  uses(id: string): boolean {
    return this.#transfers.find(id) !== undefined
  }

  /** Whether what comes under this id outlives its channel; undefined when nothing comes. */
  outlivesChannels(id: string): boolean | undefined {
    return this.#transfers.incoming(id)?.isResumable
  }

  /** Whether an offer of this number waits here, or a transfer of it is under way. */
  has(transfer: number): boolean {
    return this.#transfers.byNumber(transfer) !== undefined
  }

  /**
   * Takes an offered file, under another name if `as` is given.
   * @throws ChatctlError `unknown-transfer`, `unsafe-name`
   */
  accept(transfer: number, as?: string): void {
    this.#take(this.#transfers.requireWaiting(transfer), as)
  }

  /**
   * Turns an offer down.
   * @throws ChatctlError `unknown-transfer`
   */
  decline(transfer: number): void {
    this.#transfers.requireWaiting(transfer).stop(new ChatctlError('declined', 'declined here'), false)
  }

  /**
   * Gives up a transfer of either direction, wherever it stands, for a reason.
   * @throws ChatctlError `unknown-transfer`
   */
  cancel(transfer: number, reason = new ChatctlError('cancelled', 'cancelled here')): void {
    this.#transfers.require(transfer).stop(reason, false)
  }

  /**
   * Lets a transfer of either direction stand still.
   * @throws ChatctlError `unknown-transfer`, `bad-argument` when it is not on its way
   */
  pause(transfer: number): void {
    this.#transfers.require(transfer).pauses.pause('asked')
  }

  /**
   * Lets a transfer go on that stands still because of this end.
   * @throws ChatctlError `unknown-transfer`, `bad-argument` when none of it is up to this end
   */
  resume(transfer: number): void {
    this.#transfers.require(transfer).resume()
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
    this.#sayClosed(error)
    for (const transfer of this.#transfers.all()) transfer.leave(error)
    await Promise.allSettled(this.#transfers.all().map(({finished}) => finished))
    await Promise.allSettled(this.#afterwards)
  }

  async #prepare(path: string | NamedStream, options: OfferOptions): Promise<OutgoingFile> {
    const outgoing = await this.#queue.add(path, options, () => this.#requireOpen())
    this.#transfers.addOutgoing(outgoing)
    this.#stopIfClosed(outgoing)
    return outgoing
  }

  #takeOffer({transfer: id, job, from: relayedFor, ...what}: FileMessage & {type: 'offer'}): void {
    const {name, bytes, files, kind, mediaType} = what
    const from = this.#options.peer(relayedFor)
    // An id that is taken would mix up two transfers.
    if (this.#transfers.hasEnoughFrom(from) || this.uses(id)) {
      this.#say({type: 'decline', transfer: id, code: 'too-many'})
      return
    }
    const transfer = this.#options.nextNumber()
    const offer = {transfer, from, name, bytes, files, mediaType, ...(kind && {kind})}
    const incoming = new Incoming(id, offer, this.#services, {job, attributes: attributesOf(what)})
    this.#transfers.addIncoming(incoming)
    this.#stopIfClosed(incoming)
    const verdict = this.#judge(offer)
    this.#options.emit({event: 'offer', ...offer, ...(verdict !== 'ask' && {taken: verdict === 'all'})})
    if (verdict === 'all') this.#take(incoming)
    if (verdict === 'none') incoming.stop(new ChatctlError('declined', 'files are not taken here'), false)
    if (verdict instanceof ChatctlError) incoming.stop(verdict, false)
  }

  #judge(offer: Offer): Acceptance | ChatctlError {
    try {
      return judge(offer, this.#options.intake, this.#isFromKnown(offer))
    } catch (error) {
      return toChatctlError(error)
    }
  }

  /** Of the device behind a relayed offer nothing is known but what the host says. */
  #isFromKnown({from}: Offer): boolean {
    const {peer, isPeerKnown} = this.#options
    return isPeerKnown?.() === true && from.id === peer().id
  }

  #take(incoming: Incoming, as?: string): void {
    const {name, isAltered, destination} = destine(incoming.offer, this.#options.intake, as)
    if (isAltered) {
      const message = `#${incoming.transfer} becomes ${name}: its own name cannot stand here`
      this.#options.emit({event: 'notice', code: 'name-altered', message})
    }
    incoming.accept(destination)
  }

  #say(message: FileMessage): void {
    if (!this.#closed) this.#options.session.send(message)
  }

  #requireOpen(): void {
    if (this.#closed) throw this.#closed
  }

  /** What a transfer says first may be what ends a session that is too slow. */
  #stopIfClosed(transfer: Incoming | Outgoing): void {
    if (this.#closed) transfer.leave(this.#closed)
  }

  #busy(): Promise<unknown>[] {
    return [...this.#preparing, ...this.#transfers.busy(), ...this.#afterwards]
  }

  #keepUntilDone(work: Promise<void>): void {
    this.#afterwards.add(work)
    void work.finally(() => this.#afterwards.delete(work))
  }
}

function startOf({offset = 0, place}: FileMessage & {type: 'accept'}): Start {
  return {bytes: offset, place}
}
