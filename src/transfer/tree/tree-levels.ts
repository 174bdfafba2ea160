import {lstatSync, readdirSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {ChatctlError} from '../../errors/index.js'
import {setTime} from '../part/file-attributes.js'
import {numberName} from '../part/file-name.js'

/** Names that are told apart by a number, before one is refused. */
const maxOfOneName = 100

/** All names of directories that are not finished may have so many characters. */
const maxHeldCharacters = 64 * 1024 * 1024

/** A directory of a tree that comes in. */
export class TreeLevel {
  readonly path: readonly string[]
  /** Undefined when it could not be made: then nothing in it can. */
  readonly place: string | undefined
  /** Where it begins in the journal that tells of it. */
  readonly start: number
  readonly #mtimeMs: number | undefined
  /** As a file system might know them that takes case, or other forms of a letter, for the same. */
  readonly #taken = new Set<string>()
  #characters = 0

  constructor(path: readonly string[], place: string | undefined, mtimeMs?: number, start = 0) {
    this.path = path
    this.place = place
    this.start = start
    this.#mtimeMs = mtimeMs
  }

  /** Characters of the names that it holds. */
  get characters(): number {
    return this.#characters
  }

  /** Returns a name that no other in it looks like, the same as long as that is free, else behind a number. */
  claim(name: string): string | undefined {
    for (let number = 1; number <= maxOfOneName; number++) {
      const own = number === 1 ? name : numberName(name, number)
      const key = keyOf(own)
      if (this.#taken.has(key)) continue
      this.#taken.add(key)
      this.#characters += key.length
      return own
    }
    return undefined
  }

  /** Gives a name back. */
  release(own: string): void {
    if (this.#taken.delete(keyOf(own))) this.#characters -= keyOf(own).length
  }

  /** Whether it is not there any more, or something else is: a link, say. */
  get isLost(): boolean {
    return this.place !== undefined && lstatSync(this.place, {throwIfNoEntry: false})?.isDirectory() !== true
  }

  /** Removes what is in it under names that were not claimed: an interrupted process left it. */
  async removeRest(): Promise<void> {
    if (this.place === undefined) return
    // There may be much of it, and others have their turn meanwhile.
    for (const name of readdirSync(this.place))
      if (!this.#taken.has(keyOf(name))) await rm(join(this.place, name), {recursive: true, force: true})
  }

  /** Gives it the time that it had, once nothing more comes into it. */
  finish(): void {
    if (this.place !== undefined) setTime(this.place, {mtimeMs: this.#mtimeMs})
  }
}

/** The directories from the root of a tree to where its records are: they come depth first. */
export class TreeLevels {
  readonly #levels: TreeLevel[]

  constructor(root: string, mtimeMs: number | undefined) {
    this.#levels = [new TreeLevel([], root, mtimeMs)]
  }

  /**
   * Returns the directory that an entry stands in; `leave` takes those that nothing more comes into.
   * @throws ChatctlError `protocol-violation` when it was not announced, or left already; `too-large`
   */
  parentOf(path: readonly string[], leave: (level: TreeLevel) => void): TreeLevel {
    for (let level = this.#levels.at(-1); level; level = this.#levels.at(-1)) {
      if (isParent(level.path, path)) return this.#requireFew(level)
      if (level.path.length === 0) break
      leave(level)
      this.#levels.pop()
    }
    throw new ChatctlError('protocol-violation', 'the other side sent a wrong tree: an entry without its directory')
  }

  /** Goes into a directory that was just announced. */
  enter(level: TreeLevel): void {
    this.#levels.push(level)
  }

  /** Returns the outermost of those that are not finished that is no directory on the disk; nothing may be made or removed there. */
  findLost(): TreeLevel | undefined {
    return this.#levels.find(level => level.isLost)
  }

  /** Removes what nobody has announced from all that are not finished. */
  async removeRest(): Promise<void> {
    for (const level of this.#levels) await level.removeRest()
  }

  /** Finishes all of them: nothing more comes. */
  finish(): void {
    for (const level of this.#levels.reverse()) level.finish()
  }

  #requireFew(level: TreeLevel): TreeLevel {
    const characters = this.#levels.reduce((sum, each) => sum + each.characters, 0)
    if (characters <= maxHeldCharacters) return level
    throw new ChatctlError('too-large', 'it has directories with more files than are taken here')
  }
}

// Of these no other form is known; most names are such, and it takes time to find that out.
const ascii = /^[ -~]*$/

function keyOf(name: string): string {
  return (ascii.test(name) ? name : name.normalize('NFKC')).toLowerCase()
}

function isParent(directory: readonly string[], path: readonly string[]): boolean {
  return directory.length === path.length - 1 && directory.every((name, index) => name === path[index])
}
