import {lstatSync, mkdirSync} from 'node:fs'
import {sep} from 'node:path'
import {ChatctlError, type ErrorCode} from '../../errors/index.js'
import type {FileEntry, TreeEntry} from '../../protocol/tree-record.js'
import {LargeFile, maxSmallBytes, SmallFile, type FileKeeping} from '../part/arriving-file.js'
import {errnoOf, isOutOfRoom} from '../disk-error.js'
import type {UntilRoom} from '../room-wait.js'
import type {ClaimedPlace} from './claim-place.js'
import {codeOfDropped} from './dropped-entry.js'
import {toNameInTree} from './name-in-tree.js'
import type {TreeContent} from './tree-content.js'
import {TreeLevel} from './tree-levels.js'
import {makeLink, type LinkEntry} from './tree-links.js'
import {WrongLeftoverError} from './wrong-leftover.js'

type DirectoryEntry = TreeEntry & {type: 'directory'}

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

/** What a builder asks of whoever has it. */
export interface BuilderPort {
  /** Waits where the disk is full, and tries again. */
  untilRoom: UntilRoom
  /** An entry is not kept, for this reason. */
  dropped: (code: ErrorCode) => void
  /** Absent when nobody will go on with the tree. */
  noteKept?: FileKeeping['noteKept'] | undefined
}

/** Done at once, or later: most of what makes a tree needs no waiting. */
export type Soon<T> = T | Promise<T>

/**
 * Makes the directories, files and links of a tree below one directory. What this machine cannot hold is dropped and
 * listed; a full disk is waited for.
 */
export class TreeBuilder {
  readonly #content: TreeContent
  readonly #port: BuilderPort
  readonly #smallBuffer = Buffer.allocUnsafeSlow(maxSmallBytes)
  #arriving: Arriving | undefined

  /** Goes on behind what is there. */
  constructor(content: TreeContent, port: BuilderPort) {
    this.#content = content
    this.#port = port
  }

  /** The file that was announced and is not done, with the bytes of it that have come. */
  get underWay(): {entry: FileEntry; bytes: number} | undefined {
    return this.#arriving
  }

  /** Makes a directory and goes into it. */
  addDirectory({path, mtimeMs}: DirectoryEntry): Soon<void> {
    const parent = this.#parentOf(path)
    const making = this.#attempt(path, () => this.#make(path, parent, makeDirectory).made)
    return then(making, place => this.#content.levels.enter(new TreeLevel(path, place, mtimeMs)))
  }

  /** Begins a file; what it holds comes by `addData`, and its end by `finishFile` or `giveUpFile`. */
  beginFile(entry: FileEntry): Soon<void> {
    const {path, bytes} = entry
    const level = this.#parentOf(path)
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
    this.#content.bytes += piece.length
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
    this.#content.bytes -= arriving.bytes
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
    const isKept = this.#content.links.add(entry, this.#parentOf(entry.path))
    if (!isKept) this.#drop(entry.path, 'too-large')
  }

  /** Makes the links, and gives the directories their times: nothing more comes. */
  async finish(): Promise<void> {
    const {links, levels} = this.#content
    for (const {entry, level} of links) await this.#attempt(entry.path, () => this.#makeLink(entry, level))
    levels.finish()
    for (const {level} of links) level.finish()
  }

  /** Goes on with a large file that an earlier process has begun, if it is there; `right` tells how many of its bytes count. */
  goOnWith(entry: FileEntry, {level, own, place}: ClaimedPlace, right: (bytes: number) => number): boolean {
    const isFile = lstatSync(place, {throwIfNoEntry: false})?.isFile() === true
    const file = isFile ? LargeFile.reopen(entry, place, right, this.#keeping) : undefined
    if (file === undefined) return false
    this.#arriving = {entry, level, own, file, bytes: file.bytes}
    this.#content.bytes += file.bytes
    return true
  }

  #parentOf(path: readonly string[]): TreeLevel {
    return this.#content.levels.parentOf(path, finishLevel)
  }

  #drop(path: readonly string[], code: ErrorCode): void {
    this.#content.dropped.add({path, code})
    this.#port.dropped(code)
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
    if (isKept) this.#content.files++
    else if (this.#arriving?.file) this.#content.bytes -= this.#arriving.bytes
    this.#arriving = undefined
  }

  #makeLink(entry: LinkEntry, level: TreeLevel): void {
    this.#make(entry.path, level, place => makeLink(entry, place))
  }

  /** Makes something under its own name, or under one that is told apart from those that are there. */
  #make<T>(path: readonly string[], level: TreeLevel, make: (place: string) => T): {own: string; made: T} {
    const sent = path.at(-1) ?? ''
    const name = toNameInTree(sent)
    if (level.place === undefined) throw new ChatctlError('not-writable', 'its directory could not be made')
    for (let own = level.claim(name); own !== undefined; own = level.claim(name)) {
      try {
        const made = make(level.place + sep + own)
        if (own !== sent) this.#content.renamed.add({path, name: own})
        return {own, made}
      } catch (error) {
        if (errnoOf(error) === 'EEXIST') continue
        level.release(own)
        throw error
      }
    }
    throw new ChatctlError('not-writable', 'there are too many of that name')
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
      if (arriving) this.#drop(arriving.entry.path, code)
      return false
    }
  }

  /** Returns what came of an action; undefined when that cost the tree this entry. */
  #attempt<T>(path: readonly string[], action: () => T): Soon<T | undefined> {
    try {
      return action()
    } catch (error) {
      if (isOutOfRoom(error)) return this.#attemptLater(path, action)
      this.#drop(path, codeOfDropped(error))
      return undefined
    }
  }

  async #attemptLater<T>(path: readonly string[], action: () => T): Promise<T | undefined> {
    try {
      return await this.#port.untilRoom(async () => Promise.resolve(action()))
    } catch (error) {
      this.#drop(path, codeOfDropped(error))
      return undefined
    }
  }
}

function then<T>(soon: Soon<T>, next: (value: T) => void): Soon<void> {
  if (soon instanceof Promise) return soon.then(next)
  next(soon)
}

function finishLevel(level: TreeLevel): void {
  level.finish()
}

function makeDirectory(place: string): string {
  mkdirSync(place)
  return place
}
