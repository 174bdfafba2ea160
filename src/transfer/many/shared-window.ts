/** Who has held the others up for so long, less the time in which it did not, has fallen behind. */
export const patienceMs = 2000

/** What is known of one follower: all are counts from the first byte on. */
interface Progress {
  passedBytes: number
  grantedBytes: number
  heldMs: number
}

/**
 * The arithmetic of one stream of bytes that goes to several followers: between what was written and what the last of
 * them has passed on lies no more than a window. Who is more than half of it behind, while somebody else has all that
 * there is and could take more than the window lets come, holds that one up; and has fallen behind when it has done so for longer than not. Who is half as fast as
 * the fastest stays: to be sent everything once more would take as much of the sender's link from the others.
 */
export class SharedWindow<Follower> {
  readonly #patienceMs: number
  readonly #followers = new Map<Follower, Progress>()
  #windowBytes = 0
  #writtenBytes = 0
  #countedMs = 0
  #holding: readonly Progress[] = []

  /** `patience` is in milliseconds. */
  constructor(patience = patienceMs) {
    this.#patienceMs = patience
  }

  /** Bytes that were written so far. */
  get writtenBytes(): number {
    return this.#writtenBytes
  }

  /** Bytes that every follower has passed on; all that were written when there is none. */
  get leastPassedBytes(): number {
    let least = this.#writtenBytes
    for (const {passedBytes} of this.#followers.values()) least = Math.min(least, passedBytes)
    return least
  }

  /** Bytes that some follower has passed on; all that were written when there is none. */
  get mostPassedBytes(): number {
    if (this.#followers.size === 0) return this.#writtenBytes
    let most = 0
    for (const {passedBytes} of this.#followers.values()) most = Math.max(most, passedBytes)
    return most
  }

  /** Up to where the one that wants most lets bytes come. */
  get mostGrantedBytes(): number {
    let most = 0
    for (const {grantedBytes} of this.#followers.values()) most = Math.max(most, grantedBytes)
    return most
  }

  /** Up to where bytes may be written: whatever is asked for, no more is ever held than the window. */
  get limitBytes(): number {
    return Math.min(this.mostGrantedBytes, this.leastPassedBytes + this.#windowBytes)
  }

  /** Counts a follower in, which begins with the first byte. */
  add(follower: Follower): void {
    this.#followers.set(follower, {passedBytes: 0, grantedBytes: 0, heldMs: 0})
  }

  /** Counts a follower out. */
  remove(follower: Follower): void {
    this.#followers.delete(follower)
  }

  /** Holds so many bytes from now on; what is there already stays. */
  resize(windowBytes: number): void {
    this.#windowBytes = windowBytes
  }

  /** So many bytes more are there to be passed on. */
  write(byteLength: number): void {
    this.#writtenBytes += byteLength
  }

  /** A follower has passed on so many bytes more. */
  pass(follower: Follower, byteLength: number): void {
    const progress = this.#followers.get(follower)
    if (progress) progress.passedBytes += byteLength
  }

  /** A follower lets so many bytes come in all. */
  grant(follower: Follower, totalBytes: number): void {
    const progress = this.#followers.get(follower)
    if (progress) progress.grantedBytes = Math.max(progress.grantedBytes, totalBytes)
  }

  /** Takes what time it is, and returns who has fallen behind by now: never the only one. */
  fallenBehind(nowMs: number): Follower[] {
    this.#count(nowMs - this.#countedMs)
    this.#countedMs = nowMs
    const hasFallen = (progress: Progress): boolean =>
      progress.heldMs >= this.#patienceMs && this.#holding.includes(progress)
    return [...this.#followers].filter(([, progress]) => hasFallen(progress)).map(([follower]) => follower)
  }

  /** After how long somebody falls behind, if nothing moves; undefined while nobody holds anyone up. */
  get dueMs(): number | undefined {
    if (this.#holding.length === 0) return undefined
    return Math.max(0, this.#patienceMs - Math.max(...this.#holding.map(({heldMs}) => heldMs)))
  }

  /** The time that has passed counts for who held the others up in it; who does so now is seen anew. */
  #count(passedMs: number): void {
    for (const progress of this.#followers.values()) {
      if (this.#holding.includes(progress)) progress.heldMs += passedMs
      else progress.heldMs = Math.max(0, progress.heldMs - passedMs)
    }
    this.#holding = this.#isSomeoneStarved() ? this.#laggards() : []
  }

  #laggards(): Progress[] {
    const least = this.#writtenBytes - this.#windowBytes / 2
    return [...this.#followers.values()].filter(({passedBytes}) => passedBytes < least)
  }

  /** Whether somebody has all that there is, and could take more than the window lets come. */
  #isSomeoneStarved(): boolean {
    const mostBytes = this.leastPassedBytes + this.#windowBytes
    for (const {passedBytes, grantedBytes} of this.#followers.values())
      if (passedBytes === this.#writtenBytes && grantedBytes > mostBytes) return true
    return false
  }
}
