import {readdir, stat} from 'node:fs/promises'
import {basename, join, resolve, sep} from 'node:path'
import {ChatctlError} from '../errors/index.js'
import type {Proposal} from './parameter.js'
import {splitWords} from './words.js'

/** One line of a listing. */
export interface ListedPath {
  name: string
  kind: 'file' | 'directory' | 'other'
  bytes: number
}

/** The shell's own place in the local file system: its directory, what `~` is, and what the last listing numbered. */
export class LocalPaths {
  readonly #home: string
  #directory: string
  #listed: string[] = []

  constructor(directory: string, home: string) {
    this.#directory = directory
    this.#home = home
  }

  get directory(): string {
    return this.#directory
  }

  /** Returns the absolute path that a word means: a number of the last listing, or a path from here or from home. */
  resolve(word: string): string {
    if (/^\d+$/.test(word)) return this.#numbered(word)
    const isInHome = word === '~' || word.startsWith('~/') || word.startsWith(`~${sep}`)
    return isInHome ? join(this.#home, word.slice(1)) : resolve(this.#directory, word)
  }

  /** Returns the paths that text names: its words, or all of it where that is the name of something here. */
  async read(text: string): Promise<string[]> {
    const words = splitWords(text)
    const isPlain = words?.length === 1 || (words?.[0] !== undefined && (await this.#exists(words[0])))
    if (!isPlain && (await this.#exists(text.trim()))) return [this.resolve(text.trim())]
    if (words !== undefined) return words.map(word => this.resolve(word))
    throw new ChatctlError('bad-argument', 'a quote is not closed', {hint: 'Put quotes on both sides of a path.'})
  }

  /** Lists a directory by name, without what is hidden, and gives its lines the numbers from one up. */
  async list(directory: string): Promise<ListedPath[]> {
    const names = await fromDisk(directory, () => readdir(directory))
    const seen = names.filter(name => !name.startsWith('.')).sort((a, b) => a.localeCompare(b, 'en'))
    this.#listed = seen.map(name => join(directory, name))
    return Promise.all(this.#listed.map(describePath))
  }

  /**
   * Proposes what a path may go on with that is half typed; what is hidden only where its dot is there, and nothing of a
   * name that cannot be typed.
   */
  async complete(word: string): Promise<Proposal[]> {
    const start = word.slice(0, word.search(/[^/\\]*$/))
    if (word === '~') return [{text: '~/', isOpen: true}]
    const names = await namesIn(start === '' ? this.#directory : this.resolve(start))
    const beginning = word.slice(start.length)
    const seen = names.filter(name => beginsLike(name, beginning) && isTypeable(name))
    const described = await Promise.all(
      seen.map(name => describePath(join(this.resolve(start === '' ? '.' : start), name))),
    )
    return described.map(({name, kind}) => propose(start, name, kind))
  }

  /** Makes another directory the shell's. */
  async change(directory: string): Promise<void> {
    await this.requireDirectory(directory)
    this.#directory = directory
  }

  /** Throws unless there is a directory at a path. */
  async requireDirectory(directory: string): Promise<void> {
    const {kind} = await fromDisk(directory, async () => describe(directory, await stat(directory)))
    if (kind !== 'directory') throw notADirectory(directory)
  }

  /** Shortens a path for people: `~` for home. */
  shorten(path: string): string {
    return shortenPath(path, this.#home)
  }

  #numbered(word: string): string {
    const path = this.#listed[Number(word) - 1]
    if (path !== undefined) return path
    const hint = `\`/ls\` numbers what it lists; ./${word} is the file named ${word}.`
    throw new ChatctlError('no-such-file', `nothing has the number ${word}`, {hint})
  }

  async #exists(word: string): Promise<boolean> {
    if (/^\d+$/.test(word)) return true
    return (await describePath(this.resolve(word))).kind !== 'other'
  }
}

/** Shortens a path for people: `~` for home. */
export function shortenPath(path: string, home: string): string {
  if (path === home) return '~'
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path
}

/** A directory that cannot be read has nothing to propose. */
async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.sort((a, b) => a.localeCompare(b, 'en'))
}

function beginsLike(name: string, beginning: string): boolean {
  const isShown = !name.startsWith('.') || beginning.startsWith('.')
  return isShown && name.toLowerCase().startsWith(beginning.toLowerCase())
}

function isTypeable(name: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)
}

/** A name that would mean something else where it stands first is written as being here. */
function propose(start: string, name: string, kind: ListedPath['kind']): Proposal {
  const isAmbiguous = start === '' && /^(?:\d+$|[~-])/.test(name)
  const path = (isAmbiguous ? './' : start) + name
  return kind === 'directory' ? {text: `${path}/`, label: `${name}/`, isOpen: true} : {text: path, label: name}
}

async function describePath(path: string): Promise<ListedPath> {
  try {
    return describe(path, await stat(path))
  } catch {
    // A link to nowhere, or what may not be looked at, or what has just gone, is listed by its name alone.
    return {name: basename(path), kind: 'other', bytes: 0}
  }
}

function describe(path: string, facts: {isFile(): boolean; isDirectory(): boolean; size: number}): ListedPath {
  const kind = facts.isFile() ? 'file' : facts.isDirectory() ? 'directory' : 'other'
  return {name: basename(path), kind, bytes: facts.size}
}

async function fromDisk<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOTDIR') throw notADirectory(path, cause)
    if (code === 'EACCES' || code === 'EPERM')
      throw new ChatctlError('not-readable', `${path} is not readable`, {cause})
    throw new ChatctlError('no-such-file', `there is no ${path}`, {cause})
  }
}

function notADirectory(path: string, cause?: unknown): ChatctlError {
  return new ChatctlError('not-a-directory', `${path} is not a directory`, {cause})
}
