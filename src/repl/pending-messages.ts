import {sanitiseLine} from '../ui/sanitise.js'
import {cutEnd} from '../ui/width.js'
import type {ShellClock} from './shell-clock.js'

/** Until then a message that waits is not worth a glance. */
const patienceMs = 400
const maxRows = 3

interface Pending {
  readonly text: string
  isShown: boolean
}

/** The messages that the room does not have yet. */
export class PendingMessages {
  readonly #clock: ShellClock
  readonly #onChange: () => void
  readonly #waiting = new Set<Pending>()

  /** `onChange` hears when there are other rows to draw. */
  constructor(clock: ShellClock, onChange: () => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  get count(): number {
    return this.#waiting.size
  }

  /** All of them, in the order in which they were taken. */
  get texts(): string[] {
    return [...this.#waiting].map(({text}) => text)
  }

  /** Takes a message that is on its way; returns how to say that it has arrived, or was refused. */
  add(text: string): () => void {
    const message = {text, isShown: false}
    this.#waiting.add(message)
    const callOff = this.#clock.setTimeout(() => {
      message.isShown = true
      this.#onChange()
    }, patienceMs)
    return () => {
      callOff()
      this.#waiting.delete(message)
      if (message.isShown) this.#onChange()
    }
  }

  /** Returns a row for each of the first that wait, no wider than `columns`. */
  rows(columns: number): string[] {
    const shown = [...this.#waiting].filter(({isShown}) => isShown)
    const rest = shown.length - maxRows
    const rows = shown.slice(0, maxRows).map(({text}) => `… ${sanitiseLine(text)}`)
    return [...rows, ...(rest > 0 ? [`… ${rest} more on their way`] : [])].map(row => cutEnd(row, columns))
  }
}
