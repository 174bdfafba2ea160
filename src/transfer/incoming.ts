import type {Offer, Transfer} from '../conversation.js'
import {ChatctlError, toChatctlError, type ErrorCode} from '../errors/index.js'
import type {Attributes} from '../protocol/attributes.js'
import type {TreePlace} from '../protocol/tree-record.js'
import {channelBytes} from './channel-bytes.js'
import {Comebacks} from './comebacks.js'
import {ExpandingSink} from './compression/expanding-sink.js'
import type {DeskServices} from './desk-services.js'
import {RateLimiter} from './pace/rate-limiter.js'
import {Pauses} from './pauses.js'
import {nothingMoved, ProgressReport} from './progress-report.js'
import type {PartOrigin} from './part/part-request.js'
import {receiveBytes, type BulkReader, type ByteSink} from './receiver.js'
import {resumedNotice, startedOverNotice} from './resume-notice.js'
import {RoomWait, type UntilRoom} from './room-wait.js'
import {shortfallOf, toldShortfall} from './shortfall.js'
import type {Continuation, Sink} from './sink.js'
import {stallMs} from './stall-watch.js'
import {StopSwitch} from './stop-switch.js'
import {endingOf, toTransferError} from './transfer-errors.js'
import {whileIdle} from './while-idle.js'

/** An offer waits that long for an answer. */
export const offerLifetimeMs = 10 * 60 * 1000

/** What a place for a file has to know of its transfer. */
export interface Opening {
  untilRoom: UntilRoom
  /** Undefined when it cannot be resumed. */
  origin: PartOrigin | undefined
  attributes: Attributes
}

/** What an offer says besides what people see of it. */
export interface OfferTerms {
  /** What its sender calls it; undefined when it cannot be resumed. */
  job: string | undefined
  attributes: Attributes
}

/** Where an accepted file goes. */
export interface Destination {
  /** The most that it may hold. */
  maxBytes?: number | undefined
  /**
   * Makes room for a transfer, by its id on the wire; or goes on with what is there of the same origin. What fills the disk
   * up later waits.
   * @throws ChatctlError `disk-full`, `not-writable`, `exists`
   */
  open(transfer: string, opening: Opening): Promise<Sink>
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

/** Whoever was cut off may take so long to be back, and so may, behind a relay, the other one. */
export const returnPatienceMs = 3 * 60_000

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
  readonly #comebacks: Comebacks
  readonly #room: RoomWait
  #isAccepted = false
  #isOver = false
  /** The session ended, and nobody has given it up. */
  #isLeft = false
  #start = 0
  #place: TreePlace | undefined
  #hasStartedOver = false
  #accept: (destination: Destination) => void = () => undefined
  #open: ((channel: BulkReader) => void) | undefined
  #channel: BulkReader | undefined
  #progress: ProgressReport | undefined

  constructor(id: string, offer: Offer, services: DeskServices, terms: OfferTerms) {
    this.id = id
    this.transfer = offer.transfer
    this.offer = offer
    this.#services = services
    this.#comebacks = new Comebacks(services.clock)
    this.#terms = terms
    const {transfer, name} = offer
    this.pauses = new Pauses({...services, id, transfer, name, giveUp: error => this.stop(error, false)})
    this.#room = new RoomWait(this.pauses, services.clock, this.#switch.signal)
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
    const {bytes: moved, rate} = this.#progress?.measure() ?? nothingMoved
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
    if (this.#switch.signal.aborted) return this.#turnAway(channel)
    if (this.#open === undefined || this.isOver) return false
    this.#open(channel)
    this.#open = undefined
    return true
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

  /** A channel that was under way here may be lost without a trace: another one is asked for. */
  detached(): void {
    if (this.#open && this.isResumable && !this.isOver) this.#ask()
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
    const {untilRoom} = this.#room
    const {attributes} = this.#terms
    const sink = await destination.open(this.id, {untilRoom, origin: this.#origin(), attributes})
    sink.onStartedOver = () => this.#startOver()
    try {
      const digest = await this.#takeAll(sink, destination.maxBytes)
      await sink.persist()
      // That may have taken minutes.
      this.#switch.signal.throwIfAborted()
      return {sink, path: await sink.publish(), digest}
    } catch (error) {
      this.#settleOn(error)
      this.#room.close()
      await this.#putAway(sink, error)
      throw error
    }
  }

  /** What happens while it is put away, such as that its sender leaves, is not why it has ended. */
  #settleOn(thrown: unknown): void {
    const {error, isKnownThere} = this.#switch.explain(thrown)
    this.#switch.stop(error, isKnownThere)
  }

  /** A channel ends with its connection, and the transfer does not: the rest is asked for. */
  async #takeAll(sink: Sink, maxBytes: number | undefined): Promise<string> {
    for (;;) {
      this.#goOnFrom(sink)
      const channel = await this.#awaitChannel()
      // Whoever was cut off may never be back.
      if (this.#start > 0) this.#services.emit(resumedNotice(this.offer, this.#start))
      try {
        return await this.#takeBytes(channel, sink, maxBytes)
      } catch (error) {
        await this.#recover(error, sink)
      }
    }
  }

  #goOnFrom({bytes: start, place}: Sink): void {
    this.#start = start
    this.#place = place
  }

  #startOver(): void {
    this.#services.emit(startedOverNotice(this.offer))
    this.#start = 0
  }

  /**
   * Gets ready for another channel.
   * @throws unknown what is thrown when there is no going on
   */
  async #recover(thrown: unknown, {continuation}: Sink): Promise<void> {
    const {code} = toTransferError(thrown)
    if (continuation === undefined || this.#switch.signal.aborted) throw thrown
    this.#comebacks.take()
    if (code === 'connection-lost') return continuation.settled()
    if (code !== 'digest-mismatch' || this.#start === 0 || this.#hasStartedOver) throw thrown
    this.#hasStartedOver = true
    this.#startOver()
    await continuation.startOver()
  }

  #origin(): PartOrigin | undefined {
    const {job} = this.#terms
    if (job === undefined) return undefined
    const error = new ChatctlError('taken-over', 'the same file is offered again')
    const takeOver = () => this.stop(error, false)
    return {job, peerFingerprint: this.#services.peerFingerprint(), session: this.#services, takeOver}
  }

  async #putAway(sink: Sink, thrown: unknown): Promise<void> {
    const isKept = this.#isOfUse(thrown)
    await this.#tryTo(() => (sink.continuation && isKept ? sink.continuation.keep() : sink.discard()))
  }

  /** Whether what has come may be of use to another session when it ends like that. */
  #isOfUse(thrown: unknown): boolean {
    return this.#isLeft || !finalCodes.includes(this.#switch.explain(thrown).error.code)
  }

  async #tryTo(putAway: () => Promise<void>): Promise<void> {
    try {
      await putAway()
    } catch (thrown) {
      const {message} = toChatctlError(thrown)
      this.#services.emit({
        event: 'notice',
        code: 'part-left',
        message: `a part of #${this.transfer} is left: ${message}`,
      })
    }
  }

  async #awaitChannel(): Promise<BulkReader> {
    this.#switch.signal.throwIfAborted()
    const opened = this.#switch.until<BulkReader>(resolve => (this.#open = resolve))
    // A pause that overtook it would mean nothing there.
    this.pauses.begin()
    this.#ask()
    const stalled = () => new ChatctlError('stalled', 'the other side did not begin to send within a minute')
    const patienceMs = this.#channel ? returnPatienceMs : stallMs
    const channel = await this.#switch.within(this.pauses.clock, patienceMs, opened, stalled)
    this.pauses.onChange = isPaused => (isPaused ? channel.pause() : channel.resume())
    return (this.#channel = channel)
  }

  #ask(): void {
    const offset = this.#start > 0 && {offset: this.#start}
    const place = this.#place && {place: this.#place}
    this.#services.say({type: 'accept', transfer: this.id, ...offset, ...place, blocks: true})
  }

  /** It may come while the traces are cleared away, before the peer is told: then this tells why. */
  #turnAway(channel: BulkReader): boolean {
    channel.reset(toTransferError(this.#switch.signal.reason).code)
    return true
  }

  #takeBytes(channel: BulkReader, sink: Sink, maxBytes: number | undefined): Promise<string> {
    const {bandwidth} = this.#services
    const {clock} = this.pauses
    const progress = (this.#progress = this.#reportProgress(sink))
    const onReceived = () => progress.update()
    const limits = {bytes: channelBytes(this.offer), start: this.#start, maxBytes}
    const limiter = channel.isPaced ? new RateLimiter(clock) : bandwidth.receive
    const {signal} = this.#switch
    const isKept = () => sink.continuation !== undefined && this.#isOfUse(signal.reason)
    const terms = {limiter, clock, signal, isKept, onReceived}
    const patient = this.#patient(sink)
    if (channel.label.encoding === undefined) return receiveBytes(channel, patient, {...limits, ...terms})
    // How much the blocks hold is seen when they are expanded.
    const expanding = new ExpandingSink(patient, limits, signal)
    return receiveBytes(channel, expanding, {bytes: null, maxBytes: undefined, ...terms})
  }

  /** What was kept of a large file takes minutes to be hashed again. */
  #patient(sink: Sink): ByteSink {
    return {
      write: pieces => sink.write(pieces),
      digest: () => whileIdle(this.pauses, this.#services.clock, () => sink.digest()),
    }
  }

  #reportProgress(sink: Sink): ProgressReport {
    const {clock, emit} = this.#services
    const {transfer, bytes: total} = this.offer
    const fixed = {event: 'progress', transfer, direction: 'receive', total} as const
    return new ProgressReport(
      () => clock.now(),
      () => sink.bytes,
      moved => emit({...fixed, ...moved}),
    )
  }

  #conclude({sink, path, digest}: Received, ms: number): void {
    const {transfer, name, kind} = this.offer
    const {bytes, files, renamed, missing, dropped} = sink
    const told = dropped && toldShortfall(dropped)
    const shortened = told ? {skipped: told, kept: {bytes, files}} : {}
    const skipped = shortfallOf(missing, dropped)
    this.#isOver = true
    this.#services.say({type: 'verified', transfer: this.id, ...shortened})
    if (sink.continuation) this.#services.after(this.#forgetWhenHeard(sink.continuation))
    if (renamed !== undefined) this.#services.emit({event: 'notice', code: 'name-altered', message: renamed})
    const sha256 = kind === 'tree' ? {} : {sha256: digest}
    const shortfall = skipped ? {skipped} : {}
    const received = {transfer, name, path, bytes, files, ...sha256, ...shortfall, ms, resumedFrom: this.#start}
    this.#services.emit({event: 'received', ...received})
  }

  /** A sender that is gone before it has heard offers it again: what it takes to know it then stays. */
  async #forgetWhenHeard(continuation: Continuation): Promise<void> {
    const isHeard = await this.#services.heard().then(
      () => true,
      () => false,
    )
    if (isHeard) await this.#tryTo(() => continuation.forget())
  }

  #fail(thrown: unknown): void {
    const {error, isKnownThere} = this.#switch.explain(thrown)
    const {code, message} = error
    const {transfer, name} = this.offer
    this.#isOver = true
    this.#channel?.reset(code)
    if (!isKnownThere) this.#tell(code)
    const by = isKnownThere ? 'peer' : 'self'
    const taken = this.#isAccepted ? {accepted: true as const} : {}
    this.#services.emit({event: endingOf(error, this.#isAccepted), transfer, name, code, message, by, ...taken})
  }

  #tell(code: string): void {
    const {say} = this.#services
    if (code === 'cancelled') say({type: 'cancel', transfer: this.id})
    else if (this.#isAccepted) say({type: 'failed', transfer: this.id, code})
    else say({type: 'decline', transfer: this.id, code: code === 'no-answer' ? 'expired' : code})
  }
}

/** What has come, and is published. */
interface Received {
  sink: Sink
  path: string
  digest: string
}
