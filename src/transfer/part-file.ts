import {createHash} from 'node:crypto'
import {type FileHandle, open, rename, rm, statfs} from 'node:fs/promises'
import {join} from 'node:path'
import {makeDirectory} from '../disk/make-directory.js'
import {ChatctlError} from '../errors/index.js'
import {toWriteError} from './disk-error.js'
import {identityOf, standsAt, type FileIdentity} from './file-identity.js'
import {formatPartName} from './part-name.js'
import {publish} from './publish.js'
import type {Sink} from './sink.js'
import {TrailingDigest} from './trailing-digest.js'

/** Where a part file is made, and what for. */
export interface PartFileOptions {
  /** Absolute. */
  directory: string
  /** The name that the whole file will have, safe already. */
  name: string
  transfer: string
  /** Null when the sender does not know it. */
  bytes: number | null
}

/** A part file that is open. */
export interface OpenPart extends Pick<PartFileOptions, 'directory' | 'name'> {
  handle: FileHandle
  identity: FileIdentity
  path: string
  /** So many of its bytes are right. */
  bytes: number
}

/**
 * A file that is on its way in: hidden, and of no use to anyone, until it is whole and verified.
 *
 * Its name holds the id of the transfer, so that two receivers may share a directory, and it is created
 * exclusively: what stands there already, a link of an attacker included, is never written through. Who else may write
 * into the directory can still put something in its place: that is neither published nor removed.
 */
export class PartFile implements Sink {
  readonly #handle: FileHandle
  readonly #identity: FileIdentity
  readonly #directory: string
  readonly #name: string
  #path: string
  #bytes: number
  #hash = createHash('sha256')
  /** Of a part that was begun before: what is there was not hashed. */
  #trailing: TrailingDigest | undefined

  /** Goes on behind the first `bytes` of a part that is open for reading, too. */
  constructor({handle, identity, path, directory, name, bytes}: OpenPart) {
    this.#handle = handle
    this.#identity = identity
    this.#path = path
    this.#directory = directory
    this.#name = name
    this.#bytes = bytes
    if (bytes > 0) this.#trailing = new TrailingDigest((...place) => this.#readAt(...place), bytes)
  }

  /**
   * Creates the part file of a transfer, and its directory if that is missing.
   * @throws ChatctlError `disk-full` when there is no room for the whole, `not-writable`
   */
  static async create({directory, name, transfer, bytes}: PartFileOptions): Promise<PartFile> {
    return PartFile.createAt(join(directory, formatPartName({name, id: transfer})), {directory, name, bytes})
  }

  /**
   * Creates a part file under a name that its caller has chosen.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  static async createAt(path: string, options: Omit<PartFileOptions, 'transfer'>): Promise<PartFile> {
    const {directory, name, bytes} = options
    try {
      await makeDirectory(directory)
      await requireRoom(directory, bytes ?? 0)
      const handle = await open(path, 'wx')
      return new PartFile({handle, identity: await identityOf(handle), path, directory, name, bytes: 0})
    } catch (error) {
      throw toWriteError(error, path)
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  get identity(): FileIdentity {
    return this.#identity
  }

  async write(pieces: Buffer[]): Promise<void> {
    if (this.#trailing === undefined) for (const piece of pieces) this.#hash.update(piece)
    try {
      await writeAll(this.#handle, pieces, this.#bytes)
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
    for (const {length} of pieces) this.#bytes += length
    this.#trailing?.extend(this.#bytes)
  }

  digest(): Promise<string> {
    return this.#trailing?.digest() ?? Promise.resolve(this.#hash.digest('hex'))
  }

  async persist(): Promise<void> {
    try {
      await this.#handle.datasync()
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  /** Fails also when something else has come to stand under either name. */
  async publish(): Promise<string> {
    try {
      await this.#close()
      await this.#requireOwn(this.#path)
      const path = await publish(this.#path, this.#directory, this.#name)
      await this.#requireOwn(path)
      return path
    } catch (error) {
      throw toWriteError(error, join(this.#directory, this.#name))
    }
  }

  /**
   * Begins anew with an empty file.
   * @throws ChatctlError `not-writable`
   */
  async empty(): Promise<void> {
    this.#trailing?.stop()
    this.#trailing = undefined
    this.#hash = createHash('sha256')
    this.#bytes = 0
    try {
      await this.#handle.truncate(0)
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  /**
   * Closes it and puts it away under another name, for whoever goes on with it.
   * @throws ChatctlError `not-writable`
   */
  async putAway(path: string): Promise<void> {
    await this.#close()
    try {
      if (await standsAt(this.#identity, this.#path)) await rename(this.#path, path)
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  async discard(): Promise<void> {
    try {
      await this.#close()
    } finally {
      await this.#remove()
    }
  }

  async #remove(): Promise<void> {
    try {
      if (await standsAt(this.#identity, this.#path)) await rm(this.#path, {force: true})
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  async #close(): Promise<void> {
    this.#trailing?.stop()
    await this.#handle.close()
  }

  async #readAt(buffer: Buffer, position: number): Promise<number> {
    const {bytesRead} = await this.#handle.read(buffer, 0, buffer.length, position)
    return bytesRead
  }

  async #requireOwn(path: string): Promise<void> {
    if (await standsAt(this.#identity, path)) return
    throw new ChatctlError('not-writable', `somebody has put something else in the place of ${path}`)
  }
}

/**
 * Looks whether there is room for so many more bytes.
 * @throws ChatctlError `disk-full`
 */
export async function requireRoom(directory: string, bytes: number): Promise<void> {
  if (bytes === 0) return
  const {bavail, blocks, bsize} = await statfs(directory)
  // Some file systems over a network know nothing of their size.
  if (blocks > 0 && bytes > bavail * bsize)
    throw new ChatctlError('disk-full', `there is no room for ${bytes} bytes in ${directory}`)
}

/** Writes all pieces from `position` on, however many of their bytes the system takes at once. */
export async function writeAll(handle: FileHandle, pieces: Buffer[], position: number): Promise<void> {
  let rest = pieces
  while (rest.length > 0) {
    const {bytesWritten} = await handle.writev(rest, position)
    position += bytesWritten
    rest = dropBytes(rest, bytesWritten)
  }
}

function dropBytes(pieces: Buffer[], byteLength: number): Buffer[] {
  let first = 0
  let dropped = byteLength
  for (let piece = pieces[first]; piece && piece.length <= dropped; piece = pieces[++first]) dropped -= piece.length
  const rest = pieces.slice(first)
  if (dropped > 0 && rest[0]) rest[0] = rest[0].subarray(dropped)
  return rest
}
