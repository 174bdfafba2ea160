import type {ShellClock} from '../shell-clock.js'

const minFrameMs = 1000 / 30
const lateMs = 80

/** Draws at most 30 times a second: the first time at once, and what comes too soon after it together. */
export class FramePacer {
  readonly #clock: ShellClock
  readonly #draw: () => void
  #drawnAtMs = -Infinity
  #callOff: (() => void) | undefined

  constructor(clock: ShellClock, draw: () => void) {
    this.#clock = clock
    this.#draw = draw
  }

  /** Asks for a frame. */
  request(): void {
    if (this.#callOff !== undefined) return
    const waitMs = this.#drawnAtMs + minFrameMs - this.#clock.now()
    if (waitMs <= 0) this.drawNow()
    else this.#callOff = this.#clock.setTimeout(() => this.drawNow(), waitMs)
  }

  /** Asks for a frame that comes late, and later if it is asked for again; no other comes before it. */
  requestLate(): void {
    this.cancel()
    this.#callOff = this.#clock.setTimeout(() => this.drawNow(), lateMs)
  }

  /** Draws whatever was asked for. */
  drawNow(): void {
    this.cancel()
    this.#drawnAtMs = this.#clock.now()
    this.#draw()
  }

  /** Forgets what was asked for. */
  cancel(): void {
    this.#callOff?.()
    this.#callOff = undefined
  }
}
