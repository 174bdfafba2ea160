import type {Clock} from '../../session/clock.js'

/** So much, or what comes in that time, may be lost by a power cut. */
const intervalBytes = 64 * 1024 * 1024
const intervalMs = 1000

/** What checkpoints are made of. */
export interface CheckpointSteps {
  /** Brings what was written to disk. */
  sync: () => Promise<void>
  /** Notes that so many bytes are there. */
  record: (bytes: number) => Promise<void>
}

/** Brings what is written to disk now and then, beside the writing, and notes it only when it is there. */
export class Checkpoints {
  readonly #clock: Pick<Clock, 'now'>
  readonly #steps: CheckpointSteps
  #lastBytes: number
  #lastMs: number
  #running: Promise<void> | undefined
  #failure: {error: unknown} | undefined

  /** `bytes` are there already. */
  constructor(clock: Pick<Clock, 'now'>, bytes: number, steps: CheckpointSteps) {
    this.#clock = clock
    this.#steps = steps
    this.#lastBytes = bytes
    this.#lastMs = clock.now()
  }

  /** Takes that `bytes` are written in all; throws what went wrong with the last checkpoint. */
  wrote(bytes: number): void {
    if (this.#failure) throw this.#failure.error
    if (this.#running !== undefined || !this.#isDue(bytes)) return
    this.#running = this.#make(bytes)
      .catch((error: unknown) => void (this.#failure = {error}))
      .finally(() => (this.#running = undefined))
  }

  /** Waits for the one that is under way. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** Makes a last one. */
  async finish(bytes: number): Promise<void> {
    await this.settled()
    await this.#make(bytes)
  }

  #isDue(bytes: number): boolean {
    return bytes - this.#lastBytes >= intervalBytes || this.#clock.now() - this.#lastMs >= intervalMs
  }

  async #make(bytes: number): Promise<void> {
    await this.#steps.sync()
    await this.#steps.record(bytes)
    this.#lastBytes = bytes
    this.#lastMs = this.#clock.now()
  }
}
