import type {ChatctlError} from '../../errors/index.js'
import type {ChannelTrailer} from '../../protocol/payloads.js'
import {ChannelResetError} from '../../session/channel-errors.js'
import type {Clock} from '../../session/clock.js'
import type {ChannelSink, ReceiveChannel} from '../../session/receive-channel.js'
import type {SendChannel} from '../../session/send-channel.js'
import {Hoard} from '../hoard.js'
import {Fan, type FanTarget} from '../many/fan.js'
import type {Bandwidth} from '../pace/bandwidth.js'
import {CreditTap} from '../pace/credit-tap.js'
import {SharedLimiter} from '../pace/shared-limiter.js'
import type {BudgetedRelay, RelayBudget} from './relay-budget.js'

/** Bytes of one channel that wait, at most, for the slowest of those who share it. */
export const maxSharedWindowBytes = 8 * 1024 * 1024

/** Who cannot be served from its own place holds the others up for so long before it is given up: half of what a stall takes. */
export const lastPatienceMs = 30_000

/** What a relay asks of the channel that bytes come from. */
export type RelaySource = Pick<
  ReceiveChannel,
  'label' | 'receive' | 'release' | 'reset' | 'limitTo' | 'window' | 'pause' | 'resume'
>

/** What a relay asks of the channel that bytes go to. */
export type RelayTarget = FanTarget & Pick<SendChannel, 'isAnnounced'>

/** What holds a relay to limits: the memory of all relays, and how fast bytes may come and go here. */
export interface RelayLimits {
  budget: RelayBudget
  bandwidth: Bandwidth
  clock: Clock
}

/** One of those whom a channel is passed on to. */
export interface RelayFollower {
  readonly target: RelayTarget
  /** Whether it can be served from its own place by another channel. */
  readonly isResumable: boolean
  /** Hears why either channel has failed. */
  broken: (code: string) => void
  /** Hears that it has fallen behind the others, and gets nothing more over this channel. */
  fellBehind: () => void
}

/**
 * Passes the bytes of one channel on to others as they come, and asks for no more than one of them has asked for: what
 * comes can leave at once. What not everyone has taken is kept within a window. When the source fails so do all targets;
 * when the last target fails so does the source, for the same reason.
 */
export class RelayPipe implements ChannelSink, BudgetedRelay {
  readonly #source: RelaySource
  readonly #fan: Fan<RelayTarget>
  readonly #followers: Map<RelayTarget, RelayFollower>
  readonly #budget: RelayBudget
  /** The outer one of two: what comes in here also goes out. */
  readonly #tap: CreditTap
  readonly #innerTap: CreditTap
  readonly #leaveBudget: () => void
  readonly #declaredBytes: number
  readonly #waiting = new Hoard()
  #releasedBytes = 0
  #hasEnded = false
  #isOver = false

  /** `bytes` are all that may come, null when nobody knows. */
  constructor(
    source: RelaySource,
    followers: readonly RelayFollower[],
    bytes: number | null,
    {budget, bandwidth, clock}: RelayLimits,
  ) {
    this.#source = source
    this.#followers = new Map(followers.map(follower => [follower.target, follower]))
    this.#budget = budget
    this.#declaredBytes = bytes ?? Infinity
    this.#fan = new Fan(this.#followers.keys(), {
      clock,
      moved: () => this.#move(),
      failed: (target, error) => this.#lose(target, codeOf(error)),
      fellBehind: target => this.#letGo(target),
      ...(!followers.every(({isResumable}) => isResumable) && {patienceMs: lastPatienceMs}),
    })
    this.#innerTap = new CreditTap(source, bandwidth.receive, bytes)
    const sending = new SharedLimiter(bandwidth.send, () => this.#fan.targets.length)
    this.#tap = new CreditTap(this.#innerTap, sending, bytes)
    this.#leaveBudget = budget.enter(this)
    this.#limit()
    source.receive(this)
  }

  get heldBytes(): number {
    const {received, inFlight} = this.#source.window
    return received + inFlight - this.#fan.passedBytes
  }

  /** More than was declared would come without being asked for: the limiters know only of what was. */
  bytes(piece: Buffer): void {
    if (this.#source.window.received > this.#declaredBytes) {
      this.#breakOff('size-mismatch')
      return
    }
    this.#waiting.add(piece)
    if (this.#fan.isReady) this.#passAll()
  }

  /** Whether nothing more will come over it for a follower. */
  isDoneFor({target}: RelayFollower): boolean {
    return this.#hasEnded || this.#isOver || !this.#fan.has(target)
  }

  end(trailer: ChannelTrailer): void {
    this.#hasEnded = true
    this.#passAll()
    this.#fan.end(trailer)
  }

  failed(error: ChatctlError): void {
    this.#breakAll(codeOf(error), code => this.#fan.reset(code))
  }

  /** Lets it stand still for a follower, and for nobody else: who has company and can go on by itself is let go of. */
  pause(follower: RelayFollower, isPaused: boolean): void {
    if (!this.#fan.has(follower.target)) return
    const isAlone = this.#fan.targets.length === 1
    if (isAlone && isPaused) this.#source.pause()
    else if (isAlone) this.#source.resume()
    else if (isPaused && follower.isResumable && !this.#hasEnded) this.#letGo(follower.target)
  }

  /** Gives up what still runs to a follower, and with the last one what comes: both ends are told the code. */
  stop({target}: RelayFollower, code: string): void {
    this.#fan.letGo(target)
    target.reset(code)
    this.#finishWithout(code)
  }

  #passAll(): void {
    for (const piece of this.#waiting.take()) void this.#fan.write(piece)
  }

  /** Something has left, or somebody is gone, or wants more. */
  #move(): void {
    if (this.#isOver) return
    if (this.#fan.isReady) this.#passAll()
    this.#limit()
    this.#release()
  }

  /** What only the slower ones still need counts in the window alone, or it would hold up the fastest. */
  #release(): void {
    const byteLength = this.#fan.mostPassedBytes - this.#releasedBytes
    if (byteLength <= 0) return
    this.#releasedBytes += byteLength
    this.#tap.release(byteLength)
  }

  #limit(): void {
    const isShared = this.#fan.targets.length > 1
    const shareBytes = this.#budget.shareOf(this)
    this.#fan.resize(isShared ? Math.min(shareBytes, maxSharedWindowBytes) : shareBytes)
    this.#tap.limitTo(this.#fan.limitBytes)
  }

  #letGo(target: RelayTarget): void {
    this.#fan.letGo(target)
    this.#followers.get(target)?.fellBehind()
    this.#move()
  }

  #lose(target: RelayTarget, code: string): void {
    this.#finishWithout(code)
    this.#followers.get(target)?.broken(code)
    this.#move()
  }

  #breakOff(code: string): void {
    this.#source.reset(code)
    this.#breakAll(code, () => this.#fan.reset(code))
  }

  #breakAll(code: string, resetTargets: (code: string) => void): void {
    if (this.#isOver) return
    const {targets} = this.#fan
    this.#finish()
    resetTargets(code)
    for (const target of targets) this.#followers.get(target)?.broken(code)
  }

  /** When nobody is left to pass anything on to, nothing more is to come. */
  #finishWithout(code: string): void {
    if (this.#isOver || this.#fan.targets.length > 0) return
    this.#finish()
    this.#source.reset(code)
  }

  #finish(): void {
    this.#isOver = true
    this.#tap.close()
    this.#innerTap.close()
    this.#waiting.take()
    this.#leaveBudget()
  }
}

function codeOf(error: ChatctlError): string {
  return error instanceof ChannelResetError ? error.reset : error.code
}
