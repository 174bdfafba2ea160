import {randomBytes} from 'node:crypto'
import type {Delivered, Member, OutgoingFile, Transfer} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import type {FileMessage} from '../protocol/messages.js'
import {channelBytes} from './channel-bytes.js'
import type {DeskServices} from './desk-services.js'
import {IdleSource} from './idle-source.js'
import {offerLifetimeMs} from './incoming.js'
import {PacedWriter} from './paced-writer.js'
import {Pauses} from './pauses.js'
import {nothingMoved, ProgressReport} from './progress-report.js'
import {sendBytes, type BulkWriter} from './sender.js'
import {shortfallOf} from './shortfall.js'
import type {Source, SourceReader} from './source.js'
import {stallMs, StallWatch} from './stall-watch.js'
import {StopSwitch} from './stop-switch.js'
import {endingOf} from './transfer-errors.js'

/** An offer expires at its receiver; who does not even say so is not waited for much longer. */
export const offerPatienceMs = offerLifetimeMs + stallMs

/** When everything is sent, the other side has that long to make it last: slow disks take minutes for a large file. */
export const verifyPatienceMs = 10 * 60 * 1000

/** What is offered, and under which number and name. */
export interface OutgoingOptions {
  number: number
  source: Source
  name: string
  mediaType: string
  /** Whom it is for. */
  peer: Member
  /** Whether somebody else is at the other end, who relays it. */
  isRelayed: boolean
  /** Resolves when it may be offered: only so many are at once. */
  place: Promise<unknown>
}

/**
 * One file on its way out: offered when there is a place, accepted, sent, verified by the other side. It says and reports each step itself;
 * the peer's answers come in as `accept`, `verify` and `stop`.
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
  #accept: () => void = () => undefined
  #isAccepted = false
  #verify: ((dropped?: Dropped) => void) | undefined
  #channel: BulkWriter | undefined
  #progress: ProgressReport | undefined

  constructor(options: OutgoingOptions, services: DeskServices) {
    this.transfer = options.number
    this.#options = options
    this.#services = services
    const {id, transfer} = this
    const giveUp = (error: ChatctlError) => this.stop(error, false)
    this.pauses = new Pauses({...services, id, transfer, name: options.name, giveUp})
    const placed = this.#switch.until<undefined>(resolve => void options.place.then(() => resolve(undefined)))
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
    const {bytes: moved, rate} = this.#progress?.measure() ?? nothingMoved
    return {transfer: this.transfer, direction: 'send', name, peer, bytes: source.bytes, moved, rate, ...moving}
  }

  /** The peer wants it. */
  accept(): void {
    this.#isAccepted = true
    this.pauses.begin()
    this.#accept()
  }

  /** Goes on, as far as this end holds it. */
  resume(): void {
    this.pauses.lift()
  }

  /** The peer has it whole, and published; but for what it had to drop of a tree. */
  verify(dropped?: Dropped): void {
    if (this.#verify) this.#verify(dropped)
    else this.stop(new ChatctlError('peer-failed', 'the other side confirmed what it cannot have yet'), false)
  }

  /** Ends it for a reason, which came from the peer or has to be told there. */
  stop(error: ChatctlError, isKnownThere: boolean): void {
    this.#switch.stop(error, isKnownThere)
    // A write that waits for credit ends only with its channel.
    this.#channel?.reset(error.code)
  }

  async #run(accepted: Promise<unknown>): Promise<Delivered> {
    try {
      await accepted
      const startedMs = this.#services.clock.now()
      const sent = await this.#send()
      return this.#conclude(sent, Math.round(this.#services.clock.now() - startedMs))
    } catch (thrown) {
      throw this.#fail(thrown)
    } finally {
      this.pauses.close()
    }
  }

  #offer(): Promise<undefined> {
    const {source, name, mediaType, peer, isRelayed} = this.#options
    const recipient = isRelayed ? {to: peer.id} : {}
    const accepted = this.#switch.until<undefined>(resolve => (this.#accept = () => resolve(undefined)))
    const {bytes, files, kind} = source
    const what = {name, bytes, files, mediaType, ...(kind && {kind})}
    this.#services.say({type: 'offer', transfer: this.id, ...what, ...recipient})
    const unanswered = () => new ChatctlError('no-answer', 'the offer was not answered in time')
    return this.#switch.within(this.#services.clock, offerPatienceMs, accepted, unanswered)
  }

  async #send(): Promise<Sent> {
    const reader = await this.#options.source.open()
    try {
      const channel = this.#openChannel()
      await this.#sendBytes(reader, channel)
      const digest = await reader.digest()
      await reader.requireUnchanged()
      const dropped = await this.#end(channel, digest)
      return this.#describeSent(reader, digest, dropped)
    } finally {
      await reader.close()
    }
  }

  #describeSent(reader: SourceReader, digest: string, dropped: Dropped): Sent {
    const {bytes, files, leftOut} = reader
    const skipped = shortfallOf(reader.skipped, dropped)
    if (leftOut !== undefined) this.#tellLeftOut(leftOut)
    const isTree = this.#options.source.kind === 'tree'
    return {bytes, files, ...(isTree ? {} : {sha256: digest}), ...(skipped && {skipped})}
  }

  #tellLeftOut(what: string): void {
    const message = `${this.#options.name}: left out ${what}`
    this.#services.emit({event: 'notice', code: 'left-out', message})
  }

  async #sendBytes(reader: SourceReader, channel: BulkWriter): Promise<void> {
    const {bandwidth} = this.#services
    const {clock} = this.pauses
    const progress = (this.#progress = this.#reportProgress(reader, channel))
    // A write may take long: what the peer has taken meanwhile is known by its grants.
    channel.onGrant = () => progress.update()
    const writer = new PacedWriter(channel, this.pauses.hold(bandwidth.send), this.#switch.signal)
    const idle = new IdleSource(reader, channel, this.pauses, this.#services.clock)
    const watch = new StallWatch(clock, {
      moved: () => channel.granted,
      isDue: () => writer.isStarved,
      stalled: () => this.stop(new ChatctlError('stalled', 'the other side took nothing more for a minute'), false),
    })
    try {
      await sendBytes(idle, writer, channelBytes(this.#options.source))
    } finally {
      idle.stop()
      watch.stop()
    }
  }

  #openChannel(): BulkWriter {
    this.#switch.signal.throwIfAborted()
    return (this.#channel = this.#services.openChannel(this.id))
  }

  /** The answer may overtake the news that the trailer has left. */
  async #end(channel: BulkWriter, sha256: string): Promise<Dropped> {
    const verified = this.#switch.until<Dropped>(resolve => (this.#verify = resolve))
    const unconfirmed = () => new ChatctlError('stalled', 'everything was sent, and no confirmation came')
    const confirmed = this.#switch.within(this.pauses.clock, verifyPatienceMs, verified, unconfirmed)
    const [, dropped] = await Promise.all([channel.end({sha256}), confirmed])
    return dropped
  }

  #reportProgress(reader: SourceReader, channel: BulkWriter): ProgressReport {
    const {clock, emit} = this.#services
    const fixed = {event: 'progress', transfer: this.transfer, direction: 'send'} as const
    const {bytes: total, kind} = this.#options.source
    return new ProgressReport(
      () => clock.now(),
      // What a tree's channel carries is more than its files.
      () => (kind === 'tree' ? reader.bytes : channel.sent),
      moved => emit({...fixed, ...moved, total}),
    )
  }

  #conclude(sent: Sent, ms: number): Delivered {
    const {transfer} = this
    const delivered = {transfer, name: this.#options.name, ...sent, ms, resumedFrom: 0}
    this.#services.emit({event: 'sent', ...delivered})
    return delivered
  }

  #fail(thrown: unknown): ChatctlError {
    const {error, isKnownThere} = this.#switch.explain(thrown)
    const {code, message} = error
    // Whatever still waits, for a turn of the limiter or for credit, ends with it.
    this.stop(error, isKnownThere)
    if (!isKnownThere) this.#services.say(goodbye(this.id, code))
    const event = endingOf(error, this.#isAccepted)
    this.#services.emit({event, transfer: this.transfer, name: this.#options.name, code, message})
    return error
  }
}

/** What has left. */
type Sent = Pick<Delivered, 'bytes' | 'files' | 'sha256' | 'skipped'>

/** What of a tree the other side could not keep. */
type Dropped = Extract<FileMessage, {type: 'verified'}>['skipped']

function noop(): void {
  // Only the moment matters.
}

function goodbye(transfer: string, code: string) {
  if (code === 'cancelled' || code === 'no-answer') return {type: 'cancel', transfer} as const
  return {type: 'failed', transfer, code} as const
}
