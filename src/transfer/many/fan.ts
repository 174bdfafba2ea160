import type {ChatctlError} from '../../errors/index.js'
import type {ChannelTrailer} from '../../protocol/payloads.js'
import type {Clock} from '../../session/clock.js'
import type {SendChannel} from '../../session/send-channel.js'
import {SharedWindow} from './shared-window.js'

/** Writes to one target that may be under way: what waits for it beyond them is kept once for all. */
const maxWrites = 16

/** Pieces that are kept at most: a sender may cut its bytes into crumbs. */
const maxPieces = 2048

/** What a fan asks of a channel that it writes to. */
export type FanTarget = Pick<SendChannel, 'write' | 'end' | 'reset' | 'granted' | 'onGrant' | 'onFail'>

/** What a fan works with, and tells. */
export interface FanOptions<Target> {
  clock: Clock
  /** Hears that more may be written, or that something has been passed on. */
  moved: () => void
  /** Hears that a target has failed, which is out of it by then. */
  failed: (target: Target, error: ChatctlError) => void
  /** Hears that a target has fallen behind the others, which is out of it by then: what becomes of it is for others to say. */
  fellBehind: (target: Target) => void
  /** How long a target may hold the others up. */
  patienceMs?: number
}

interface Piece {
  bytes: Buffer
  /** Targets that have not passed it on. */
  waiting: number
  passed: () => void
}

interface Ending<Target> {
  trailer: ChannelTrailer
  ended: (target: Target, leaving: Promise<void>) => void
}

interface Branch {
  /** Which piece is the next to be written, counted from the first. */
  next: number
  writes: number
  hasEnded: boolean
}

/**
 * Passes the same bytes on to several channels, to each as fast as it takes them. What some have passed on is kept for the
 * others, within a window, and once for all of them; who falls behind it is let go of.
 */
export class Fan<Target extends FanTarget = FanTarget> {
  readonly #options: FanOptions<Target>
  readonly #window: SharedWindow<Target>
  readonly #branches = new Map<Target, Branch>()
  /** What somebody has not passed on, in order; before them, so many others were dropped. */
  #pieces: Piece[] = []
  #dropped = 0
  #trailer: Ending<Target> | undefined
  #windowBytes = Infinity
  #isFull = false
  #callOff: () => void = () => undefined

  constructor(targets: Iterable<Target>, options: FanOptions<Target>) {
    this.#options = options
    this.#window = new SharedWindow(options.patienceMs)
    for (const target of targets) this.#add(target)
  }

  /** Those that it still writes to. */
  get targets(): Target[] {
    return [...this.#branches.keys()]
  }

  /** Bytes that all have passed on. */
  get passedBytes(): number {
    return this.#window.leastPassedBytes
  }

  /** Bytes that the fastest has passed on. */
  get mostPassedBytes(): number {
    return this.#window.mostPassedBytes
  }

  /** Bytes that were written, and that somebody has not passed on. */
  get heldBytes(): number {
    return this.#window.writtenBytes - this.#window.leastPassedBytes
  }

  /** Up to where bytes may be written. */
  get limitBytes(): number {
    return this.#window.limitBytes
  }

  /** The most that any target lets come. */
  get granted(): number {
    return this.#window.mostGrantedBytes
  }

  /** Whether another piece is of use to somebody: the fastest has not much left, and there is room to keep it. */
  get isReady(): boolean {
    const written = this.#dropped + this.#pieces.length
    const waits = ({next, writes}: Branch): boolean => written - next + writes >= maxWrites
    return this.#pieces.length < maxPieces && ![...this.#branches.values()].every(waits)
  }

  /** Keeps no more than so many bytes from now on. */
  resize(windowBytes: number): void {
    this.#windowBytes = windowBytes
    this.#fit()
  }

  /** Takes whether whoever writes has no room for more until something is passed on by all. */
  fill(isFull: boolean): void {
    this.#isFull = isFull
    this.#look()
  }

  /** Passes bytes on; resolves when nobody needs them any more. */
  write(bytes: Buffer): Promise<void> {
    this.#window.write(bytes.length)
    return new Promise(resolve => {
      this.#pieces.push({bytes, waiting: this.#branches.size, passed: resolve})
      this.#pumpAll()
      this.#dropPassed()
      this.#look()
    })
  }

  /** Ends each channel behind everything written; `ended` hears of each how its trailer leaves. */
  end(trailer: ChannelTrailer, ended: (target: Target, leaving: Promise<void>) => void = () => undefined): void {
    this.#trailer = {trailer, ended}
    this.#pumpAll()
    this.#look()
  }

  /** Whether a target is still written to, or has its trailer to come. */
  has(target: Target): boolean {
    return this.#branches.has(target)
  }

  /** Writes nothing more to a target; what becomes of its channel is for others to say. */
  letGo(target: Target): void {
    if (this.#remove(target)) this.#options.moved()
  }

  /** Gives all channels up, and tells each of them why. */
  reset(code: string): void {
    for (const target of this.targets) if (this.#remove(target)) target.reset(code)
  }

  #add(target: Target): void {
    this.#branches.set(target, {next: 0, writes: 0, hasEnded: false})
    this.#window.add(target)
    this.#window.grant(target, target.granted)
    target.onGrant = total => {
      this.#window.grant(target, total)
      this.#look()
      this.#options.moved()
    }
    target.onFail = error => {
      if (this.#remove(target)) this.#options.failed(target, error)
    }
  }

  #remove(target: Target): boolean {
    const branch = this.#branches.get(target)
    if (branch === undefined) return false
    this.#branches.delete(target)
    this.#window.remove(target)
    target.onGrant = () => undefined
    const firstUnpassed = branch.next - branch.writes
    for (const piece of this.#pieces.slice(firstUnpassed - this.#dropped)) piece.waiting--
    this.#dropPassed()
    this.#look()
    return true
  }

  #pumpAll(): void {
    for (const [target, branch] of this.#branches) this.#pump(target, branch)
  }

  #pump(target: Target, branch: Branch): void {
    for (let piece = this.#nextOf(branch); piece && branch.writes < maxWrites; piece = this.#nextOf(branch)) {
      branch.next++
      branch.writes++
      void this.#write(target, branch, piece)
    }
    const isAllWritten = branch.next === this.#dropped + this.#pieces.length
    if (this.#trailer && isAllWritten && !branch.hasEnded) this.#end(target, branch, this.#trailer)
  }

  #nextOf({next}: Branch): Piece | undefined {
    return this.#pieces[next - this.#dropped]
  }

  #end(target: Target, branch: Branch, {trailer, ended}: Ending<Target>): void {
    branch.hasEnded = true
    const leaving = target.end(trailer)
    // When it fails, `onFail` tells.
    leaving.catch(() => undefined)
    ended(target, leaving)
  }

  async #write(target: Target, branch: Branch, piece: Piece): Promise<void> {
    try {
      await target.write(piece.bytes)
    } catch {
      // `onFail` tells.
      return
    }
    if (!this.#branches.has(target)) return
    branch.writes--
    piece.waiting--
    this.#window.pass(target, piece.bytes.length)
    this.#dropPassed()
    this.#pump(target, branch)
    this.#look()
    this.#options.moved()
  }

  #dropPassed(): void {
    if (this.#pieces[0]?.waiting !== 0) return
    const first = this.#pieces.findIndex(({waiting}) => waiting > 0)
    const passed = this.#pieces.splice(0, first < 0 ? this.#pieces.length : first)
    this.#dropped += passed.length
    for (const piece of passed) piece.passed()
  }

  /** What is in crumbs fills the window, however few bytes they are. */
  #fit(): void {
    const isFull = this.#isFull || this.#pieces.length >= maxPieces
    this.#window.resize(isFull ? Math.min(this.heldBytes, this.#windowBytes) : this.#windowBytes)
  }

  /** Lets go of who has fallen behind, now or when its time has come; when all is written nobody waits for anyone. */
  #look(): void {
    this.#callOff()
    if (this.#branches.size < 2 || this.#trailer) return
    this.#fit()
    const {clock, fellBehind} = this.#options
    for (const target of this.#window.fallenBehind(clock.now())) if (this.#remove(target)) fellBehind(target)
    const {dueMs} = this.#window
    if (dueMs !== undefined) this.#callOff = clock.setTimeout(() => this.#look(), Math.ceil(dueMs))
  }
}
