const maxKept = 32

/** What was killed, to be yanked again: the newest first. */
export class KillRing {
  #kept: string[] = []

  /** Keeps what was killed; kills one after another are one, as they stood in the text. */
  add(killed: string, {isBackward, joinsLast}: {isBackward: boolean; joinsLast: boolean}): void {
    if (killed === '') return
    const last = joinsLast ? (this.#kept.shift() ?? '') : ''
    this.#kept = [isBackward ? killed + last : last + killed, ...this.#kept].slice(0, maxKept)
  }

  /** Returns what was killed last. */
  newest(): string {
    return this.#kept[0] ?? ''
  }

  /** Makes the one before the newest the newest, and returns it. */
  rotate(): string {
    const [newest, ...others] = this.#kept
    if (newest !== undefined) this.#kept = [...others, newest]
    return this.newest()
  }
}
