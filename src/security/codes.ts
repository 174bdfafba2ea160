import {generateCode} from './code.js'
import {Invite} from './invite.js'

/** How many wrong codes it takes. */
export const codeLimits = {
  /** Until a code is replaced, if they come faster than they are forgotten. */
  untilReplaced: 10,
  /** Until it is withdrawn, however slowly they come. */
  untilWithdrawn: 100,
} as const

/** What becomes of a code that too many have guessed at: one that was given is only guessed at more slowly. */
export type Remedy = 'replaced' | 'withdrawn' | 'slowed'

/**
 * The codes of a host, of which one is good at a time: what is proved has to be settled before the first share, and no
 * joiner can say which code it means without giving some of it away.
 *
 * It is the one that was made last, while it has uses; else the one that the host was started with, if any.
 */
export class Codes {
  /** The one that the host was started with. */
  readonly given: Invite | undefined
  #made: Invite | undefined
  #isWithdrawn = false
  #wrongSinceRemedy = 0
  #wrongSinceMade = 0

  /** Begins with the `given` code, which is never replaced; or with one made anew. */
  constructor(given?: string) {
    if (given === undefined) this.make()
    else this.given = new Invite(given)
  }

  /** The invite that is good now. */
  get current(): Invite | undefined {
    return this.#isMadeGood() ? this.#made : this.given
  }

  /** The code that is good now, or was last. */
  get code(): string | undefined {
    return (this.current ?? this.#made)?.code
  }

  /**
   * Ends the code that was made last, and makes a new one: for so many guests; or for any number, if none was given,
   * which is good again otherwise.
   */
  make(guests?: number): Invite {
    this.#wrongSinceRemedy = 0
    this.#wrongSinceMade = 0
    this.#isWithdrawn = false
    this.#made = undefined
    if (this.given !== undefined && guests === undefined) return this.given
    return (this.#made = new Invite(generateCode(), guests))
  }

  /** Counts a wrong code, and does what it takes. */
  countWrong(isFlood: boolean): Remedy | undefined {
    this.#wrongSinceMade++
    this.#wrongSinceRemedy++
    if (this.#isMadeGood() && this.#wrongSinceMade >= codeLimits.untilWithdrawn) return this.#withdraw()
    return isFlood && this.#wrongSinceRemedy >= codeLimits.untilReplaced ? this.#replace() : undefined
  }

  #isMadeGood(): boolean {
    return this.#made !== undefined && this.#made.uses > 0 && !this.#isWithdrawn
  }

  #withdraw(): Remedy {
    this.#isWithdrawn = true
    return 'withdrawn'
  }

  #replace(): Remedy {
    this.#wrongSinceRemedy = 0
    if (!this.#isMadeGood()) return 'slowed'
    this.#made?.replaceCode(generateCode())
    return 'replaced'
  }
}
