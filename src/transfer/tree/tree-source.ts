import {realpath, stat} from 'node:fs/promises'
import {ChatctlError} from '../../errors/index.js'
import {toMtimeMs, type Attributes} from '../../protocol/attributes.js'
import type {Clock} from '../../session/clock.js'
import {errnoOf, toReadError} from '../disk-error.js'
import {theBeginning, type Source, type SourceIdentity, type Start} from '../source.js'
import {surveyTree, type Survey} from './survey-tree.js'
import {TreeReader} from './tree-reader.js'
import type {WalkOptions} from './walk-tree.js'

/** A directory that is offered, and all that is wanted of it. */
export class TreeSource implements Source {
  readonly kind = 'tree'
  readonly bytes: number | null
  readonly files: number
  readonly attributes: Attributes
  /** What is in it may change: each time it is looked for the place to go on from, and it is in no state. */
  readonly identity: SourceIdentity
  readonly #root: string
  readonly #options: WalkOptions

  private constructor(root: string, mtimeMs: number, survey: Survey, options: WalkOptions) {
    this.#root = root
    const what = JSON.stringify(['tree', root, options.exclude ?? [], options.links === true])
    this.identity = {what, state: ''}
    this.bytes = survey.bytes
    this.files = survey.files
    this.attributes = {mtimeMs: toMtimeMs(mtimeMs)}
    this.#options = options
  }

  /**
   * Looks what is in a directory, or in the one that a link leads to, but for no longer than an offer can wait.
   * @throws ChatctlError `no-such-file`, `not-readable`
   */
  static async inspect(path: string, options: WalkOptions, clock: Pick<Clock, 'now'>): Promise<TreeSource> {
    try {
      const root = await realpath(path)
      const {mtimeMs} = await stat(root)
      return new TreeSource(root, mtimeMs, await surveyTree(root, options, clock), options)
    } catch (error) {
      throw toReadError(error, path)
    }
  }

  async open(start: Start = theBeginning): Promise<TreeReader> {
    await this.#requireThere()
    const {bytes, files} = this
    return new TreeReader(this.#root, {...this.#options, survey: {bytes, files}, start})
  }

  async #requireThere(): Promise<void> {
    try {
      if ((await stat(this.#root)).isDirectory()) return
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw toReadError(error, this.#root)
    }
    throw new ChatctlError('source-changed', `${this.#root} is not what it was when it was offered`)
  }
}
