import {kindOfComing, type ComingEvent} from './event-text.js'
import type {ShellClock} from './shell-clock.js'

const foldMs = 1500

/** Who comes and goes: the first is told at once, and those who follow closely are told together. */
export class Comings {
  readonly #clock: ShellClock
  readonly #tell: (events: readonly ComingEvent[]) => void
  #waiting: ComingEvent[] = []
  #callOff: (() => void) | undefined

  /** `tell` is given those who have come, or have gone for one reason. */
  constructor(clock: ShellClock, tell: (events: readonly ComingEvent[]) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** Takes that somebody has come or gone. */
  add(event: ComingEvent): void {
    if (this.#callOff === undefined) {
      this.#tell([event])
      this.#wait()
    } else this.#waiting.push(event)
  }

  /** Tells of all that wait, because something else is to be told after them. */
  flush(): void {
    const kinds = new Map<string, ComingEvent[]>()
    for (const event of this.#waiting.splice(0)) {
      const kind = kindOfComing(event)
      kinds.set(kind, [...(kinds.get(kind) ?? []), event])
    }
    for (const events of kinds.values()) this.#tell(events)
  }

  /** Tells of all that wait, and waits no more. */
  close(): void {
    this.flush()
    this.#callOff?.()
    this.#callOff = undefined
  }

  #wait(): void {
    this.#callOff = this.#clock.setTimeout(() => {
      this.#callOff = undefined
      if (this.#waiting.length === 0) return
      this.flush()
      this.#wait()
    }, foldMs)
  }
}
