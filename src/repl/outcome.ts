import type {RoomEvent} from '../conversation.js'
import {catalogue, type ErrorCode, toChatctlError} from '../errors/index.js'

// The worse end decides (the disk over lost over declined); a line that could not be done leaves the whole incomplete.
const severity = [0, 5, 6, 8]
const incomplete = 6
const disk = 8

/** How well everything went that a shell was asked to do. */
export class Outcome {
  #exitCode = 0
  #isFinal = false

  /** What the process exits with, so far. */
  get exitCode(): number {
    return this.#exitCode
  }

  /** Takes note of something that was not done. */
  failed(error: unknown): void {
    this.#note(toChatctlError(error).exitCode)
  }

  /** Takes what happens in the room: a file that was taken and does not arrive, or finds no place, is not done. */
  observe(event: RoomEvent): void {
    if (event.event !== 'failed' && event.event !== 'cancelled') return
    const exitCode = exitCodeOf(event.code)
    if (event.accepted === true || exitCode === disk) this.#note(exitCode)
  }

  /** Stays as it is: what is cut short by leaving was weighed before. */
  conclude(): void {
    this.#isFinal = true
  }

  #note(exitCode: number): void {
    const known = severity.includes(exitCode) ? exitCode : incomplete
    if (!this.#isFinal && severity.indexOf(known) > severity.indexOf(this.#exitCode)) this.#exitCode = known
  }
}

function exitCodeOf(code: string): number {
  return Object.hasOwn(catalogue, code) ? catalogue[code as ErrorCode].exitCode : incomplete
}
