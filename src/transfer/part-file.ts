import {type FileHandle, open, rm, statfs} from 'node:fs/promises'
import {join} from 'node:path'
import {makeDirectory} from '../disk/make-directory.js'
import {ChatctlError} from '../errors/index.js'
import {toWriteError} from './disk-error.js'
import {identityOf, standsAt, type FileIdentity} from './file-identity.js'
import {startDigest, type FileDigest} from './file-digest.js'
import {fitName, maxNameBytes} from './file-name.js'
import {publish} from './publish.js'
import type {Sink} from './sink.js'

const transferId = /^[0-9a-f]{32}$/

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
  readonly #path: string
  readonly #directory: string
  readonly #name: string
  readonly #digest: FileDigest
  #bytes = 0

  private constructor(
    handle: FileHandle,
    identity: FileIdentity,
    digest: FileDigest,
    path: string,
    {directory, name}: Pick<PartFileOptions, 'directory' | 'name'>,
  ) {
    this.#handle = handle
    this.#identity = identity
    this.#digest = digest
    this.#path = path
    this.#directory = directory
    this.#name = name
  }

  /**
   * Creates the part file of a transfer, and its directory if that is missing.
   * @throws ChatctlError `disk-full` when there is no room for the whole, `not-writable`
   */
  static async create(options: PartFileOptions): Promise<PartFile> {
    const path = join(options.directory, partName(options))
    try {
      await makeDirectory(options.directory)
      await requireRoom(options)
      // Read, too: by the digest of a large file.
      const handle = await open(path, 'wx+')
      const digest = await startDigest(handle, options.bytes)
      return new PartFile(handle, await identityOf(handle), digest, path, options)
    } catch (error) {
      throw toWriteError(error, path)
    }
  }

  get bytes(): number {
    return this.#bytes
  }

  async write(pieces: Buffer[]): Promise<void> {
    try {
      await writeAll(this.#handle, pieces, this.#bytes)
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
    this.#digest.add(pieces)
    for (const {length} of pieces) this.#bytes += length
  }

  async digest(): Promise<string> {
    try {
      return await this.#digest.digest()
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
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

  async discard(): Promise<void> {
    try {
      await this.#close()
    } finally {
      await this.#remove()
    }
  }

  async #close(): Promise<void> {
    await this.#digest.close()
    await this.#handle.close()
  }

  async #remove(): Promise<void> {
    try {
      if (await standsAt(this.#identity, this.#path)) await rm(this.#path, {force: true})
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  async #requireOwn(path: string): Promise<void> {
    if (await standsAt(this.#identity, path)) return
    throw new ChatctlError('not-writable', `somebody has put something else in the place of ${path}`)
  }
}

/** The hidden name of what is on its way in: it holds the id of the transfer, so that two receivers may share a directory. */
export function partName({name, transfer}: Pick<PartFileOptions, 'name' | 'transfer'>): string {
  if (!transferId.test(transfer)) throw new RangeError('a transfer id is 32 hexadecimal digits')
  const tail = `.${transfer}.part`
  return `.${fitName(name, maxNameBytes - 1 - tail.length)}${tail}`
}

/**
 * Looks whether there is room for all that is to come.
 * @throws ChatctlError `disk-full`
 */
export async function requireRoom({directory, bytes}: Pick<PartFileOptions, 'directory' | 'bytes'>): Promise<void> {
  if (bytes === null || bytes === 0) return
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
