import {randomBytes} from 'node:crypto'
import type {Compression, Delivered, Member, OutgoingFile, Transfer} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import type {DeskServices} from './desk-services.js'
import {offerLifetimeMs} from './incoming.js'
import {OutgoingChannels} from './outgoing-channels.js'
import {OutgoingReport} from './outgoing-report.js'
import {Pauses} from './pauses.js'
import type {Verified} from './sent-file.js'
import {theBeginning, type Source} from './source.js'
import {stallMs} from './stall-watch.js'
import {StopSwitch} from './stop-switch.js'

/** An offer expires at its receiver; who does not even say so is not waited for much longer. */
export const offerPatienceMs = offerLifetimeMs + stallMs

/** What is offered, and under which number and name. */
export interface OutgoingOptions {
  number: number
  source: Source
  compression: Compression
  /** What it is called for whoever has a part of it; absent when it cannot be resumed. */
  job: string | undefined
  name: string
  mediaType: string
  /** Whom it is for. */
  peer: Member
  /** Whether somebody else is at the other end, who relays it. */
  isRelayed: boolean
  /** How many are offered the same: they can share one sending. */
  recipients: number
  /** Resolves when it may be offered: only so many are at once. */
  place: Promise<unknown>
}

/**
 * One file on its way out: offered when there is a place, accepted, sent, verified by the other side. It says and reports
 * each step itself; the peer's answers come in as `accept`, `verify` and `stop`.
 */
export class Outgoing implements OutgoingFile {
  readonly id = randomBytes(16).toString('hex')
  readonly transfer: number
  readonly offered: Promise<void>
  readonly answered: Promise<void>
  readonly delivered: Promise<Delivered>
  /** Settles when nothing of it is left to do, whatever came of it. */
  readonly finished: Promise<void>
  /** Whether it stands still. */
  readonly pauses: Pauses
  readonly #options: OutgoingOptions
  readonly #services: DeskServices
  readonly #switch = new StopSwitch()
  readonly #report: OutgoingReport
  readonly #channels: OutgoingChannels
  #accept: () => void = () => undefined
  #isAccepted = false

  constructor(options: OutgoingOptions, services: DeskServices) {
    this.transfer = options.number
    this.#options = options
    this.#services = services
    const {id, transfer} = this
    const {name, job, place} = options
    const stopSwitch = this.#switch
    const pauses = new Pauses({...services, id, transfer, name, giveUp: error => this.stop(error, false)})
    const report = new OutgoingReport(id, options, services)
    const channels = {id, isResumable: job !== undefined, services, pauses, stopSwitch, report}
    this.pauses = pauses
    this.#report = report
    this.#channels = new OutgoingChannels({...options, ...channels})
    const placed = this.#switch.until<undefined>(resolve => void place.then(() => resolve(undefined)))
    const accepted = placed.then(() => this.#offer())
    this.offered = placed.then(noop, noop)
    this.answered = accepted.then(noop, noop)
    this.delivered = this.#run(accepted)
    // Whoever does not wait for it hears of the end by its event.
    this.finished = this.delivered.then(noop, noop)
  }

  /** How far it is. */
  describe(): Transfer {
    const {name, peer, source} = this.#options
    const moving = this.#isAccepted ? this.pauses.describe() : {state: 'offered' as const}
    const {bytes: moved, rate} = this.#channels.moved
    return {transfer: this.transfer, direction: 'send', name, peer, bytes: source.bytes, moved, rate, ...moving}
  }

  /** The peer wants it from a place on; again when a connection was lost, or a digest was wrong. */
  accept(start = theBeginning, takesBlocks = false): void {
    this.#hear(() => this.#channels.ask(start, takesBlocks))
    this.#isAccepted = true
    this.pauses.begin()
    this.#accept()
  }

  /** Goes on, as far as this end holds it. */
  resume(): void {
    this.pauses.lift()
  }

  /** The peer has it whole, and published; but for what it had to drop of a tree. */
  verify(answer: Verified): void {
    this.#hear(() => this.#channels.verify(answer))
  }

  /** Ends it for a reason, which came from the peer or has to be told there. */
  stop(error: ChatctlError, isKnownThere: boolean): void {
    this.#switch.stop(error, isKnownThere)
  }

  /** The session is over. */
  leave(error: ChatctlError): void {
    this.stop(error, true)
  }

  /** What the peer says and cannot mean ends it. */
  #hear(what: () => void): void {
    try {
      what()
    } catch (error) {
      this.stop(toChatctlError(error), false)
    }
  }

  async #run(accepted: Promise<unknown>): Promise<Delivered> {
    try {
      await accepted
      const startedMs = this.#services.clock.now()
      const sent = await this.#channels.sendAll()
      const ms = Math.round(this.#services.clock.now() - startedMs)
      return this.#report.sent(sent, {ms, resumedFrom: this.#channels.start})
    } catch (thrown) {
      throw this.#fail(thrown)
    } finally {
      this.pauses.close()
    }
  }

  #offer(): Promise<undefined> {
    const {source, job, name, mediaType, peer, isRelayed} = this.#options
    const recipient = {...(job !== undefined && {job}), ...(isRelayed && {to: peer.id})}
    const accepted = this.#switch.until<undefined>(resolve => (this.#accept = () => resolve(undefined)))
    const {bytes, files, kind, attributes} = source
    const what = {name, bytes, files, mediaType, ...(kind && {kind}), ...attributes}
    this.#services.say({type: 'offer', transfer: this.id, ...what, ...recipient})
    const unanswered = () => new ChatctlError('no-answer', 'the offer was not answered in time')
    return this.#switch.within(this.#services.clock, offerPatienceMs, accepted, unanswered)
  }

  #fail(thrown: unknown): ChatctlError {
    const reason = this.#switch.explain(thrown)
    const {error, isKnownThere} = reason
    // Whatever still waits, for a turn of the limiter or for credit, ends with it.
    this.stop(error, isKnownThere)
    this.#report.failed(reason, this.#isAccepted)
    return error
  }
}

function noop(): void {
  // Only the moment matters.
}
