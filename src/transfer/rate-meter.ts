const windowMs = 3000

/** Measures bytes a second as a moving average of about three seconds. */
export class RateMeter {
  readonly #now: () => number
  #samples: {atMs: number; bytes: number}[] = []

  /** `now` is in milliseconds; what moves counts from here on, beyond the `bytes` that are there. */
  constructor(now: () => number, bytes: number) {
    this.#now = now
    this.restart(bytes)
  }

  /** Forgets how fast it was: what moves counts from here on. */
  restart(bytes: number): void {
    this.#samples = [{atMs: this.#now(), bytes}]
  }

  /** Takes how many bytes are there in all and returns the rate. */
  measure(bytes: number): number {
    // What was there is given up: all of it comes anew.
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.restart(bytes)
    const atMs = this.#now()
    this.#samples.push({atMs, bytes})
    const first = this.#samples.findIndex(sample => atMs - sample.atMs <= windowMs)
    // The last one before the window is kept, so that the average spans it even when bytes come seldom.
    this.#samples = this.#samples.slice(Math.max(0, first - 1))
    const [oldest] = this.#samples
    if (oldest === undefined || atMs === oldest.atMs) return 0
    return (1000 * (bytes - oldest.bytes)) / (atMs - oldest.atMs)
  }
}
