import {lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, type Stats} from 'node:fs'
import {hash} from 'node:crypto'
import {sep} from 'node:path'
import {ChatctlError, type ErrorCode} from '../../errors/index.js'
import type {FileEntry, TreeEntry} from '../../protocol/tree-record.js'
import {LargeFile, maxSmallBytes, SmallFile, type FileKeeping} from '../part/arriving-file.js'
import {errnoOf, isOutOfRoom} from '../disk-error.js'
import {FirstFew} from '../first-few.js'
import {staysInside} from './inner-link.js'
import type {UntilRoom} from '../room-wait.js'
import {toSafeName} from '../part/safe-name.js'
import type {SkippedEntry} from '../skipped-entry.js'
import {TreeLevel, TreeLevels} from './tree-levels.js'

/** Links wait for the end: with so many characters, and no more. */
const maxLinkCharacters = 16 * 1024 * 1024

/** What the system says of one name or one place, and not of the disk. */
const ofOneEntry = new Map<string, ErrorCode>([
  ['EACCES', 'not-writable'],
  ['EPERM', 'not-writable'],
  ['EINVAL', 'not-writable'],
  ['EILSEQ', 'not-writable'],
  ['ENAMETOOLONG', 'path-too-long'],
])

/** What costs a tree one of its entries, and not all. */
const droppable = new Set<ErrorCode>(['unsafe-name', 'digest-mismatch', 'not-writable', 'path-too-long'])

type DirectoryEntry = TreeEntry & {type: 'directory'}
type LinkEntry = TreeEntry & {type: 'link'}

/** A file that was announced and is not done. */
interface Arriving {
  readonly entry: FileEntry
  readonly level: TreeLevel
  /** Where it stands, when it is large. */
  own?: string
  /** Undefined when it cannot be kept. */
  file: SmallFile | LargeFile | undefined
  /** Bytes that have come. */
  bytes: number
}

/** A file of a tree that has a new name here. */
export interface RenamedEntry {
  readonly path: readonly string[]
  readonly name: string
}

/** What a builder asks of whoever has it. */
export interface BuilderPort {
  /** Waits where the disk is full, and tries again. */
  untilRoom: UntilRoom
  /** An entry is not kept, for this reason. */
  dropped: (code: ErrorCode) => void
  /** Of the root; undefined when nobody knows. */
  mtimeMs?: number | undefined
  /** Absent when nobody will go on with the tree. */
  noteKept?: FileKeeping['noteKept'] | undefined
}

/** A file that is not what was sent, because what an earlier process left of it was wrong: it has to come again. */
export class WrongLeftoverError extends Error {}

/** Done at once, or later: most of what makes a tree needs no waiting. */
export type Soon<T> = T | Promise<T>

/**
 * Makes the directories, files and links of a tree below one directory. What this machine cannot hold is dropped and
 * listed; a full disk is waited for.
 */
export class TreeBuilder {
  readonly dropped = new FirstFew<SkippedEntry>()
  readonly renamed = new FirstFew<RenamedEntry>()
  readonly #levels: TreeLevels
  readonly #port: BuilderPort
  readonly #smallBuffer = Buffer.allocUnsafeSlow(maxSmallBytes)
  readonly #links: {entry: LinkEntry; level: TreeLevel}[] = []
  #linkCharacters = 0
  #arriving: Arriving | undefined
  #bytes = 0
  #files = 0

  constructor(root: string, port: BuilderPort) {
    this.#levels = new TreeLevels(root, port.mtimeMs)
    this.#port = port
  }

  /** Bytes of files so far. */
  get bytes(): number {
    return this.#bytes
  }

  /** Files that are whole. */
  get files(): number {
    return this.#files
  }

  /** The file that was announced and is not done, with the bytes of it that have come. */
  get underWay(): {entry: FileEntry; bytes: number} | undefined {
    return this.#arriving
  }

  /** Whether that is a file which is written as it comes. */
  get isLargeUnderWay(): boolean {
    return this.#arriving?.file instanceof LargeFile
  }

  /** Makes a directory and goes into it. */
  addDirectory({path, mtimeMs}: DirectoryEntry): Soon<void> {
    const parent = this.#levels.parentOf(path)
    const making = this.#attempt(path, () => this.#make(path, parent, makeDirectory).made)
    return then(making, place => this.#levels.enter(new TreeLevel(path, place, mtimeMs)))
  }

  /** Begins a file; what it holds comes by `addData`, and its end by `finishFile` or `giveUpFile`. */
  beginFile(entry: FileEntry): Soon<void> {
    const {path, bytes} = entry
    const level = this.#levels.parentOf(path)
    this.#arriving = {entry, level, file: undefined, bytes: 0}
    if (bytes > maxSmallBytes) return this.#beginLarge(this.#arriving)
    this.#arriving.file = new SmallFile(entry, this.#smallBuffer, create => this.#make(path, level, create).made)
  }

  /** Takes a piece of the file that was begun; it is read until the next `flush` resolves. */
  addData(piece: Buffer): void {
    if (!this.#arriving) return
    this.#arriving.bytes += piece.length
    if (!this.#arriving.file) return
    this.#arriving.file.add(piece)
    this.#bytes += piece.length
  }

  /** Resolves when no piece is needed any more. */
  async flush(): Promise<void> {
    const file = this.#arriving?.file
    if (file instanceof LargeFile) await this.#tryLarge(file, () => file.flush())
  }

  /**
   * Keeps the file if it has this SHA-256.
   * @throws WrongLeftoverError when it was begun by an earlier process, and has not; it is gone then
   */
  finishFile(sha256: Buffer): Soon<void> {
    const {file, entry} = this.#arriving ?? {}
    if (file instanceof LargeFile) return this.#finishLarge(file, sha256)
    if (!file || !entry) return this.#end()
    const {path} = entry
    return then(
      this.#attempt(path, () => (file.finish(sha256), true)),
      isKept => this.#end(isKept),
    )
  }

  /** Removes what came of the file that was begun, if one was. */
  async giveUpFile(): Promise<void> {
    const arriving = this.#arriving
    this.#arriving = undefined
    if (!arriving?.file) return
    this.#bytes -= arriving.bytes
    if (arriving.file instanceof LargeFile) await arriving.file.abandon()
    if (arriving.own !== undefined) arriving.level.release(arriving.own)
  }

  /** Lets go of the file that was begun: an other process may go on with it. */
  async leave(): Promise<void> {
    const file = this.#arriving?.file
    this.#arriving = undefined
    if (file instanceof LargeFile) await file.leave()
  }

  /** Takes note of a link: it is made when nothing can be written through it any more. */
  addLink(entry: LinkEntry): void {
    const {path, target} = entry
    const level = this.#levels.parentOf(path)
    this.#linkCharacters += target.length + path.join('').length
    const isTooMuch = this.#linkCharacters > maxLinkCharacters
    if (isTooMuch) this.drop(path, 'too-large')
    else this.#links.push({entry, level})
  }

  /** Makes the links, and gives the directories their times: nothing more comes. */
  async finish(): Promise<void> {
    for (const {entry, level} of this.#links) await this.#attempt(entry.path, () => this.#makeLink(entry, level))
    this.#levels.finish()
    for (const {level} of this.#links) level.finish()
  }

  /** Lists an entry as not kept. */
  drop(path: readonly string[], code: ErrorCode): void {
    this.dropped.add({path, code})
    this.#port.dropped(code)
  }

  /** Takes a directory for made, if an earlier process has made it. */
  recallDirectory({path, mtimeMs}: DirectoryEntry): boolean {
    const found = this.#recall(path)
    if (!found?.stats.isDirectory()) return this.#forget(found)
    this.#levels.enter(new TreeLevel(path, found.place, mtimeMs))
    return true
  }

  /** The same of a directory that could not be made: nothing in it can. */
  recallDropped({type, path}: DirectoryEntry | FileEntry): void {
    this.#levels.parentOf(path)
    if (type === 'directory') this.#levels.enter(new TreeLevel(path, undefined))
  }

  /** Takes a file for whole, if an earlier process has made it so; what a small one holds is compared when `sha256` is given. */
  recallFile(entry: FileEntry, sha256?: Buffer): boolean {
    const found = this.#recall(entry.path)
    if (!found?.stats.isFile() || found.stats.size !== entry.bytes) return this.#forget(found)
    const isDoubtful = sha256 !== undefined && entry.bytes <= maxSmallBytes
    if (isDoubtful && !hash('sha256', readFileSync(found.place), 'buffer').equals(sha256)) return this.#forget(found)
    this.#bytes += entry.bytes
    this.#files++
    return true
  }

  /** Goes on with a large file that an earlier process has begun; `right` tells how many of its bytes count. */
  recallUnderWay(entry: FileEntry, right: (bytes: number) => number): boolean {
    const found = entry.bytes > maxSmallBytes ? this.#recall(entry.path) : undefined
    const file = found?.stats.isFile() && LargeFile.reopen(entry, found.place, right, this.#keeping)
    if (!found || !file) return this.#forget(found)
    this.#arriving = {entry, level: found.level, own: found.own, file, bytes: file.bytes}
    this.#bytes += file.bytes
    return true
  }

  /** Removes what an earlier process has made and nobody recalls. */
  removeRest(): void {
    this.#levels.removeRest()
  }

  get #keeping(): FileKeeping | undefined {
    const {noteKept, untilRoom} = this.#port
    return noteKept && {noteKept, untilRoom}
  }

  #beginLarge(arriving: Arriving): Soon<void> {
    const {entry, level} = arriving
    const create = (place: string) => LargeFile.create(entry, place, this.#keeping)
    const begun = this.#attempt(entry.path, () => this.#make(entry.path, level, create))
    return then(begun, begun => void Object.assign(arriving, {own: begun?.own, file: begun?.made}))
  }

  async #finishLarge(file: LargeFile, sha256: Buffer): Promise<void> {
    this.#end(await this.#tryLarge(file, () => file.finish(sha256)))
  }

  #end(isKept = false): void {
    if (isKept) this.#files++
    else if (this.#arriving?.file) this.#bytes -= this.#arriving.bytes
    this.#arriving = undefined
  }

  #makeLink({path, target}: LinkEntry, level: TreeLevel): void {
    if (!staysInside(path, target)) throw new ChatctlError('unsafe-name', 'the link leads out of the tree')
    const names = target.split('/').map(name => (name === '..' ? name : toNameInTree(name)))
    this.#make(path, level, place => makeLink(names.join('/'), place))
  }

  /** Makes something under its own name, or under one that is told apart from those that are there. */
  #make<T>(path: readonly string[], level: TreeLevel, make: (place: string) => T): {own: string; made: T} {
    const sent = path.at(-1) ?? ''
    const name = toNameInTree(sent)
    if (level.place === undefined) throw new ChatctlError('not-writable', 'its directory could not be made')
    for (let own = level.claim(name); own !== undefined; own = level.claim(name)) {
      try {
        const made = make(level.place + sep + own)
        if (own !== sent) this.renamed.add({path, name: own})
        return {own, made}
      } catch (error) {
        if (errnoOf(error) === 'EEXIST') continue
        level.release(own)
        throw error
      }
    }
    throw new ChatctlError('not-writable', 'there are too many of that name')
  }

  #recall(path: readonly string[]): Recalled | undefined {
    const level = this.#levels.parentOf(path)
    const sent = path.at(-1) ?? ''
    const own = level.place === undefined ? undefined : level.claim(toNameInTree(sent))
    if (level.place === undefined || own === undefined) return undefined
    const place = level.place + sep + own
    const stats = lstatSync(place, {throwIfNoEntry: false})
    if (stats && own !== sent) this.renamed.add({path, name: own})
    if (stats) return {level, own, place, stats}
    level.release(own)
    return undefined
  }

  #forget(found: Recalled | undefined): false {
    found?.level.release(found.own)
    return false
  }

  async #tryLarge(file: LargeFile, action: () => Promise<void>): Promise<boolean> {
    const arriving = this.#arriving
    try {
      await this.#port.untilRoom(action)
      return true
    } catch (error) {
      const code = codeOfDropped(error)
      const isLeftover = code === 'digest-mismatch' && file.isResumed
      await this.giveUpFile()
      if (isLeftover) throw new WrongLeftoverError('what was kept of a file is not what was sent')
      // What still comes of it goes nowhere.
      if (arriving) this.#arriving = {...arriving, file: undefined}
      if (arriving) this.drop(arriving.entry.path, code)
      return false
    }
  }

  /** Returns what came of an action; undefined when that cost the tree this entry. */
  #attempt<T>(path: readonly string[], action: () => T): Soon<T | undefined> {
    try {
      return action()
    } catch (error) {
      if (isOutOfRoom(error)) return this.#attemptLater(path, action)
      this.drop(path, codeOfDropped(error))
      return undefined
    }
  }

  async #attemptLater<T>(path: readonly string[], action: () => T): Promise<T | undefined> {
    try {
      return await this.#port.untilRoom(async () => Promise.resolve(action()))
    } catch (error) {
      this.drop(path, codeOfDropped(error))
      return undefined
    }
  }
}

/** Something that an earlier process has made. */
interface Recalled {
  level: TreeLevel
  own: string
  place: string
  stats: Stats
}

function then<T>(soon: Soon<T>, next: (value: T) => void): Soon<void> {
  if (soon instanceof Promise) return soon.then(next)
  next(soon)
}

function makeDirectory(place: string): string {
  mkdirSync(place)
  return place
}

function makeLink(target: string, place: string): void {
  try {
    symlinkSync(target, place)
  } catch (error) {
    // An earlier process came as far as here.
    if (errnoOf(error) !== 'EEXIST' || !leadsTo(place, target)) throw error
  }
}

function leadsTo(place: string, target: string): boolean {
  return lstatSync(place).isSymbolicLink() && readlinkSync(place) === target
}

function toNameInTree(name: string): string {
  return toSafeName(name, {prefix: '', isInTree: true}).name
}

/** Why it was only this one entry; any other error is thrown on. */
function codeOfDropped(error: unknown): ErrorCode {
  const code = ofOneEntry.get(errnoOf(error) ?? '')
  if (code !== undefined) return code
  if (error instanceof ChatctlError && droppable.has(error.code)) return error.code
  throw error
}
