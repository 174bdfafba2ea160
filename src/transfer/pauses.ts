import type {RoomEvent, TransferPause} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'
import type {FileMessage} from '../protocol/messages.js'
import type {Clock} from '../session/clock.js'
import {PausableClock} from './pausable-clock.js'
import type {RateLimiter} from './pace/rate-limiter.js'

/** A transfer that stands still for so long at a stretch is given up. */
export const pausePatienceMs = 24 * 60 * 60 * 1000

/** Why a transfer stands still at this end: there is no room on the disk, somebody wants it so, or its source has nothing. */
export type OwnPause = 'disk-full' | 'asked' | 'idle'

// What the other end and people here are told when there are several reasons.
const byWeight: readonly OwnPause[] = ['disk-full', 'asked', 'idle']

/** What pauses are about, and whom they concern. */
export interface PausesOptions {
  /** On the wire. */
  id: string
  transfer: number
  name: string
  clock: Clock
  say: (message: FileMessage) => void
  emit: (event: RoomEvent) => void
  /** Gives the transfer up. */
  giveUp: (error: ChatctlError) => void
}

/**
 * Whether one transfer stands still, at the wish of either end, and until when: each end lifts its own reasons only.
 * The clock of the transfer stands still with it, so that nothing stalls meanwhile.
 */
export class Pauses {
  readonly clock: PausableClock
  /** Hears that it goes on, as people see it. */
  onResumed: () => void = () => undefined
  readonly #options: PausesOptions
  readonly #own = new Map<OwnPause, string>()
  readonly #waiting = new Set<() => void>()
  #theirs: string | undefined
  #said: OwnPause | undefined
  #told: TransferPause | undefined
  #state: 'before' | 'moving' | 'over' = 'before'
  #onChange: (isPaused: boolean) => void = () => undefined
  #callOff: (() => void) | undefined

  constructor(options: PausesOptions) {
    this.#options = options
    this.clock = new PausableClock(options.clock)
  }

  /** Its state, as people see it: a source that has nothing yet is no pause to them. */
  describe(): {state: 'moving' | 'paused'; pause?: TransferPause} {
    return this.#told === undefined ? {state: 'moving'} : {state: 'paused', pause: this.#told}
  }

  /** Hears whenever it comes to stand still, or moves again; is told at once when it stands still already. */
  set onChange(listener: (isPaused: boolean) => void) {
    this.#onChange = listener
    if (this.#isPaused) listener(true)
  }

  /** The transfer is accepted: from here on it can be paused. */
  begin(): void {
    if (this.#state === 'before') this.#state = 'moving'
  }

  /** Whether it has begun, and is not over. */
  get isMoving(): boolean {
    return this.#state === 'moving'
  }

  /** The transfer is over. */
  close(): void {
    this.#state = 'over'
    this.#callOff?.()
    this.clock.go()
  }

  /**
   * Pauses it for a reason of this end; `detail` says more to people here.
   * @throws ChatctlError `bad-argument` when it has not begun, or is over
   */
  pause(reason: OwnPause, detail = ''): void {
    this.#requireMoving()
    this.#own.set(reason, detail)
    this.#changed()
  }

  /** Lifts a reason of this end. */
  resume(reason: OwnPause): void {
    if (this.#own.delete(reason)) this.#changed()
  }

  /**
   * Lifts what somebody wished here.
   * @throws ChatctlError `bad-argument` when only the other end can, or there is nothing to lift
   */
  lift(): void {
    this.#requireMoving()
    if (!this.#own.has('asked')) throw this.#theirs === undefined ? this.#isMoving() : this.#isPausedThere()
    this.resume('asked')
  }

  /** Tells whoever has tried to let it go on that the disk is as full as it was. */
  stayFull(why: string): void {
    const {transfer, name, emit} = this.#options
    emit({event: 'notice', code: 'disk-full', message: `#${transfer} ${name} cannot go on yet: ${why}`})
  }

  /** Whether it stands still here for this reason. */
  has(reason: OwnPause): boolean {
    return this.#own.has(reason)
  }

  /** The peer pauses it; what has not begun, or is over, cannot be. */
  takePause(code: string): void {
    if (this.#state !== 'moving') return
    this.#theirs = code
    this.#changed()
  }

  /** The peer lifts its pause. */
  takeResume(): void {
    if (this.#theirs === undefined) return
    this.#theirs = undefined
    this.#changed()
  }

  /** A limiter that gives nobody a turn while the transfer is paused. */
  hold(limiter: Pick<RateLimiter, 'take'>): Pick<RateLimiter, 'take'> {
    const take = async (maxBytes: number, signal?: AbortSignal): Promise<number> => {
      while (this.isHeld) await this.#lifted(signal)
      return limiter.take(maxBytes, signal)
    }
    return {take: (maxBytes, signal) => (this.isHeld ? take(maxBytes, signal) : limiter.take(maxBytes, signal))}
  }

  get #isPaused(): boolean {
    return this.#own.size > 0 || this.#theirs !== undefined
  }

  /** Whether what is there must not be sent: of a source that has nothing, the last bytes still leave. */
  get isHeld(): boolean {
    return this.#own.has('asked') || this.#own.has('disk-full') || this.#theirs !== undefined
  }

  #lifted(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const end = (settle: () => void): void => {
        this.#waiting.delete(lift)
        signal?.removeEventListener('abort', giveUp)
        settle()
      }
      const lift = (): void => end(resolve)
      const giveUp = (): void => end(() => reject(signal?.reason as Error))
      this.#waiting.add(lift)
      signal?.addEventListener('abort', giveUp)
    })
  }

  #changed(): void {
    if (this.#state === 'over') return
    this.#tellPeer()
    this.#tellHere()
    if (this.#isPaused) this.#standStill()
    else this.#move()
    if (!this.isHeld) for (const lift of [...this.#waiting]) lift()
  }

  #standStill(): void {
    this.clock.stop()
    this.#callOff ??= this.#options.clock.setTimeout(() => this.#options.giveUp(pausedForEver()), pausePatienceMs)
    this.#onChange(true)
  }

  #move(): void {
    this.clock.go()
    this.#callOff?.()
    this.#callOff = undefined
    this.#onChange(false)
  }

  #tellPeer(): void {
    const reason = byWeight.find(each => this.#own.has(each))
    if (reason === this.#said) return
    this.#said = reason
    const {id: transfer, say} = this.#options
    say(reason === undefined ? {type: 'resume', transfer} : {type: 'pause', transfer, code: reason})
  }

  #tellHere(): void {
    const now = this.#visible()
    if (now?.by === this.#told?.by && now?.code === this.#told?.code) return
    this.#told = now
    const {transfer, name, emit} = this.#options
    if (now === undefined) this.onResumed()
    if (now === undefined) emit({event: 'resumed', transfer, name})
    else emit({event: 'paused', transfer, name, ...now, message: this.#reasonOf(now)})
  }

  #visible(): TransferPause | undefined {
    const own = byWeight.find(each => each !== 'idle' && this.#own.has(each))
    if (own !== undefined) return {by: 'self', code: own}
    return this.#theirs === undefined || this.#theirs === 'idle' ? undefined : {by: 'peer', code: this.#theirs}
  }

  #reasonOf({by, code}: TransferPause): string {
    if (by === 'self')
      return code === 'disk-full' ? `paused: ${this.#own.get('disk-full')}; ${whenRoom}` : 'paused here'
    if (code === 'disk-full') return `paused: the disk of the other side is full; ${whenRoom}`
    return code === 'asked' ? 'paused by the other side' : `paused by the other side (${code})`
  }

  #requireMoving(): void {
    if (this.#state === 'moving') return
    throw new ChatctlError('bad-argument', `#${this.#options.transfer} is not on its way`, {
      hint: '`/transfers` lists what is.',
    })
  }

  #isMoving(): ChatctlError {
    return new ChatctlError('bad-argument', `#${this.#options.transfer} is not paused`, {
      hint: '`/transfers` lists what is.',
    })
  }

  #isPausedThere(): ChatctlError {
    return new ChatctlError('bad-argument', `#${this.#options.transfer} is paused by the other side`, {
      hint: 'Only there can it go on: ask them for `/resume`. `/cancel` gives it up.',
    })
  }
}

const whenRoom = 'it goes on when there is room'

function pausedForEver(): ChatctlError {
  return new ChatctlError('stalled', 'it was paused for a day')
}
