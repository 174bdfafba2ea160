import {randomBytes} from 'node:crypto'
import type {Compression, Delivered, Member, OutgoingFile, Transfer} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import type {FileMessage} from '../protocol/messages.js'
import type {ChannelLabel} from '../protocol/payloads.js'
import {channelBytes} from './channel-bytes.js'
import {Comebacks} from './comebacks.js'
import type {CompressingReader} from './compression/compressing-reader.js'
import {compressing} from './compression/compression.js'
import type {DeskServices} from './desk-services.js'
import {IdleSource} from './idle-source.js'
import {offerLifetimeMs} from './incoming.js'
import type {SharedSending, Sharer} from './many/shared-sending.js'
import {PacedWriter} from './pace/paced-writer.js'
import {Pauses} from './pauses.js'
import {nothingMoved, ProgressReport} from './progress-report.js'
import {resumedNotice, startedOverNotice} from './resume-notice.js'
import {sendBytes, type BulkWriter} from './sender.js'
import {shortfallOf} from './shortfall.js'
import {theBeginning, type Source, type SourceReader, type Start} from './source.js'
import {stallMs, StallWatch} from './stall-watch.js'
import {Starts} from './starts.js'
import {StopSwitch} from './stop-switch.js'
import {endingOf, toTransferError} from './transfer-errors.js'
import {whileIdle} from './while-idle.js'

/** An offer expires at its receiver; who does not even say so is not waited for much longer. */
export const offerPatienceMs = offerLifetimeMs + stallMs

/** When everything is sent, the other side has that long to make it last: slow disks take minutes for a large file. */
export const verifyPatienceMs = 10 * 60 * 1000

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
  readonly #starts: Starts
  readonly #comebacks: Comebacks
  #accept: () => void = () => undefined
  #isAccepted = false
  /** Whether the other side can expand what is compressed. */
  #takesBlocks = false
  #verify: (sent: Sent) => void = () => undefined
  readonly #verified: Promise<Sent>
  #start = 0
  /** Tells what the trailer said, once it is on its way, and what the other side had to drop. */
  #sent: ((dropped: Dropped) => Sent) | undefined
  /** Why the last channel has ended before all was sent. */
  #interruption: ChatctlError | undefined
  #channel: BulkWriter | undefined
  /** What it shares with others, while it does. */
  #sharing: SharedSending | undefined
  #hasShared = false
  #progress: ProgressReport | undefined

  constructor(options: OutgoingOptions, services: DeskServices) {
    this.transfer = options.number
    this.#options = options
    this.#services = services
    this.#comebacks = new Comebacks(services.clock)
    const {id, transfer} = this
    const giveUp = (error: ChatctlError) => this.stop(error, false)
    this.pauses = new Pauses({...services, id, transfer, name: options.name, giveUp})
    const {job, source} = options
    this.#starts = new Starts(job === undefined ? undefined : source)
    this.#verified = this.#switch.until(resolve => (this.#verify = resolve))
    this.#verified.catch(noop)
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

  /** The peer wants it from a place on; again when a connection was lost, or a digest was wrong. */
  accept(start = theBeginning, takesBlocks = false): void {
    if (this.#isAccepted && !this.#canGoOn) return
    this.#takesBlocks = takesBlocks
    try {
      if (this.#isAccepted) this.#comebacks.take()
      this.#starts.add(start)
    } catch (error) {
      this.stop(toChatctlError(error), false)
    }
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
    if (this.#sent) this.#verify(this.#sent(dropped))
    else this.stop(new ChatctlError('peer-failed', 'the other side confirmed what it cannot have yet'), false)
  }

  /** Ends it for a reason, which came from the peer or has to be told there. */
  stop(error: ChatctlError, isKnownThere: boolean): void {
    this.#switch.stop(error, isKnownThere)
    // A write that waits for credit ends only with its channel.
    this.#channel?.reset(error.code)
  }

  /** The session is over. */
  leave(error: ChatctlError): void {
    this.stop(error, true)
  }

  /** Whether the last channel is done with, and another one may follow. */
  get #canGoOn(): boolean {
    return this.#options.job !== undefined && (this.#sent ?? this.#interruption ?? this.#sharing) !== undefined
  }

  async #run(accepted: Promise<unknown>): Promise<Delivered> {
    try {
      await accepted
      const startedMs = this.#services.clock.now()
      const sent = await this.#sendUntilVerified()
      return this.#conclude(sent, Math.round(this.#services.clock.now() - startedMs))
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
    const {bytes, files, kind} = source
    const what = {name, bytes, files, mediaType, ...(kind && {kind})}
    this.#services.say({type: 'offer', transfer: this.id, ...what, ...recipient})
    const unanswered = () => new ChatctlError('no-answer', 'the offer was not answered in time')
    return this.#switch.within(this.#services.clock, offerPatienceMs, accepted, unanswered)
  }

  /** A channel ends with its connection, and the transfer does not: the other side asks for the rest. */
  async #sendUntilVerified(): Promise<Sent> {
    let answer: Answer = await this.#starts.next()
    while (isStart(answer)) {
      this.#goOnFrom(answer)
      answer = await this.#sendFrom(answer).catch((error: unknown) => this.#goOnAfter(error))
    }
    return answer
  }

  #goOnFrom({bytes: start}: Start): void {
    this.#starts.take()
    if (start > 0) this.#services.emit(resumedNotice(this.#told, start))
    else if (this.#start > 0) this.#services.emit(startedOverNotice(this.#told))
    this.#start = start
    this.#sent = this.#interruption = undefined
  }

  /** What has changed since it was begun. */
  #startOver(): void {
    this.#services.emit(startedOverNotice(this.#told))
    this.#starts.startOver()
    this.#start = 0
  }

  get #told() {
    const {name, source} = this.#options
    return {transfer: this.transfer, name, bytes: source.bytes, kind: source.kind}
  }

  /** Only what can be resumed outlives its channel, and nothing that somebody has stopped. */
  #goOnAfter(thrown: unknown): Promise<Answer> {
    const isLost = toTransferError(thrown).code === 'connection-lost'
    if (this.#switch.signal.aborted || this.#options.job === undefined || !isLost) throw thrown
    return this.#answer()
  }

  /** Sends everything from a place on, together with others if they want the same. */
  async #sendFrom(start: Start): Promise<Answer> {
    const sharer = this.#canShare && this.#sharerFrom(start)
    const sharing = sharer && (await this.#join(sharer))
    return sharing ? this.#follow(sharing, sharer) : this.#sendAlone(start)
  }

  /** Only at the beginning others come along; who has been let go of goes on alone. */
  get #canShare(): boolean {
    return this.#options.recipients > 1 && this.#options.job !== undefined && !this.#hasShared
  }

  #join(sharer: Sharer): Promise<SharedSending | undefined> {
    this.#hasShared = true
    const {sharing} = this.#services
    return this.#switch.until(resolve => void sharing.join(sharer, this.#options.recipients).then(resolve))
  }

  /** Is served with others, until everything has left, or it is let go of, or the other side asks for the rest. */
  async #follow(sharing: SharedSending, sharer: OwnSharer): Promise<Answer> {
    this.#sharing = sharing
    const next = this.#switch.until<Start>(resolve => void this.#starts.next().then(resolve))
    try {
      const outcome = await Promise.race([sharer.outcome, next])
      return 'leaving' in outcome ? await this.#answer(outcome.leaving) : outcome
    } finally {
      this.#sharing = undefined
      const reason: unknown = this.#switch.signal.reason
      sharing.leave(sharer, reason === undefined ? 'cancelled' : toTransferError(reason).code)
    }
  }

  #sharerFrom(start: Start): OwnSharer {
    const {id, pauses} = this
    const {source, compression} = this.#options
    let settle: {resolve: (outcome: Start | {leaving: Promise<void>}) => void; reject: (error: ChatctlError) => void}
    const outcome = new Promise<Start | {leaving: Promise<void>}>((resolve, reject) => (settle = {resolve, reject}))
    outcome.catch(noop)
    const what = {id, source, compression, start, takesBlocks: this.#takesBlocks, services: this.#services, pauses}
    return {
      ...what,
      outcome,
      hasStopped: () => this.#switch.signal.aborted,
      began: movedBytes => (this.#progress = this.#reportProgress(movedBytes)),
      moved: () => this.#progress?.update(),
      startedOver: () => this.#startOver(),
      ended: (reader, digest, leaving) => {
        this.#sent = dropped => this.#describeSent(reader, digest, dropped)
        settle.resolve({leaving})
      },
      failed: error => {
        this.#noteInterruption(error)
        settle.reject(error)
      },
      letGo: () => settle.resolve(start),
    }
  }

  /** Sends everything from a place on. */
  async #sendAlone(start: Start): Promise<Answer> {
    const reader = await this.#options.source.open(start)
    reader.onStartedOver = () => this.#startOver()
    try {
      const blocks = this.#blocksOf(reader)
      const channel = this.#openChannel(blocks && 'blocks')
      await this.#sendBytes(reader, blocks, channel)
      const digest = await whileIdle(this.pauses, this.#services.clock, () => reader.digest())
      await reader.requireUnchanged()
      this.#sent = dropped => this.#describeSent(reader, digest, dropped)
      // The answer may overtake the news that the trailer has left.
      return await this.#answer(channel.end({sha256: digest}))
    } finally {
      await reader.close()
    }
  }

  /** Waits until the other side has verified it, or wants more; it cannot have all when the trailer does not leave. */
  async #answer(leaving: Promise<void> = Promise.resolve()): Promise<Answer> {
    const unconfirmed = () =>
      this.#interruption ?? new ChatctlError('stalled', 'everything was sent, and no confirmation came')
    const next = this.#switch.until<Start>(resolve => void this.#starts.next().then(resolve))
    const answer = Promise.race([this.#verified, next])
    const hasLeft = leaving.then(() => answer)
    return this.#switch.within(this.pauses.clock, verifyPatienceMs, Promise.race([answer, hasLeft]), unconfirmed)
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

  #blocksOf(reader: SourceReader): CompressingReader | undefined {
    const {source, compression} = this.#options
    if (!this.#takesBlocks) return undefined
    return compressing(reader, channelBytes(source), compression, this.#services.clock)
  }

  async #sendBytes(reader: SourceReader, blocks: CompressingReader | undefined, channel: BulkWriter): Promise<void> {
    const {bandwidth} = this.#services
    const {clock} = this.pauses
    const {source} = this.#options
    const sentBytes = () => blocks?.rawBytesIn(channel.sent) ?? channel.sent
    // What a tree's channel carries is more than its files.
    const moved = source.kind === 'tree' ? () => reader.bytes : () => this.#start + sentBytes()
    const progress = (this.#progress = this.#reportProgress(moved))
    // A write may take long: what the peer has taken meanwhile is known by its grants.
    channel.onGrant = () => progress.update()
    const writer = new PacedWriter(channel, this.pauses.hold(bandwidth.send), this.#switch.signal)
    const idle = new IdleSource(blocks ?? reader, channel, this.pauses, this.#services.clock)
    channel.onFail = error => {
      this.#noteInterruption(error)
      idle.fail(error)
    }
    const watch = new StallWatch(clock, {
      moved: () => channel.granted,
      isDue: () => writer.isStarved,
      stalled: () => this.stop(new ChatctlError('stalled', 'the other side took nothing more for a minute'), false),
    })
    try {
      await sendBytes(idle, writer, blocks ? null : channelBytes(source))
    } finally {
      idle.stop()
      watch.stop()
    }
  }

  /** What becomes of the channel is noted at once: the other side may ask for the rest before all of it is closed here. */
  #openChannel(encoding: ChannelLabel['encoding']): BulkWriter {
    this.#switch.signal.throwIfAborted()
    try {
      return (this.#channel = this.#services.openChannel({transfer: this.id, ...(encoding && {encoding})}))
    } catch (error) {
      this.#noteInterruption(error)
      throw error
    }
  }

  #noteInterruption(error: unknown): void {
    this.#interruption = toTransferError(error)
  }

  #reportProgress(bytes: () => number): ProgressReport {
    const {clock, emit} = this.#services
    const {bytes: total} = this.#options.source
    const fixed = {event: 'progress', transfer: this.transfer, direction: 'send', total} as const
    return new ProgressReport(
      () => clock.now(),
      bytes,
      moved => emit({...fixed, ...moved}),
    )
  }

  #conclude(sent: Sent, ms: number): Delivered {
    const {transfer} = this
    const delivered = {transfer, name: this.#options.name, ...sent, ms, resumedFrom: this.#start}
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
    // Who does not answer in time has given it up, whoever looked at the clock.
    const by = isKnownThere || code === 'no-answer' ? 'peer' : 'self'
    this.#services.emit({event, transfer: this.transfer, name: this.#options.name, code, message, by})
    return error
  }
}

/** What it is to a sending that it shares, and what comes of that. */
type OwnSharer = Sharer & {readonly outcome: Promise<Start | {leaving: Promise<void>}>}

/** What has left. */
type Sent = Pick<Delivered, 'bytes' | 'files' | 'sha256' | 'skipped'>

/** What of a tree the other side could not keep. */
type Dropped = Extract<FileMessage, {type: 'verified'}>['skipped']

/** Where the other side wants to go on, or what it has verified. */
type Answer = Start | Sent

function isStart(answer: Answer): answer is Start {
  return !('files' in answer)
}

function noop(): void {
  // Only the moment matters.
}

function goodbye(transfer: string, code: string) {
  if (code === 'cancelled' || code === 'no-answer') return {type: 'cancel', transfer} as const
  return {type: 'failed', transfer, code} as const
}
