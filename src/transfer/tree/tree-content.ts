import {FirstFew} from '../first-few.js'
import type {SkippedEntry} from '../skipped-entry.js'
import {TreeLevels} from './tree-levels.js'
import {TreeLinks} from './tree-links.js'

/** A file of a tree that has a new name here. */
export interface RenamedEntry {
  readonly path: readonly string[]
  readonly name: string
}

/** What is there of a tree that comes in, and what of it is told. */
export class TreeContent {
  readonly levels: TreeLevels
  /** They are made last. */
  readonly links = new TreeLinks()
  /** What cannot be kept here. */
  readonly dropped = new FirstFew<SkippedEntry>()
  /** What has another name here. */
  readonly renamed = new FirstFew<RenamedEntry>()
  /** What its sender could not read. */
  readonly missing = new FirstFew<SkippedEntry>()
  /** Bytes of files so far. */
  bytes = 0
  /** Files that are whole. */
  files = 0

  /** `mtimeMs` is that of the root; undefined when nobody knows. */
  constructor(root: string, mtimeMs: number | undefined) {
    this.levels = new TreeLevels(root, mtimeMs)
  }

  /** What has another name here, in words for whoever receives it; undefined when it is nothing. */
  describeRenamed(): string | undefined {
    const {count, first} = this.renamed
    const [one] = first
    if (one === undefined) return undefined
    const more = count === 1 ? '' : `, and ${count - 1} more have other names here`
    return `${one.path.join('/')} became ${one.name}${more}`
  }
}
