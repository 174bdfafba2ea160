import type {Compression} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import {Comebacks} from './comebacks.js'
import type {DeskServices} from './desk-services.js'
import {Following} from './many/following.js'
import type {OutgoingReport} from './outgoing-report.js'
import {OwnSending} from './own-sending.js'
import type {Pauses} from './pauses.js'
import {nothingMoved, type Moved, type ProgressReport} from './progress-report.js'
import type {Ended, SendingListener, SendingTask} from './sending.js'
import {describeSent, type SentFile, type Unverified, type Verified} from './sent-file.js'
import type {Source, Start} from './source.js'
import {Starts} from './starts.js'
import type {StopSwitch} from './stop-switch.js'
import {toTransferError} from './transfer-errors.js'

/** When everything is sent, the other side has that long to make it last: slow disks take minutes for a large file. */
export const verifyPatienceMs = 10 * 60 * 1000

/** What leaves, and whom its channels concern. */
export interface OutgoingChannelsOptions {
  /** On the wire. */
  id: string
  source: Source
  compression: Compression
  /** Whether the other side may ask for the rest. */
  isResumable: boolean
  /** How many are offered the same: they can share one sending. */
  recipients: number
  services: DeskServices
  pauses: Pauses
  stopSwitch: StopSwitch
  report: OutgoingReport
}

/**
 * The channels over which a file leaves, one after the other: one ends with its connection, and the transfer does not. Then
 * the other side asks for the rest, until it has verified all.
 */
export class OutgoingChannels {
  readonly #options: OutgoingChannelsOptions
  readonly #starts: Starts
  readonly #comebacks: Comebacks
  readonly #verified: Promise<SentFile>
  #verify: (sent: SentFile) => void = () => undefined
  #isAskedFor = false
  /** Whether the other side can expand what is compressed. */
  #takesBlocks = false
  #start = 0
  /** All has been read, and the trailer is on its way. */
  #unverified: Unverified | undefined
  /** Why the last channel has ended before all was sent. */
  #interruption: ChatctlError | undefined
  #sending: OwnSending | undefined
  /** Whether it is served with others. */
  #isFollowing = false
  #hasShared = false
  #progress: ProgressReport | undefined

  constructor(options: OutgoingChannelsOptions) {
    const {source, isResumable, services, pauses, stopSwitch} = options
    this.#options = options
    this.#starts = new Starts(isResumable ? source : undefined)
    this.#comebacks = new Comebacks(services.clock)
    this.#verified = stopSwitch.until(resolve => (this.#verify = resolve))
    this.#verified.catch(() => undefined)
    pauses.onResumed = () => this.#progress?.resume()
    stopSwitch.signal.addEventListener('abort', () =>
      this.#sending?.reset(toTransferError(stopSwitch.signal.reason).code),
    )
  }

  /** Bytes that were there before the last channel. */
  get start(): number {
    return this.#start
  }

  /** How far it is. */
  get moved(): Moved {
    return this.#progress?.measure() ?? nothingMoved
  }

  /**
   * The other side wants it from a place on; again when a connection was lost, or a digest was wrong. As long as the last
   * channel is not done with, that is late.
   * @throws ChatctlError `peer-failed` when that cannot be meant, or is too often
   */
  ask(start: Start, takesBlocks: boolean): void {
    if (this.#isAskedFor && !this.#canGoOn) return
    this.#takesBlocks = takesBlocks
    if (this.#isAskedFor) this.#comebacks.take()
    this.#isAskedFor = true
    this.#starts.add(start)
  }

  /**
   * The other side has it whole, and published; but for what it had to drop of a tree.
   * @throws ChatctlError `peer-failed` when it cannot have that yet
   */
  verify(answer: Verified): void {
    if (this.#unverified === undefined)
      throw new ChatctlError('peer-failed', 'the other side confirmed what it cannot have yet')
    this.#tellLeftOut(this.#unverified)
    this.#verify(describeSent(this.#unverified, answer))
  }

  /**
   * Sends it from where the other side wants it, until that has verified it.
   * @throws unknown why that cannot be
   */
  async sendAll(): Promise<SentFile> {
    let answer: Answer = await this.#starts.next()
    while (isStart(answer)) {
      this.#begin(answer)
      answer = await this.#sendFrom(answer).catch((error: unknown) => this.#goOnAfter(error))
    }
    return answer
  }

  /** Whether the last channel is done with, and another one may follow. */
  get #canGoOn(): boolean {
    const isOver = (this.#unverified ?? this.#interruption) !== undefined
    return this.#options.isResumable && (isOver || this.#isFollowing)
  }

  #begin({bytes: start}: Start): void {
    this.#starts.take()
    if (start === 0 && this.#start > 0) this.#options.report.startedOver()
    this.#start = start
    this.#unverified = this.#interruption = undefined
  }

  /** Sends everything from a place on, together with others if they want the same. */
  async #sendFrom(start: Start): Promise<Answer> {
    const following = await this.#joinOthers(start)
    return following ? this.#sendWithOthers(following) : this.#sendAlone(start)
  }

  /** Only at the beginning others come along; who has been let go of goes on alone. */
  async #joinOthers(start: Start): Promise<Following | undefined> {
    const {recipients, isResumable, stopSwitch} = this.#options
    if (recipients === 1 || !isResumable || this.#hasShared) return undefined
    this.#hasShared = true
    const following = new Following(this.#taskFrom(start), this.#listener)
    const hasCompany = stopSwitch.until<boolean>(resolve => void following.join(recipients).then(resolve))
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
    const {id, source, compression, services, pauses, stopSwitch} = this.#options
    return {id, source, compression, start, takesBlocks: this.#takesBlocks, services, pauses, signal: stopSwitch.signal}
  }

  get #listener(): SendingListener {
    const {source, report} = this.#options
    return {
      // A tree is passed by first, up to where it goes on.
      began: movedBytes => {
        // What has changed meanwhile never goes on.
        if (this.#start > 0) report.resumed(this.#start)
        this.#progress = report.progressOf(() => Math.max(this.#start, movedBytes()))
      },
      moved: () => this.#progress?.update(),
      startedOver: () => this.#startOver(),
      ended: (reader, digest) => (this.#unverified = {reader, digest, kind: source.kind}),
      interrupted: error => (this.#interruption = toTransferError(error)),
      stalled: () => this.#options.stopSwitch.stop(stalled(), false),
    }
  }

  /** Only what can be resumed outlives its channel, and nothing that somebody has stopped. */
  #goOnAfter(thrown: unknown): Promise<Answer> {
    const {isResumable, stopSwitch} = this.#options
    const isLost = toTransferError(thrown).code === 'connection-lost'
    if (stopSwitch.signal.aborted || !isResumable || !isLost) throw thrown
    return this.#answer({leaving: Promise.resolve()})
  }

  /** What has changed since it was begun. */
  #startOver(): void {
    this.#options.report.startedOver()
    this.#starts.startOver()
    this.#start = 0
  }

  /** Waits until the other side has verified it, or wants more; it cannot have all when the trailer does not leave. */
  async #answer({leaving}: Ended): Promise<Answer> {
    const {pauses, stopSwitch} = this.#options
    const unconfirmed = () => this.#interruption ?? neverVerified()
    // The answer may overtake the news that the trailer has left.
    const answer = Promise.race([this.#verified, this.#nextStart()])
    const hasLeft = leaving.then(() => answer)
    return stopSwitch.within(pauses.clock, verifyPatienceMs, Promise.race([answer, hasLeft]), unconfirmed)
  }

  #nextStart(): Promise<Start> {
    return this.#options.stopSwitch.until<Start>(resolve => void this.#starts.next().then(resolve))
  }

  #tellLeftOut({reader: {leftOut}}: Unverified): void {
    if (leftOut !== undefined) this.#options.report.leftOut(leftOut)
  }
}

/** Where the other side wants to go on, or what it has verified. */
type Answer = Start | SentFile

function isStart(answer: Answer): answer is Start {
  return !('files' in answer)
}

function stalled(): ChatctlError {
  return new ChatctlError('stalled', 'the other side took nothing more for a minute')
}

function neverVerified(): ChatctlError {
  return new ChatctlError('stalled', 'everything was sent, and no confirmation came')
}
