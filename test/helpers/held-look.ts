import {afterEach} from 'vitest'

/** Holds whoever lets others have their turn, such as a look at what was kept, until the test lets go. */
class Gate {
  #held: Promise<void> | undefined
  #release: () => void = () => undefined

  hold(): void {
    this.#held = new Promise(resolve => (this.#release = resolve))
  }

  release(): void {
    this.#held = undefined
    this.#release()
  }

  async pass(): Promise<void> {
    await this.#held
  }
}

/** The gate of `HeldTurns`. */
export const gate = new Gate()

afterEach(() => gate.release())

/** In the place of `ShortTurns`: a turn is never over, and who passes it on waits at the gate. */
export class HeldTurns {
  readonly isOver = false

  pass(): Promise<void> {
    return gate.pass()
  }
}
