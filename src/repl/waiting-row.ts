import type {RoomEvent} from '../conversation.js'
import {spinnerMarks} from '../ui/marks.js'
import {cutEnd} from '../ui/width.js'
import type {ShellClock} from './shell-clock.js'

const frameMs = 500
/** A room that nobody enters is left in peace after two minutes. */
const maxFrames = 240

/** The row that tells a host that nobody has come yet: it moves for a while, twice a second. */
export class WaitingRow {
  readonly #clock: ShellClock
  readonly #onChange: () => void
  #frame: number | undefined
  #callOff: (() => void) | undefined

  /** `onChange` hears when there is another row to draw. */
  constructor(clock: ShellClock, onChange: () => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  /** Takes what happens in the room: the wait begins with the room, and ends with the first guest. */
  observe({event}: RoomEvent): void {
    if (event === 'listening') this.#move(0)
    else if (event === 'joined' || event === 'bye') this.close()
  }

  /** Ends the wait. */
  close(): void {
    this.#callOff?.()
    this.#frame = undefined
  }

  /** Returns the row, no wider than `columns`, or none. */
  rows(columns: number): string[] {
    if (this.#frame === undefined) return []
    return [cutEnd(`${spinnerMarks[this.#frame % spinnerMarks.length] ?? ''} waiting for the first guest`, columns)]
  }

  #move(frame: number): void {
    this.#frame = frame
    this.#onChange()
    if (frame < maxFrames) this.#callOff = this.#clock.setTimeout(() => this.#move(frame + 1), frameMs)
  }
}
