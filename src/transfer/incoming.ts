import type {Offer, Transfer} from '../conversation.js'
import {ChatctlError, type ErrorCode} from '../errors/index.js'
import type {Attributes} from '../protocol/attributes.js'
import type {DeskServices} from './desk-services.js'
import type {Destination, Opening} from './destination.js'
import {IncomingChannels} from './incoming-channels.js'
import {IncomingReport, type Received} from './incoming-report.js'
import {Leftovers} from './leftovers.js'
import type {PartOrigin} from './part/part-request.js'
import {Pauses} from './pauses.js'
import type {BulkReader} from './receiver.js'
import {RoomWait} from './room-wait.js'
import type {Sink} from './sink.js'
import {StopSwitch} from './stop-switch.js'
import {toTransferError} from './transfer-errors.js'

/** An offer waits that long for an answer. */
export const offerLifetimeMs = 10 * 60 * 1000

/** What an offer says besides what people see of it. */
export interface OfferTerms {
  /** What its sender calls it; undefined when it cannot be resumed. */
  job: string | undefined
  attributes: Attributes
}

/** After these there is nothing to go on with: someone does not want it, or what came is not what was offered. */
const finalCodes: readonly ErrorCode[] = [
  'cancelled',
  'declined',
  'no-answer',
  'digest-mismatch',
  'size-mismatch',
  'protocol-violation',
  'too-large',
  'source-changed',
]

/**
 * One file on its way in: offered, accepted, received, verified, published. It says and reports each step itself;
 * answers from here come in as `accept`, from the peer as `open`, from either as `stop`.
 */
export class Incoming {
  readonly id: string
  readonly transfer: number
  readonly offer: Offer
  /** Settles when nothing of it is left to do, whatever came of it. */
  readonly finished: Promise<void>
  /** Whether it stands still. */
  readonly pauses: Pauses
  readonly #services: DeskServices
  readonly #terms: OfferTerms
  readonly #switch = new StopSwitch()
  readonly #room: RoomWait
  readonly #report: IncomingReport
  readonly #channels: IncomingChannels
  readonly #leftovers: Leftovers
  #isAccepted = false
  #isOver = false
  /** The session ended, and nobody has given it up. */
  #isLeft = false
  #accept: (destination: Destination) => void = () => undefined

  constructor(id: string, offer: Offer, services: DeskServices, terms: OfferTerms) {
    this.id = id
    this.transfer = offer.transfer
    this.offer = offer
    this.#services = services
    this.#terms = terms
    const {transfer, name} = offer
    const stopSwitch = this.#switch
    const pauses = new Pauses({...services, id, transfer, name, giveUp: error => this.stop(error, false)})
    const report = new IncomingReport(id, offer, services)
    const isKept = (sink: Sink) => this.#isKept(sink)
    this.pauses = pauses
    this.#report = report
    this.#room = new RoomWait(pauses, services.clock, stopSwitch.signal)
    this.#channels = new IncomingChannels({id, offer, services, pauses, stopSwitch, report, isKept})
    this.#leftovers = new Leftovers(services, why => report.partLeft(why))
    this.finished = this.#run()
  }

  /** Whether it still waits for an answer. */
  get isWaiting(): boolean {
    return !this.#isAccepted && !this.isOver
  }

  /** Whether it has come to an end, though its traces may still be on their way out. */
  get isOver(): boolean {
    return this.#isOver || this.#switch.signal.aborted
  }

  /** Whether it outlives its channel. */
  get isResumable(): boolean {
    return this.#terms.job !== undefined
  }

  /** How far it is. */
  describe(): Transfer {
    const {transfer, name, from: peer, bytes} = this.offer
    const moving = this.#isAccepted ? this.pauses.describe() : {state: 'offered' as const}
    const {bytes: moved, rate} = this.#channels.moved
    return {transfer, direction: 'receive', name, peer, bytes, moved, rate, ...moving}
  }

  /** Takes the file. */
  accept(destination: Destination): void {
    this.#isAccepted = true
    this.#accept(destination)
  }

  /** Goes on, as far as this end holds it; a disk that is full may have room again. */
  resume(): void {
    const isFull = this.pauses.has('disk-full')
    if (isFull) this.#room.urge()
    if (!isFull || this.pauses.has('asked')) this.pauses.lift()
  }

  /** Takes the channel that the peer opened for it; false when none is due. */
  open(channel: BulkReader): boolean {
    return this.#channels.open(channel)
  }

  /** Ends it for a reason, which came from the peer or has to be told there. */
  stop(error: ChatctlError, isKnownThere: boolean): void {
    this.#switch.stop(error, isKnownThere)
  }

  /** The session is over: what came so far may be of use to another one. */
  leave(error: ChatctlError): void {
    this.#isLeft ||= !this.#switch.signal.aborted
    this.stop(error, true)
  }

  /** The connection is gone; the session may come back. */
  detached(): void {
    if (this.isResumable) this.#channels.detached()
  }

  async #run(): Promise<void> {
    try {
      const destination = await this.#answer()
      const startedMs = this.#services.clock.now()
      const received = await this.#receive(destination)
      this.#conclude(received, Math.round(this.#services.clock.now() - startedMs))
    } catch (thrown) {
      this.#fail(thrown)
    } finally {
      this.pauses.close()
    }
  }

  #answer(): Promise<Destination> {
    const answer = this.#switch.until<Destination>(resolve => (this.#accept = resolve))
    const expired = () => new ChatctlError('no-answer', 'the offer was not answered in time')
    return this.#switch.within(this.#services.clock, offerLifetimeMs, answer, expired)
  }

  async #receive(destination: Destination): Promise<Received> {
    // A peer that offers and cancels without end must not keep the disk busy.
    this.#switch.signal.throwIfAborted()
    const sink = await destination.open(this.id, this.#opening())
    try {
      const digest = await this.#channels.takeAll(sink, destination.maxBytes)
      await sink.persist()
      // That may have taken minutes.
      this.#switch.signal.throwIfAborted()
      return {sink, path: await sink.publish(), digest, resumedFrom: this.#channels.start}
    } catch (error) {
      await this.#putAway(sink, error)
      throw error
    }
  }

  #opening(): Opening {
    const {untilRoom} = this.#room
    const {job, attributes} = this.#terms
    return {untilRoom, attributes, origin: job === undefined ? undefined : this.#originOf(job)}
  }

  #originOf(job: string): PartOrigin {
    const error = new ChatctlError('taken-over', 'the same file is offered again')
    const takeOver = () => this.stop(error, false)
    const hasChanged = () => this.#report.startedOver(true)
    return {job, peerFingerprint: this.#services.peerFingerprint(), session: this.#services, takeOver, hasChanged}
  }

  async #putAway(sink: Sink, thrown: unknown): Promise<void> {
    const {error, isKnownThere} = this.#switch.explain(thrown)
    // What happens meanwhile, such as that its sender leaves, is not why it has ended.
    this.stop(error, isKnownThere)
    this.#room.close()
    await this.#leftovers.putAway(sink, this.#isKept(sink))
  }

  /** Whether what has come may be of use to another session, now that it was stopped. */
  #isKept({continuation}: Sink): boolean {
    const {code} = toTransferError(this.#switch.signal.reason)
    return continuation !== undefined && (this.#isLeft || !finalCodes.includes(code))
  }

  #conclude(received: Received, ms: number): void {
    this.#isOver = true
    this.#report.verified(received.sink)
    this.#leftovers.forgetWhenHeard(received.sink)
    this.#report.received(received, ms)
  }

  #fail(thrown: unknown): void {
    const ending = this.#switch.explain(thrown)
    this.#isOver = true
    this.#channels.reset(ending.error.code)
    this.#report.failed(ending, this.#isAccepted)
  }
}
