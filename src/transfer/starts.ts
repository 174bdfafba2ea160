import {ChatctlError} from '../errors/index.js'
import {theBeginning, type Source, type Start} from './source.js'

/**
 * Where the receiver wants a transfer to go on: said with its first answer, and again after a lost connection or a wrong
 * digest. It never goes back, but for one time: a file to its beginning.
 */
export class Starts {
  readonly #canBe: (start: Start) => boolean
  #latest = theBeginning
  #hasGoneBack = false
  #queued: Start | undefined
  #wake: (start: Start) => void = () => undefined

  /** `source` is what can be resumed; undefined when that cannot be. */
  constructor(source?: Pick<Source, 'kind' | 'bytes'>) {
    this.#canBe = source ? start => canBeIn(source, start) : ({bytes, place}) => bytes === 0 && !place
  }

  /**
   * Takes a place to go on from.
   * @throws ChatctlError `peer-failed` when it cannot be meant
   */
  add(start: Start): void {
    const isBack = isBefore(start, this.#latest)
    if (!this.#canBe(start) || (isBack && (this.#hasGoneBack || isInAFile(start))))
      throw new ChatctlError('peer-failed', `the other side wants to go on from ${start.bytes}, where it cannot be`)
    this.#hasGoneBack ||= isBack
    this.#latest = this.#queued = start
    this.#wake(start)
  }

  /** Resolves with the place to go on from, now or as soon as one is asked for. */
  async next(): Promise<Start> {
    return this.#queued ?? new Promise(resolve => (this.#wake = resolve))
  }

  /** Goes on from there: the next place is a new one. */
  take(): void {
    this.#queued = undefined
  }

  /** Forgets what was asked for: everything is sent anew. */
  startOver(): void {
    this.#latest = theBeginning
  }
}

/** How much of a tree there was when it was begun is its own matter: what is there by now is looked for in it. */
function canBeIn({kind, bytes: size}: Pick<Source, 'kind' | 'bytes'>, {bytes, place}: Start): boolean {
  return kind === 'tree' ? place !== undefined || bytes === 0 : !place && bytes <= (size ?? 0)
}

function isInAFile({bytes, place}: Start): boolean {
  return !place && bytes > 0
}

function isBefore(one: Start, other: Start): boolean {
  if (!one.place || !other.place) return other.place !== undefined || one.bytes < other.bytes
  const {entries, offset = Infinity} = one.place
  const {entries: otherEntries, offset: otherOffset = Infinity} = other.place
  return entries === otherEntries ? offset < otherOffset : entries < otherEntries
}
