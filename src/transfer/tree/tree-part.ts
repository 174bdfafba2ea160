import {constants} from 'node:fs'
import {lstat, mkdir, open, rename, rm, rmdir, stat, type FileHandle} from 'node:fs/promises'
import {join} from 'node:path'
import {makeDirectory} from '../../disk/make-directory.js'
import {exists, requireWanted, type OnConflict} from '../part/conflict.js'
import {errnoOf, toWriteError} from '../disk-error.js'
import {identityOf, lostFrom, standsAt, type FileIdentity} from '../part/file-identity.js'
import {isOwnDirectory} from '../part/own-file.js'
import {requireLargeEnough} from '../part/disk-room.js'
import type {PartFileOptions, PartPlace} from '../part/part-file.js'
import {formatPartName, innerJournal} from '../part/part-name.js'
import {takeFreeName} from '../part/publish.js'

// Windows has no such flag.
const {O_NOFOLLOW: noFollow = 0} = constants as Partial<typeof constants>

/** Only its owner comes into the part directory; the tree in it has the permissions that a new directory has. */
const ownerOnly = 0o700
const treeName = 'tree'

/**
 * A directory that is on its way in: hidden, and of no use to anyone, until it is whole and verified.
 *
 * It is created exclusively, and nobody else may write in it. Where the system can, everything in it is reached by its
 * open handle and not by its path: who puts something else in its place has nothing written there. That is neither
 * published nor removed.
 */
export class TreePart {
  readonly #handle: FileHandle
  readonly #identity: FileIdentity
  #path: string
  /** Leads to the part directory, wherever it is moved. */
  readonly #anchor: string
  readonly #directory: string
  readonly #name: string
  readonly #onConflict: OnConflict
  /** From then on the anchor may lead anywhere. */
  #isClosed = false

  private constructor(
    handle: FileHandle,
    {identity, path, anchor}: {identity: FileIdentity; path: string; anchor: string},
    {directory, name, onConflict = 'rename'}: PartPlace,
  ) {
    this.#handle = handle
    this.#identity = identity
    this.#path = path
    this.#anchor = anchor
    this.#directory = directory
    this.#name = name
    this.#onConflict = onConflict
  }

  /**
   * Creates the part directory of a transfer, and the directory that it stands in if that is missing.
   * @throws ChatctlError `disk-full` when there will never be room for the whole, `not-writable`, `exists`
   */
  static create({transfer, ...place}: PartFileOptions): Promise<TreePart> {
    return TreePart.createAt(join(place.directory, formatPartName({name: place.name, id: transfer})), place)
  }

  /**
   * Creates a part directory under a name that its caller has chosen.
   * @throws ChatctlError `disk-full`, `not-writable`, `exists`
   */
  static async createAt(path: string, place: PartPlace): Promise<TreePart> {
    try {
      await makeDirectory(place.directory)
      await requireLargeEnough(place)
      await requireWanted({...place, onConflict: place.onConflict ?? 'rename'})
      await mkdir(path, {mode: ownerOnly})
      return await TreePart.#fill(path, place)
    } catch (error) {
      throw toWriteError(error, path)
    }
  }

  /** Opens a part directory that an earlier transfer left; undefined when something else stands there. */
  static async openAt(path: string, place: PartPlace): Promise<TreePart | undefined> {
    const handle = await open(path, constants.O_RDONLY | noFollow)
    try {
      const stats = await handle.stat({bigint: true})
      if (isOwnDirectory(stats)) {
        const part = await TreePart.#of(handle, path, place)
        await mkdir(part.root, {recursive: true})
        return part
      }
    } catch (error) {
      await handle.close()
      throw error
    }
    await handle.close()
    return undefined
  }

  static async #fill(path: string, place: PartPlace): Promise<TreePart> {
    const handle = await open(path, 'r')
    try {
      const part = await TreePart.#of(handle, path, place)
      await mkdir(part.root)
      return part
    } catch (error) {
      await handle.close()
      await rmdir(path)
      throw error
    }
  }

  static async #of(handle: FileHandle, path: string, place: PartPlace): Promise<TreePart> {
    const identity = await identityOf(handle)
    return new TreePart(handle, {identity, path, anchor: await anchorOf(handle, identity, path)}, place)
  }

  get identity(): FileIdentity {
    return this.#identity
  }

  /** Where it stands. */
  get path(): string {
    return this.#path
  }

  /** Where the tree is built. */
  get root(): string {
    return join(this.#anchor, treeName)
  }

  /** Where its journal stands, if it has one: in it, so that neither is ever without the other. */
  get journalPath(): string {
    return join(this.#anchor, innerJournal)
  }

  /** What tells the tree from every other directory, whatever it is called. */
  async identifyTree(): Promise<FileIdentity> {
    return stat(this.root, {bigint: true})
  }

  /**
   * Gives the tree its name, or the next free one; returns its path. Nothing is left in the part then but its journal.
   * It replaces nothing, and is merged into nothing: whatever is to happen with a file whose name is taken, too much
   * would go with a directory.
   * @throws ChatctlError `disk-full`, `not-writable`, also when something else has come to stand in its place; `exists`
   */
  async publish(): Promise<string> {
    try {
      await this.#requireOwn()
      const tree = await this.identifyTree()
      const path = await this.#takeName()
      if (!(await standsAt(tree, path))) throw await lostFrom(path)
      return path
    } catch (error) {
      throw toWriteError(error, join(this.#directory, this.#name))
    }
  }

  /**
   * Begins anew with an empty tree.
   * @throws ChatctlError `not-writable`
   */
  async empty(): Promise<void> {
    try {
      await rm(this.root, {recursive: true, force: true})
      await mkdir(this.root)
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  /**
   * Closes it and puts it away under another name, for whoever goes on with it; where that fails it stays where it stands.
   * @throws ChatctlError `not-writable`
   */
  async putAway(path: string): Promise<void> {
    this.#isClosed = true
    await this.#handle.close()
    try {
      if (!(await standsAt(this.#identity, this.#path))) return
      await rename(this.#path, path)
      this.#path = path
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  /** Closes it; it stays as it is, where it stands. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#handle.close()
  }

  /**
   * Removes what there is of it.
   * @throws ChatctlError `not-writable` when it has to stay
   */
  async discard(): Promise<void> {
    if (this.#isClosed) return
    try {
      await rm(this.root, {recursive: true, force: true})
      await rm(this.journalPath, {force: true})
    } catch (error) {
      throw toWriteError(error, this.#path)
    } finally {
      await this.#remove()
    }
  }

  async #remove(): Promise<void> {
    try {
      if (await standsAt(this.#identity, this.#path)) await rmdir(this.#path)
    } catch (error) {
      throw toWriteError(error, this.#path)
    } finally {
      this.#isClosed = true
      await this.#handle.close()
    }
  }

  async #takeName(): Promise<string> {
    const place = {directory: this.#directory, name: this.#name, onConflict: this.#onConflict}
    if (place.onConflict !== 'skip')
      return takeFreeName(place.directory, place.name, target => moveTo(target, this.root))
    const path = join(place.directory, place.name)
    if (!(await moveTo(path, this.root))) throw exists(place.name)
    return path
  }

  async #requireOwn(): Promise<void> {
    if (!(await standsAt(this.#identity, this.#path))) throw await lostFrom(this.#path)
  }
}

/** Linux has a path to whatever is open. */
async function anchorOf(handle: FileHandle, identity: FileIdentity, path: string): Promise<string> {
  const anchor = `/proc/self/fd/${handle.fd}`
  try {
    const found = await stat(anchor, {bigint: true})
    return found.dev === identity.dev && found.ino === identity.ino ? anchor : path
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return path
  }
}

/**
 * Moves the tree to a name that nothing has; false when something has it. In one step, so that nothing is left of it when
 * the process is killed: the system replaces no file, and no directory but an empty one that comes into being meanwhile.
 */
async function moveTo(path: string, root: string): Promise<boolean> {
  if (await isTaken(path)) return false
  try {
    await rename(root, path)
    return true
  } catch (error) {
    if (takenCodes.has(errnoOf(error) ?? '') && (await isTaken(path))) return false
    throw error
  }
}

/** What systems say when something has come to stand where a directory is moved to. */
const takenCodes = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES'])

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
