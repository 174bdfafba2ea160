import {mkdirSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {ChatctlError, type ErrorCode} from '../errors/index.js'
import type {FileEntry, TreeEntry} from '../protocol/tree-record.js'
import {LargeFile, maxSmallBytes, SmallFile, type ArrivingFile, type MakeFile} from './arriving-file.js'
import {errnoOf} from './disk-error.js'
import {FirstFew} from './first-few.js'
import {staysInside} from './inner-link.js'
import {toSafeName} from './safe-name.js'
import type {SkippedEntry} from './skipped-entry.js'
import {TreeLevel, TreeLevels} from './tree-levels.js'

/** Links wait for the end: with so many characters, and no more. */
const maxLinkCharacters = 16 * 1024 * 1024

/** What the system says of one name or one place, and not of the disk. */
const ofOneEntry = new Set(['EACCES', 'EPERM', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ'])

/** What costs a tree one of its entries, and not all. */
const droppable = new Set<ErrorCode>(['unsafe-name', 'digest-mismatch', 'not-writable'])

type LinkEntry = TreeEntry & {type: 'link'}

/** A file that was announced and is not done. */
interface Arriving {
  readonly path: readonly string[]
  /** Undefined when it cannot be kept. */
  file: ArrivingFile | undefined
  bytes: number
}

/** A file of a tree that has a new name here. */
export interface RenamedEntry {
  readonly path: readonly string[]
  readonly name: string
}

/**
 * Makes the directories, files and links of a tree below one directory. What this machine cannot hold is dropped and
 * listed; a full disk is an error of the whole.
 */
export class TreeBuilder {
  readonly dropped = new FirstFew<SkippedEntry>()
  readonly renamed = new FirstFew<RenamedEntry>()
  readonly #levels: TreeLevels
  readonly #smallBuffer = Buffer.allocUnsafeSlow(maxSmallBytes)
  readonly #links: {entry: LinkEntry; level: TreeLevel}[] = []
  #linkCharacters = 0
  #arriving: Arriving | undefined
  #bytes = 0
  #files = 0

  constructor(root: string) {
    this.#levels = new TreeLevels(root)
  }

  /** Bytes of files so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Files that are whole. */
  get files(): number {
    return this.#files
  }

  /** Makes a directory and goes into it. */
  async addDirectory({path, mtimeMs}: TreeEntry & {type: 'directory'}): Promise<void> {
    const parent = this.#levels.parentOf(path)
    const place = await this.#attempt(path, () => this.#make(path, parent, makeDirectory))
    this.#levels.enter(new TreeLevel(path, place, mtimeMs))
  }

  /** Begins a file; what it holds comes by `addData`, and its end by `finishFile` or `giveUpFile`. */
  async beginFile(entry: FileEntry): Promise<void> {
    const {path, bytes} = entry
    const parent = this.#levels.parentOf(path)
    const make: MakeFile = create => this.#make(path, parent, create)
    const begin = () => (bytes > maxSmallBytes ? LargeFile.create(entry, make) : this.#collect(entry, make))
    this.#arriving = {path, file: await this.#attempt<ArrivingFile>(path, begin), bytes: 0}
  }

  /** Takes a piece of the file that was begun; it is read until the next `flush` resolves. */
  addData(piece: Buffer): void {
    if (!this.#arriving?.file) return
    this.#arriving.file.add(piece)
    this.#arriving.bytes += piece.length
    this.#bytes += piece.length
  }

  /** Resolves when no piece is needed any more. */
  async flush(): Promise<void> {
    await this.#tryFile(file => file.flush())
  }

  /** Keeps the file if it has this SHA-256. */
  async finishFile(sha256: Buffer): Promise<void> {
    await this.#tryFile(file => file.finish(sha256))
    if (this.#arriving?.file) this.#files++
    this.#arriving = undefined
  }

  /** Removes what came of the file that was begun, if one was. */
  async giveUpFile(): Promise<void> {
    const arriving = this.#arriving
    this.#arriving = undefined
    if (!arriving?.file) return
    this.#bytes -= arriving.bytes
    await arriving.file.abandon()
  }

  /** Takes note of a link: it is made when nothing can be written through it any more. */
  async addLink(entry: LinkEntry): Promise<void> {
    const {path, target} = entry
    const level = this.#levels.parentOf(path)
    this.#linkCharacters += target.length + path.join('').length
    const isTooMuch = this.#linkCharacters > maxLinkCharacters
    if (isTooMuch) this.dropped.add({path, code: 'too-large'})
    else this.#links.push({entry, level})
    return Promise.resolve()
  }

  /** Makes the links, and gives the directories their times: nothing more comes. */
  async finish(): Promise<void> {
    for (const {entry, level} of this.#links) await this.#attempt(entry.path, () => this.#makeLink(entry, level))
    this.#levels.finish()
    for (const {level} of this.#links) level.finish()
  }

  #collect(entry: FileEntry, make: MakeFile): Promise<SmallFile> {
    return Promise.resolve(new SmallFile(entry, this.#smallBuffer, make))
  }

  #makeLink({path, target}: LinkEntry, level: TreeLevel): Promise<void> {
    if (!staysInside(path, target)) throw new ChatctlError('unsafe-name', 'the link leads out of the tree')
    const names = target.split('/').map(name => (name === '..' ? name : toNameInTree(name)))
    return this.#make(path, level, place => symlinkSync(names.join('/'), place))
  }

  /** Makes something under its own name, or under one that is told apart from those that are there. */
  async #make<T>(path: readonly string[], level: TreeLevel, make: (place: string) => T | Promise<T>): Promise<T> {
    const sent = path.at(-1) ?? ''
    const name = toNameInTree(sent)
    if (level.place === undefined) throw new ChatctlError('not-writable', 'its directory could not be made')
    for (let own = level.claim(name); own !== undefined; own = level.claim(name)) {
      try {
        const made = await make(join(level.place, own))
        if (own !== sent) this.renamed.add({path, name: own})
        return made
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error
      }
    }
    throw new ChatctlError('not-writable', 'there are too many of that name')
  }

  async #tryFile(action: (file: ArrivingFile) => Promise<void>): Promise<void> {
    const {path, file} = this.#arriving ?? {}
    if (!path || !file) return
    const isKept = await this.#attempt(path, () => action(file).then(() => true))
    if (isKept) return
    await this.giveUpFile()
    // What still comes of it goes nowhere.
    this.#arriving = {path, file: undefined, bytes: 0}
  }

  /** Returns what came of an action; undefined when that cost the tree this entry. */
  async #attempt<T>(path: readonly string[], action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action()
    } catch (error) {
      this.dropped.add({path, code: codeOfDropped(error)})
      return undefined
    }
  }
}

function makeDirectory(place: string): string {
  mkdirSync(place)
  return place
}

function toNameInTree(name: string): string {
  return toSafeName(name, {prefix: '', isInTree: true}).name
}

/** Why it was only this one entry; any other error is thrown on. */
function codeOfDropped(error: unknown): ErrorCode {
  const errno = errnoOf(error)
  if (errno !== undefined && ofOneEntry.has(errno)) return 'not-writable'
  if (error instanceof ChatctlError && droppable.has(error.code)) return error.code
  throw error
}
