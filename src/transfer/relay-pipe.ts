import type {ChatctlError} from '../errors/index.js'
import type {ChannelTrailer} from '../protocol/payloads.js'
import {ChannelResetError} from '../session/channel-errors.js'
import type {ChannelSink, ReceiveChannel} from '../session/receive-channel.js'
import type {SendChannel} from '../session/send-channel.js'
import type {RelayBudget} from './relay-budget.js'

/** What a relay asks of the channel that bytes come from. */
export type RelaySource = Pick<ReceiveChannel, 'label' | 'receive' | 'release' | 'reset' | 'limitTo'>

/** What a relay asks of the channel that bytes go to. */
export type RelayTarget = Pick<SendChannel, 'write' | 'end' | 'reset' | 'granted' | 'onGrant' | 'onFail'>

/**
 * Passes the bytes of one channel on to another as they come, and asks for no more than the other end has asked for:
 * what comes can leave at once. When either channel fails, so does the other, for the same reason.
 */
export class RelayPipe implements ChannelSink {
  readonly #source: RelaySource
  readonly #target: RelayTarget
  readonly #budget: RelayBudget
  readonly #leaveBudget: () => void
  readonly #broken: () => void
  #passedBytes = 0
  #isOver = false

  /** `broken` is called when a channel has failed, after the other one was reset. */
  constructor(source: RelaySource, target: RelayTarget, budget: RelayBudget, broken: () => void) {
    this.#source = source
    this.#target = target
    this.#budget = budget
    this.#leaveBudget = budget.enter()
    this.#broken = broken
    target.onGrant = () => this.#limit()
    target.onFail = error => this.#break(error, code => source.reset(code))
    this.#limit()
    source.receive(this)
  }

  bytes(piece: Buffer): void {
    void this.#pass(piece)
  }

  end(trailer: ChannelTrailer): void {
    // When it fails, `onFail` tells.
    this.#target.end(trailer).catch(() => undefined)
  }

  failed(error: ChatctlError): void {
    this.#break(error, code => this.#target.reset(code))
  }

  /** Gives up what still runs: both ends are told the code. */
  stop(code: string): void {
    if (this.#isOver) return
    this.#finish()
    this.#source.reset(code)
    this.#target.reset(code)
  }

  async #pass(piece: Buffer): Promise<void> {
    try {
      await this.#target.write(piece)
    } catch {
      // `onFail` tells.
      return
    }
    this.#passedBytes += piece.length
    this.#limit()
    this.#source.release(piece.length)
  }

  #limit(): void {
    this.#source.limitTo(Math.min(this.#target.granted, this.#passedBytes + this.#budget.share))
  }

  #break(error: ChatctlError, resetOther: (code: string) => void): void {
    if (this.#isOver) return
    this.#finish()
    resetOther(error instanceof ChannelResetError ? error.reset : error.code)
    this.#broken()
  }

  #finish(): void {
    this.#isOver = true
    this.#leaveBudget()
  }
}
