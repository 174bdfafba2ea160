import type {Clock} from './clock.js'
import type {Session} from './session.js'
import type {TalkPace} from './talk-pace.js'

/** Bytes of talk that wait for one listener above which those who speak are held back: half of what may wait. */
export const heldBackAboveBytes = 4 * 1024 * 1024

/** How long a listener that is behind may take nothing at all before it counts as stuck. */
export const stuckAfterMs = 2000

const lookAgainAfterMs = 20

/**
 * Holds speakers back while a listener is far behind, so that a flood goes at the pace of the slowest who still
 * reads. A listener that takes nothing is closed instead: it must not hold up everybody else. Nor does a flood hold up
 * who says little: one who takes crumbs, and one who floods, could keep a whole room silent.
 */
export class TalkGate {
  readonly #clock: Clock
  readonly #listeners: () => Iterable<Session>
  readonly #behind = new Map<Session, {taken: number; since: number}>()

  constructor(clock: Clock, listeners: () => Iterable<Session>) {
    this.#clock = clock
    this.#listeners = listeners
  }

  /** Whether a speaker may go on now. */
  isOpen(pace?: TalkPace): boolean {
    return [...this.#listeners()].every(listener => this.#keepsUp(listener)) || pace?.isCalm === true
  }

  /** Resolves when a speaker may go on. */
  async opened(pace?: TalkPace): Promise<void> {
    while (!this.isOpen(pace)) await new Promise<void>(resolve => this.#clock.setTimeout(resolve, lookAgainAfterMs))
  }

  #keepsUp(listener: Session): boolean {
    if (listener.end !== undefined || listener.waitingBytes <= heldBackAboveBytes) {
      this.#behind.delete(listener)
      return true
    }
    const now = this.#clock.now()
    const known = this.#behind.get(listener)
    if (known?.taken !== listener.acknowledgedCount) {
      this.#behind.set(listener, {taken: listener.acknowledgedCount, since: now})
    } else if (now - known.since >= stuckAfterMs) {
      listener.close('slow')
    }
    return false
  }
}
