import type {Clock} from './clock.js'
import type {Session} from './session.js'
import {TalkBudget} from './talk-budget.js'
import {heldBackAboveBytes, stuckAfterMs, TalkGate, type Listener} from './talk-gate.js'
import type {TalkPace} from './talk-pace.js'

/** To whom the talk of a room goes. */
export interface Listeners {
  readonly sessions: () => readonly Session[]
  readonly displays: Iterable<Listener>
}

/** The talk of a room that waits for someone: who speaks is held back for it, and who is too far behind is given up. */
export class RoomTalk {
  /** What the sessions count in. */
  readonly budget: TalkBudget
  readonly #gate: TalkGate
  readonly #sessions: () => readonly Session[]

  constructor(clock: Clock, {sessions, displays}: Listeners, maxBytes?: number) {
    this.budget = new TalkBudget(maxBytes)
    this.#sessions = sessions
    const allowedBytes = (): number => this.budget.allowance(sessions().length, heldBackAboveBytes)
    this.#gate = new TalkGate(clock, () => [...sessions(), ...displays], stuckAfterMs, allowedBytes)
  }

  /** Whether a speaker may go on now, as if the last `laterBytes` of what it said did not wait yet. */
  isOpen(pace: TalkPace, laterBytes: number): boolean {
    return this.#gate.isOpen(pace, laterBytes)
  }

  /** Resolves when a speaker may go on. */
  opened(pace: TalkPace): Promise<void> {
    return this.#gate.opened(pace)
  }

  /** Gives up whoever is furthest behind, as long as more waits for all together than may. */
  bound(): void {
    while (this.budget.isExceeded) {
      const furthest = [...this.#sessions()].sort((one, other) => other.waitingBytes - one.waitingBytes)[0]
      if (furthest === undefined) return
      furthest.close('slow')
    }
  }
}
