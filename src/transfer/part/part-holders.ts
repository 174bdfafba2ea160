import type {PartOrigin} from './part-request.js'

/** Who uses which parts in this process: one transfer has a part at a time, and the newest takes it over. */
export class PartHolders {
  readonly #holders = new Map<string, {origin: PartOrigin; released: Promise<void>}>()

  /**
   * Takes a part, by its place, as soon as others have let go of it, who are asked to; resolves with how to let go.
   * Undefined when the same session uses it: the same file twice at once, of which its sender knows.
   */
  async take(place: string, origin: PartOrigin): Promise<(() => void) | undefined> {
    for (let holder = this.#holders.get(place); holder; holder = this.#holders.get(place)) {
      if (holder.origin.session === origin.session) return undefined
      holder.origin.takeOver()
      await holder.released
    }
    return this.#hold(place, origin)
  }

  #hold(place: string, origin: PartOrigin): () => void {
    let release: () => void = () => undefined
    const released = new Promise<void>(resolve => (release = resolve))
    this.#holders.set(place, {origin, released})
    return () => {
      this.#holders.delete(place)
      release()
    }
  }
}
