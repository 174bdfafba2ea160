/**
 * Chooses the colour of each nick: the same one every time and everywhere, but for two who are here together and would
 * share it, as long as there is another.
 */
export class NickColors {
  readonly #owners: (string | undefined)[]

  constructor(count: number) {
    this.#owners = Array.from({length: count}, () => undefined)
  }

  /** Returns the number of a nick's colour. */
  of(nick: string): number {
    const owned = this.#owners.indexOf(nick)
    if (owned !== -1) return owned
    const preferred = hash(nick) % this.#owners.length
    const free = this.#freeFrom(preferred)
    if (free === undefined) return preferred
    this.#owners[free] = nick
    return free
  }

  #freeFrom(preferred: number): number | undefined {
    const count = this.#owners.length
    const inOrder = Array.from({length: count}, (_, step) => (preferred + step) % count)
    return inOrder.find(index => this.#owners[index] === undefined)
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
