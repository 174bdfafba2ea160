import type {Offer} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import type {TreePlace} from '../protocol/tree-record.js'
import {Comebacks} from './comebacks.js'
import type {DeskServices} from './desk-services.js'
import type {IncomingReport} from './incoming-report.js'
import type {Pauses} from './pauses.js'
import {nothingMoved, type Moved, type ProgressReport} from './progress-report.js'
import type {BulkReader} from './receiver.js'
import type {Sink} from './sink.js'
import {stallMs} from './stall-watch.js'
import type {StopSwitch} from './stop-switch.js'
import {takeChannel} from './take-channel.js'
import {toTransferError} from './transfer-errors.js'

/** Whoever was cut off may take so long to be back, and so may, behind a relay, the other one. */
export const returnPatienceMs = 3 * 60_000

/** Which file comes, and whom its channels concern. */
export interface IncomingChannelsOptions {
  /** On the wire. */
  id: string
  offer: Offer
  services: DeskServices
  pauses: Pauses
  stopSwitch: StopSwitch
  report: IncomingReport
  /** Whether what has come is of use to another transfer, now that this one was stopped. */
  isKept: (sink: Sink) => boolean
}

/**
 * The channels over which a file comes, one after the other: one ends with its connection, and the transfer does not. Then
 * the rest is asked for.
 */
export class IncomingChannels {
  readonly #options: IncomingChannelsOptions
  readonly #comebacks: Comebacks
  #start = 0
  #place: TreePlace | undefined
  #hasStartedOver = false
  /** Takes the channel that was asked for. */
  #open: ((channel: BulkReader) => void) | undefined
  #channel: BulkReader | undefined
  #progress: ProgressReport | undefined

  constructor(options: IncomingChannelsOptions) {
    this.#options = options
    this.#comebacks = new Comebacks(options.services.clock)
    options.pauses.onResumed = () => this.#progress?.resume()
  }

  /** Bytes that were there before the last channel. */
  get start(): number {
    return this.#start
  }

  /** How far it is. */
  get moved(): Moved {
    return this.#progress?.measure() ?? nothingMoved
  }

  /** Takes a channel that the peer opened; false when none is due. */
  open(channel: BulkReader): boolean {
    const {signal} = this.#options.stopSwitch
    if (signal.aborted) return turnAway(channel, signal.reason)
    if (this.#open === undefined) return false
    this.#open(channel)
    this.#open = undefined
    return true
  }

  /** A channel that was under way here may be lost without a trace: another one is asked for. */
  detached(): void {
    if (this.#open && !this.#options.stopSwitch.signal.aborted) this.#ask()
  }

  /** Gives up the last one. */
  reset(code: string): void {
    this.#channel?.reset(code)
  }

  /**
   * Has everything come into a sink, and returns its digest in hex.
   * @throws unknown why that cannot be
   */
  async takeAll(sink: Sink, maxBytes: number | undefined): Promise<string> {
    sink.onStartedOver = () => this.#startOver()
    for (;;) {
      const channel = await this.#askFrom(sink)
      // Whoever was cut off may never be back.
      if (this.#start > 0) this.#options.report.resumed(this.#start)
      try {
        return await this.#take(channel, sink, maxBytes)
      } catch (error) {
        await this.#recover(error, sink)
      }
    }
  }

  /** Asks for what is not there, and waits for its channel. */
  async #askFrom({bytes: start, place}: Sink): Promise<BulkReader> {
    const {pauses, stopSwitch} = this.#options
    this.#start = start
    this.#place = place
    stopSwitch.signal.throwIfAborted()
    const opened = stopSwitch.until<BulkReader>(resolve => (this.#open = resolve))
    // A pause that overtook it would mean nothing there.
    pauses.begin()
    this.#ask()
    const patienceMs = this.#channel ? returnPatienceMs : stallMs
    const channel = await stopSwitch.within(pauses.clock, patienceMs, opened, neverBegun)
    pauses.onChange = isPaused => (isPaused ? channel.pause() : channel.resume())
    return (this.#channel = channel)
  }

  #ask(): void {
    const {id, services} = this.#options
    const offset = this.#start > 0 && {offset: this.#start}
    const place = this.#place && {place: this.#place}
    services.say({type: 'accept', transfer: id, ...offset, ...place, blocks: true})
  }

  #take(channel: BulkReader, sink: Sink, maxBytes: number | undefined): Promise<string> {
    const {offer, services, pauses, stopSwitch, report} = this.#options
    const progress = (this.#progress = report.progressOf(sink))
    const {signal} = stopSwitch
    const hears = {isKept: () => this.#options.isKept(sink), onReceived: () => progress.update()}
    return takeChannel(channel, sink, {offer, start: this.#start, maxBytes, services, pauses, signal, ...hears})
  }

  /**
   * Gets ready for another channel.
   * @throws unknown what is thrown when there is no going on
   */
  async #recover(thrown: unknown, {continuation}: Sink): Promise<void> {
    const {code} = toTransferError(thrown)
    if (continuation === undefined || this.#options.stopSwitch.signal.aborted) throw thrown
    this.#comebacks.take()
    if (code === 'connection-lost') return continuation.settled()
    if (code !== 'digest-mismatch' || this.#start === 0 || this.#hasStartedOver) throw thrown
    this.#hasStartedOver = true
    this.#startOver()
    await continuation.startOver()
  }

  #startOver(): void {
    this.#options.report.startedOver()
    this.#start = 0
  }
}

/** It may come while the traces are cleared away, before the peer is told: then this tells why. */
function turnAway(channel: BulkReader, reason: unknown): true {
  channel.reset(toTransferError(reason).code)
  return true
}

function neverBegun(): ChatctlError {
  return new ChatctlError('stalled', 'the other side did not begin to send within a minute')
}
