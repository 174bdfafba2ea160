import {randomBytes} from 'node:crypto'
import type {Compression, Delivered, Member, OutgoingFile, Transfer} from '../conversation.js'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import type {FileMessage} from '../protocol/messages.js'
import {Comebacks} from './comebacks.js'
import type {DeskServices} from './desk-services.js'
import {offerLifetimeMs} from './incoming.js'
import {Following} from './many/following.js'
import {OwnSending} from './own-sending.js'
import {Pauses} from './pauses.js'
import {nothingMoved, ProgressReport} from './progress-report.js'
import {resumedNotice, startedOverNotice} from './resume-notice.js'
import type {Ended, SendingListener, SendingTask} from './sending.js'
import {shortfallOf} from './shortfall.js'
import {theBeginning, type Source, type SourceReader, type Start} from './source.js'
import {stallMs} from './stall-watch.js'
import {Starts} from './starts.js'
import {StopSwitch} from './stop-switch.js'
import {endingOf, toTransferError} from './transfer-errors.js'

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
  #sent: ((answer: Verified) => Sent) | undefined
  /** Why the last channel has ended before all was sent. */
  #interruption: ChatctlError | undefined
  #sending: OwnSending | undefined
  /** Whether it is served with others. */
  #isFollowing = false
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
  verify(answer: Verified): void {
    if (this.#sent) this.#verify(this.#sent(answer))
    else this.stop(new ChatctlError('peer-failed', 'the other side confirmed what it cannot have yet'), false)
  }

  /** Ends it for a reason, which came from the peer or has to be told there. */
  stop(error: ChatctlError, isKnownThere: boolean): void {
    this.#switch.stop(error, isKnownThere)
    this.#sending?.reset(error.code)
  }

  /** The session is over. */
  leave(error: ChatctlError): void {
    this.stop(error, true)
  }

  /** Whether the last channel is done with, and another one may follow. */
  get #canGoOn(): boolean {
    const isOver = (this.#sent ?? this.#interruption) !== undefined
    return this.#options.job !== undefined && (isOver || this.#isFollowing)
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
    const {bytes, files, kind, attributes} = source
    const what = {name, bytes, files, mediaType, ...(kind && {kind}), ...attributes}
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
    return this.#answer({leaving: Promise.resolve()})
  }

  /** Sends everything from a place on, together with others if they want the same. */
  async #sendFrom(start: Start): Promise<Answer> {
    const following = await this.#joinOthers(start)
    return following ? this.#sendWithOthers(following) : this.#sendAlone(start)
  }

  /** Only at the beginning others come along; who has been let go of goes on alone. */
  async #joinOthers(start: Start): Promise<Following | undefined> {
    const {recipients, job} = this.#options
    if (recipients === 1 || job === undefined || this.#hasShared) return undefined
    this.#hasShared = true
    const following = new Following(this.#taskFrom(start), this.#listener)
    const hasCompany = this.#switch.until<boolean>(resolve => void following.join(recipients).then(resolve))
    return (await hasCompany) ? following : undefined
  }

  /** Is served with others, until everything has left, or it is let go of, or the other side asks for the rest. */
  async #sendWithOthers(following: Following): Promise<Answer> {
    this.#isFollowing = true
    try {
      const outcome = await Promise.race([following.outcome, this.#nextStart()])
      return 'leaving' in outcome ? await this.#answer(outcome) : outcome
    } finally {
      this.#isFollowing = false
      following.leave()
    }
  }

  async #sendAlone(start: Start): Promise<Answer> {
    this.#sending = new OwnSending(this.#taskFrom(start), this.#listener)
    return this.#answer(await this.#sending.send())
  }

  #taskFrom(start: Start): SendingTask {
    const {source, compression} = this.#options
    const {signal} = this.#switch
    const how = {takesBlocks: this.#takesBlocks, services: this.#services, pauses: this.pauses, signal}
    return {id: this.id, source, compression, start, ...how}
  }

  get #listener(): SendingListener {
    return {
      began: movedBytes => (this.#progress = this.#reportProgress(movedBytes)),
      moved: () => this.#progress?.update(),
      startedOver: () => this.#startOver(),
      ended: (reader, digest) => (this.#sent = answer => this.#describeSent(reader, digest, answer)),
      interrupted: error => (this.#interruption = toTransferError(error)),
      stalled: () => this.stop(new ChatctlError('stalled', 'the other side took nothing more for a minute'), false),
    }
  }

  /** Waits until the other side has verified it, or wants more; it cannot have all when the trailer does not leave. */
  async #answer({leaving}: Ended): Promise<Answer> {
    const unconfirmed = () =>
      this.#interruption ?? new ChatctlError('stalled', 'everything was sent, and no confirmation came')
    // The answer may overtake the news that the trailer has left.
    const answer = Promise.race([this.#verified, this.#nextStart()])
    const hasLeft = leaving.then(() => answer)
    return this.#switch.within(this.pauses.clock, verifyPatienceMs, Promise.race([answer, hasLeft]), unconfirmed)
  }

  #nextStart(): Promise<Start> {
    return this.#switch.until<Start>(resolve => void this.#starts.next().then(resolve))
  }

  #describeSent(reader: SourceReader, digest: string, {skipped: dropped, kept}: Verified): Sent {
    const skipped = shortfallOf(reader.skipped, dropped)
    if (reader.leftOut !== undefined) this.#tellLeftOut(reader.leftOut)
    const isTree = this.#options.source.kind === 'tree'
    return {
      ...arrivedOf(reader, isTree ? kept : undefined),
      ...(isTree ? {} : {sha256: digest}),
      ...(skipped && {skipped}),
    }
  }

  #tellLeftOut(what: string): void {
    const message = `${this.#options.name}: left out ${what}`
    this.#services.emit({event: 'notice', code: 'left-out', message})
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

/** What has left. */
type Sent = Pick<Delivered, 'bytes' | 'files' | 'sha256' | 'skipped'>

/** The other side has it, and of a tree what it could keep. */
type Verified = Pick<Extract<FileMessage, {type: 'verified'}>, 'skipped' | 'kept'>

/** Where the other side wants to go on, or what it has verified. */
type Answer = Start | Sent

function isStart(answer: Answer): answer is Start {
  return !('files' in answer)
}

/** Nobody has more than was sent. */
function arrivedOf({bytes, files}: SourceReader, kept: Verified['kept']): Pick<Sent, 'bytes' | 'files'> {
  return {bytes: Math.min(bytes, kept?.bytes ?? bytes), files: Math.min(files, kept?.files ?? files)}
}

function noop(): void {
  // Only the moment matters.
}

function goodbye(transfer: string, code: string) {
  if (code === 'cancelled' || code === 'no-answer') return {type: 'cancel', transfer} as const
  return {type: 'failed', transfer, code} as const
}
