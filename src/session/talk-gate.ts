import type {Clock} from './clock.js'
import type {TalkPace} from './talk-pace.js'

/** Bytes of talk that wait for one listener above which those who speak are held back: half of what may wait. */
export const heldBackAboveBytes = 4 * 1024 * 1024

/** How long a listener that is behind may take nothing at all before it counts as stuck. */
export const stuckAfterMs = 2000

const lookAgainAfterMs = 20

/** Whom, or what, talk goes to. */
export interface Listener {
  /** Bytes of talk that wait for it. */
  readonly waitingBytes: number
  /** How much it has taken, in whatever unit: as long as this stays the same, it takes nothing. */
  readonly takenCount: number
  /** Ends it when it is stuck, if it is not to be there then; nobody waits for it any more in any case. */
  close?(code: 'slow'): void
}

/**
 * Holds speakers back while a listener is far behind, so that a flood goes at the pace of the slowest who still
 * reads. A listener that takes nothing is given up instead: it must not hold up everybody else. Nor does a flood hold up
 * who says little: one who takes crumbs, and one who floods, could keep a whole room silent.
 */
export class TalkGate {
  readonly #clock: Clock
  readonly #listeners: () => Iterable<Listener>
  readonly #patienceMs: number
  readonly #allowedBytes: () => number
  readonly #behind = new WeakMap<Listener, {taken: number; since: number}>()

  /**
   * `patienceMs` is how long a listener that is behind may take nothing; it is behind when more than `allowedBytes` wait
   * for it.
   */
  constructor(
    clock: Clock,
    listeners: () => Iterable<Listener>,
    patienceMs = stuckAfterMs,
    allowedBytes = (): number => heldBackAboveBytes,
  ) {
    this.#clock = clock
    this.#listeners = listeners
    this.#patienceMs = patienceMs
    this.#allowedBytes = allowedBytes
  }

  /** Whether a speaker may go on now, as if the last `laterBytes` of what it said did not wait yet. */
  isOpen(pace?: TalkPace, laterBytes = 0): boolean {
    const allowed = this.#allowedBytes()
    return [...this.#listeners()].every(each => this.#keepsUp(each, allowed, laterBytes)) || pace?.isCalm === true
  }

  /** Resolves when a speaker may go on. */
  async opened(pace?: TalkPace): Promise<void> {
    while (!this.isOpen(pace)) await new Promise<void>(resolve => this.#clock.setTimeout(resolve, lookAgainAfterMs))
  }

  #keepsUp(listener: Listener, allowedBytes: number, laterBytes: number): boolean {
    if (listener.waitingBytes <= allowedBytes) {
      this.#behind.delete(listener)
      return true
    }
    if (!this.#isStuck(listener)) return listener.waitingBytes - laterBytes <= allowedBytes
    listener.close?.('slow')
    return true
  }

  /** Whether a listener that is behind has taken nothing for long. */
  #isStuck(listener: Listener): boolean {
    const now = this.#clock.now()
    const known = this.#behind.get(listener)
    if (known?.taken === listener.takenCount) return now - known.since >= this.#patienceMs
    this.#behind.set(listener, {taken: listener.takenCount, since: now})
    return false
  }
}
