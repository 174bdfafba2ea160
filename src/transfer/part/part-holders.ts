import {join} from 'node:path'
import {keyOf, sourceKeyOf} from './part-name.js'
import type {PartOrigin, WantedPart} from './part-request.js'

/** What a part is known by. */
type HeldPart = Pick<WantedPart, 'directory' | 'name' | 'id' | 'origin'>

interface Holder {
  /** The place of the part. */
  place: string
  /** That of all parts of its source. */
  sourcePlace: string
  origin: PartOrigin
  released: Promise<void>
}

/** Who uses which parts in this process: one transfer has a part at a time, and the newest takes it over. */
export class PartHolders {
  readonly #holders = new Set<Holder>()

  /**
   * Takes a part as soon as other sessions have let go of it, and of what is of its source in another state, who are asked to;
   * resolves with how to let go. Undefined when the same session uses it: the same file twice at once, of which its sender knows.
   */
  async take(part: HeldPart): Promise<(() => void) | undefined> {
    const sourcePlace = join(part.directory, sourceKeyOf(part))
    const place = join(part.directory, keyOf(part))
    const isOther = (holder: Holder): boolean =>
      holder.sourcePlace === sourcePlace && holder.origin.session !== part.origin.session
    for (let other = this.#find(isOther); other; other = this.#find(isOther)) {
      other.origin.takeOver()
      await other.released
    }
    if (this.#find(holder => holder.place === place)) return undefined
    return this.#hold({place, sourcePlace, origin: part.origin})
  }

  #find(isIt: (holder: Holder) => boolean): Holder | undefined {
    return [...this.#holders].find(isIt)
  }

  #hold(part: Omit<Holder, 'released'>): () => void {
    let release: () => void = () => undefined
    const released = new Promise<void>(resolve => (release = resolve))
    const holder = {...part, released}
    this.#holders.add(holder)
    return () => {
      this.#holders.delete(holder)
      release()
    }
  }
}
