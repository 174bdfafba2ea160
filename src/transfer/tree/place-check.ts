import {setImmediate} from 'node:timers/promises'
import type {TreePlace} from '../../protocol/tree-record.js'
import {ShortTurns} from './short-turns.js'
import type {Walk} from './tree-place.js'
import type {TreeProgress} from './tree-progress.js'

/**
 * Looks whether a tree is still the one in which a place was, by the chain that all entries up to there have: on a way from
 * the beginning, without a byte of what files hold, beside the transfer that goes on behind the place meanwhile.
 */
export class PlaceCheck {
  readonly #place: TreePlace
  readonly #walk: Walk
  /** Of what is found up to the place. */
  readonly #before: TreeProgress
  readonly #behind: TreeProgress
  readonly #announced: TreeProgress['announced']
  #isAnother = false
  #running: Promise<boolean> | undefined
  #isClosed = false

  /** What is found `before` the place is told to the progress `behind` it, when it is what it was. */
  constructor(place: TreePlace, walk: Walk, {before, behind}: {before: TreeProgress; behind: TreeProgress}) {
    this.#place = place
    this.#walk = walk
    this.#before = before
    this.#behind = behind
    this.#announced = {...behind.announced}
  }

  /** Whether it has turned out to be another tree. */
  get isAnother(): boolean {
    return this.#isAnother
  }

  /**
   * Begins, if it has not, and resolves with whether it is another tree.
   * @throws ChatctlError when the root cannot be read
   */
  run(): Promise<boolean> {
    this.#running ??= this.#look()
    // Whoever does not wait for it now does at the end.
    this.#running.catch(() => undefined)
    return this.#running
  }

  /** Looks no further. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running?.catch(() => undefined)
    this.#walk.return()
  }

  async #look(): Promise<boolean> {
    // What waits to be sent goes first.
    await setImmediate()
    const turns = new ShortTurns()
    while (this.#lookOn(turns)) await turns.pass()
    if (this.#isClosed) return false
    this.#isAnother = !this.#isThere
    if (!this.#isAnother) this.#behind.addBefore(this.#before)
    return this.#isAnother
  }

  /** Passes by what comes next, as long as a turn lasts; returns whether there may be more. */
  #lookOn(turns: ShortTurns): boolean {
    while (!this.#isClosed && this.#before.chain.entries < this.#place.entries) {
      const {done, value: found} = this.#walk.next()
      if (found) this.#before.passBy(found, !this.#isUnderWay)
      if (done) return false
      if (turns.isOver) return true
    }
    return false
  }

  /** Whether what comes next is the file that is gone on with. */
  get #isUnderWay(): boolean {
    const {entries, offset} = this.#place
    return offset !== undefined && this.#before.chain.entries === entries - 1
  }

  get #isThere(): boolean {
    const {chain, announced} = this.#before
    const {bytes, files} = this.#announced
    return chain.digest === this.#place.chain && announced.bytes === bytes && announced.files === files
  }
}
