import {hash} from 'node:crypto'
import {lstatSync, readFileSync} from 'node:fs'
import {ChatctlError} from '../../errors/index.js'
import {maxSmallBytes} from '../part/arriving-file.js'
import {claimPlace} from './claim-place.js'
import {entriesOf, type JournalEntry} from './journal-entries.js'
import {ShortTurns} from './short-turns.js'
import type {TreeJournal} from './tree-journal.js'
import {TreeLevels, type TreeLevel} from './tree-levels.js'
import {WrongLeftoverError} from './wrong-leftover.js'

/** What is looked at, and how. */
export interface TreeLookOptions {
  journal: TreeJournal
  /** Where in the journal the last entry ends that is looked at. */
  end: number
  root: string
  /** Whether what small files hold is compared with what was sent: nobody has seen that it reached the disk. */
  isDoubtful: boolean
  /** Takes each directory that nothing more comes into. */
  leave: (level: TreeLevel) => void
  /** All was looked at, and is right. */
  confirmed?: (() => void) | undefined
}

/**
 * Looks, beside what goes on meanwhile, whether what a journal says of a tree is there, entry by entry up to the first that
 * is not.
 */
export class TreeLook {
  readonly #options: TreeLookOptions
  readonly #levels: TreeLevels
  readonly #over: Promise<void>
  #isStopped = false
  #isComplete = false
  #failure: unknown

  constructor(options: TreeLookOptions) {
    this.#options = options
    this.#levels = new TreeLevels(options.root, undefined)
    this.#over = this.#run()
  }

  /** Whether all was looked at, and is right. */
  get isComplete(): boolean {
    return this.#isComplete
  }

  /**
   * Requires that nothing is wrong as far as it has come.
   * @throws WrongLeftoverError, or an error of the system
   */
  requireRight(): void {
    if (this.#failure !== undefined) throw this.#failure as Error
  }

  /**
   * Waits until all was looked at.
   * @throws WrongLeftoverError, or an error of the system; ChatctlError `cancelled` when it was stopped
   */
  async finish(): Promise<void> {
    await this.#over
    this.requireRight()
    if (!this.#isComplete) throw new ChatctlError('cancelled', 'what was kept of it is not looked at any more')
  }

  /** Looks at nothing more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#over
  }

  async #run(): Promise<void> {
    try {
      this.#isComplete = await this.#lookAtAll()
      if (this.#isComplete) this.#options.confirmed?.()
    } catch (error) {
      this.#failure = error
    }
  }

  /** Returns whether it came to its end. */
  async #lookAtAll(): Promise<boolean> {
    const {journal, end} = this.#options
    const turns = new ShortTurns()
    await turns.pass()
    for (const each of entriesOf(journal.read(end))) {
      if (turns.isOver) await turns.pass()
      if (this.#isStopped) return false
      if (!this.#isThere(each))
        throw new WrongLeftoverError('what was kept of a directory is not as it was', each.start)
    }
    return !this.#isStopped
  }

  #isThere(each: JournalEntry): boolean {
    const claimed = claimPlace(each, this.#levels, this.#options.leave)
    if (claimed === undefined) return true
    const stats = lstatSync(claimed.place, {throwIfNoEntry: false})
    const {entry, sha256} = each
    if (entry.type !== 'file') return stats?.isDirectory() === true
    const isSame = stats?.isFile() === true && stats.size === entry.bytes
    return isSame && (!this.#options.isDoubtful || entry.bytes > maxSmallBytes || holds(claimed.place, sha256))
  }
}

function holds(place: string, sha256: Buffer | undefined): boolean {
  return sha256 !== undefined && hash('sha256', readFileSync(place), 'buffer').equals(sha256)
}
