import type {ChatctlError} from '../../errors/index.js'
import type {ChannelTrailer} from '../../protocol/payloads.js'
import {ChannelResetError} from '../../session/channel-errors.js'
import type {ChannelSink, ReceiveChannel} from '../../session/receive-channel.js'
import type {SendChannel} from '../../session/send-channel.js'
import type {Bandwidth} from '../pace/bandwidth.js'
import {CreditTap} from '../pace/credit-tap.js'
import {Hoard} from '../hoard.js'
import type {BudgetedRelay, RelayBudget} from './relay-budget.js'

/** Writes that may be under way before further pieces wait to be put together: a sender may cut its bytes into crumbs. */
const maxWrites = 16

/** What a relay asks of the channel that bytes come from. */
export type RelaySource = Pick<
  ReceiveChannel,
  'label' | 'receive' | 'release' | 'reset' | 'limitTo' | 'window' | 'pause' | 'resume'
>

/** What a relay asks of the channel that bytes go to. */
export type RelayTarget = Pick<SendChannel, 'write' | 'end' | 'reset' | 'granted' | 'onGrant' | 'onFail'>

/** What holds a relay to limits: the memory of all relays, and how fast bytes may come and go here. */
export interface RelayLimits {
  budget: RelayBudget
  bandwidth: Bandwidth
}

/**
 * Passes the bytes of one channel on to another as they come, and asks for no more than the other end has asked for:
 * what comes can leave at once. When either channel fails, so does the other, for the same reason.
 */
export class RelayPipe implements ChannelSink, BudgetedRelay {
  readonly #source: RelaySource
  readonly #target: RelayTarget
  readonly #budget: RelayBudget
  /** The outer one of two: what comes in here also goes out. */
  readonly #tap: CreditTap
  readonly #innerTap: CreditTap
  readonly #leaveBudget: () => void
  readonly #broken: (code: string) => void
  readonly #declaredBytes: number
  readonly #waiting = new Hoard()
  #writes = 0
  #passedBytes = 0
  #hasEnded = false
  #isOver = false

  /** `bytes` are all that may come, null when nobody knows; `broken` hears why a channel has failed. */
  constructor(
    source: RelaySource,
    target: RelayTarget,
    bytes: number | null,
    {budget, bandwidth}: RelayLimits,
    broken: (code: string) => void,
  ) {
    this.#source = source
    this.#target = target
    this.#budget = budget
    this.#innerTap = new CreditTap(source, bandwidth.receive, bytes)
    this.#tap = new CreditTap(this.#innerTap, bandwidth.send, bytes)
    this.#leaveBudget = budget.enter(this)
    this.#broken = broken
    this.#declaredBytes = bytes ?? Infinity
    target.onGrant = () => this.#limit()
    target.onFail = error => this.#break(error, code => source.reset(code))
    this.#limit()
    source.receive(this)
  }

  get heldBytes(): number {
    const {received, inFlight} = this.#source.window
    return received + inFlight - this.#passedBytes
  }

  /** More than was declared would come without being asked for: the limiters know only of what was. */
  bytes(piece: Buffer): void {
    if (this.#source.window.received > this.#declaredBytes) {
      this.#breakOff('size-mismatch')
      return
    }
    this.#waiting.add(piece)
    if (this.#writes < maxWrites) this.#passAll()
  }

  /** Whether nothing more will come over it. */
  get isDone(): boolean {
    return this.#hasEnded || this.#isOver
  }

  end(trailer: ChannelTrailer): void {
    this.#hasEnded = true
    this.#passAll()
    // When it fails, `onFail` tells.
    this.#target.end(trailer).catch(() => undefined)
  }

  failed(error: ChatctlError): void {
    this.#break(error, code => this.#target.reset(code))
  }

  /** Asks for nothing more while one of the ends lets it stand still. */
  pause(isPaused: boolean): void {
    if (isPaused) this.#source.pause()
    else this.#source.resume()
  }

  /** Gives up what still runs: both ends are told the code. */
  stop(code: string): void {
    if (this.#isOver) return
    this.#finish()
    this.#source.reset(code)
    this.#target.reset(code)
  }

  #passAll(): void {
    for (const piece of this.#waiting.take()) void this.#pass(piece)
  }

  async #pass(piece: Buffer): Promise<void> {
    this.#writes++
    try {
      await this.#target.write(piece)
    } catch {
      // `onFail` tells.
      return
    }
    if (--this.#writes < maxWrites) this.#passAll()
    this.#passedBytes += piece.length
    this.#limit()
    this.#tap.release(piece.length)
  }

  #limit(): void {
    this.#tap.limitTo(Math.min(this.#target.granted, this.#passedBytes + this.#budget.shareOf(this)))
  }

  #breakOff(code: string): void {
    this.stop(code)
    this.#broken(code)
  }

  #break(error: ChatctlError, resetOther: (code: string) => void): void {
    if (this.#isOver) return
    this.#finish()
    const code = error instanceof ChannelResetError ? error.reset : error.code
    resetOther(code)
    this.#broken(code)
  }

  #finish(): void {
    this.#isOver = true
    this.#tap.close()
    this.#innerTap.close()
    this.#waiting.take()
    this.#leaveBudget()
  }
}
