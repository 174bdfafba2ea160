import type {Offer, Transfer} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import {channelBytes} from './channel-bytes.js'
import type {DeskServices} from './desk-services.js'
import {Pauses} from './pauses.js'
import {nothingMoved, ProgressReport} from './progress-report.js'
import {receiveBytes, type BulkReader} from './receiver.js'
import {RoomWait, type UntilRoom} from './room-wait.js'
import {shortfallOf, toldShortfall} from './shortfall.js'
import type {Sink} from './sink.js'
import {stallMs} from './stall-watch.js'
import {StopSwitch} from './stop-switch.js'
import {endingOf, toTransferError} from './transfer-errors.js'

/** An offer waits that long for an answer. */
export const offerLifetimeMs = 10 * 60 * 1000

/** Where an accepted file goes. */
export interface Destination {
  /** The most that it may hold. */
  maxBytes?: number | undefined
  /**
   * Makes room for a transfer, by its id on the wire; what fills the disk up later waits.
   * @throws ChatctlError `disk-full`, `not-writable`, `exists`
   */
  open(transfer: string, untilRoom: UntilRoom): Promise<Sink>
}

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
  readonly #switch = new StopSwitch()
  readonly #room: RoomWait
  #isAccepted = false
  #isOver = false
  #accept: (destination: Destination) => void = () => undefined
  #open: ((channel: BulkReader) => void) | undefined
  #channel: BulkReader | undefined
  #progress: ProgressReport | undefined

  constructor(id: string, offer: Offer, services: DeskServices) {
    this.id = id
    this.transfer = offer.transfer
    this.offer = offer
    this.#services = services
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
    const sink = await destination.open(this.id, this.#room.untilRoom)
    try {
      const channel = await this.#awaitChannel()
      const digest = await this.#takeBytes(channel, sink, destination.maxBytes)
      await sink.persist()
      // That may have taken minutes.
      this.#switch.signal.throwIfAborted()
      return {sink, path: await sink.publish(), digest}
    } catch (error) {
      this.#room.close()
      await this.#discard(sink)
      throw error
    }
  }

  async #discard(sink: Sink): Promise<void> {
    try {
      await sink.discard()
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
    this.#services.say({type: 'accept', transfer: this.id})
    const stalled = () => new ChatctlError('stalled', 'the other side did not begin to send within a minute')
    const channel = await this.#switch.within(this.pauses.clock, stallMs, opened, stalled)
    this.pauses.onChange = isPaused => (isPaused ? channel.pause() : channel.resume())
    return (this.#channel = channel)
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
    const bytes = channelBytes(this.offer)
    const {signal} = this.#switch
    return receiveBytes(channel, sink, {bytes, maxBytes, clock, limiter: bandwidth.receive, signal, onReceived})
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
    const skipped = shortfallOf(missing, dropped)
    this.#isOver = true
    this.#services.say({type: 'verified', transfer: this.id, ...(told && {skipped: told})})
    if (renamed !== undefined) this.#services.emit({event: 'notice', code: 'name-altered', message: renamed})
    const sha256 = kind === 'tree' ? {} : {sha256: digest}
    const shortfall = skipped ? {skipped} : {}
    const received = {transfer, name, path, bytes, files, ...sha256, ...shortfall, ms, resumedFrom: 0}
    this.#services.emit({event: 'received', ...received})
  }

  #fail(thrown: unknown): void {
    const {error, isKnownThere} = this.#switch.explain(thrown)
    const {code, message} = error
    const {transfer, name} = this.offer
    this.#isOver = true
    this.#channel?.reset(code)
    if (!isKnownThere) this.#tell(code)
    const taken = this.#isAccepted ? {accepted: true as const} : {}
    this.#services.emit({event: endingOf(error, this.#isAccepted), transfer, name, code, message, ...taken})
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
