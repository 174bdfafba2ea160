import {closeSync, constants, fstatSync, openSync, read, readSync, type Stats} from 'node:fs'
import {promisify} from 'node:util'
import {ChatctlError} from '../../errors/index.js'
import {toMtimeMs} from '../../protocol/attributes.js'
import {toReadError} from '../disk-error.js'
import {startDigest, type FileDigest} from '../digest/file-digest.js'

const readLater = promisify(read)

/** A file of a tree up to this size is read in one go: the way through a thread takes three times as long. */
export const maxSmallBytes = 64 * 1024

// It must be the file that was found: no link is followed, and a pipe in its place would wait for its other end.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** A file of a tree while it is read, and notices when it does not stay what it was when it was opened. */
export class TreeFile {
  readonly #descriptor: number
  readonly #stats: Stats
  readonly #place: string
  #position = 0
  /** Where it was begun. */
  #start = 0
  #digest: FileDigest | undefined

  private constructor(descriptor: number, stats: Stats, place: string) {
    this.#descriptor = descriptor
    this.#stats = stats
    this.#place = place
  }

  /**
   * Opens a file for reading.
   * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`
   */
  static open(place: string): TreeFile {
    try {
      const descriptor = openSync(place, flags)
      try {
        const stats = fstatSync(descriptor)
        requireFile(descriptor, stats, place)
        return new TreeFile(descriptor, stats, place)
      } catch (error) {
        closeSync(descriptor)
        throw error
      }
    } catch (error) {
      throw toReadError(error, place)
    }
  }

  get bytes(): number {
    return this.#stats.size
  }

  get mtimeMs(): number {
    return toMtimeMs(this.#stats.mtimeMs)
  }

  /** Whether its owner may run it. */
  get isExecutable(): boolean {
    return (this.#stats.mode & constants.S_IXUSR) !== 0
  }

  /** Whether it is read at once. */
  get isSmall(): boolean {
    return this.bytes <= maxSmallBytes
  }

  /** Bytes still to be read. */
  get missing(): number {
    return this.bytes - this.#position
  }

  /**
   * Reads a small file into `target`, which has room for it, and closes it.
   * @throws ChatctlError `source-changed` when it is not what it was, `not-readable`
   */
  readAndClose(target: Buffer): void {
    try {
      for (let filled = 0, bytesRead = 1; filled < this.bytes; filled += bytesRead) {
        bytesRead = readSync(this.#descriptor, target, filled, this.bytes - filled, filled)
        if (bytesRead === 0) throw this.#changed()
      }
      this.#requireUnchanged()
    } catch (error) {
      throw toReadError(error, this.#place)
    } finally {
      closeSync(this.#descriptor)
    }
  }

  /** Goes on at an offset: what is before it is only hashed, beside what comes. */
  skipTo(offset: number): void {
    this.#position = this.#start = offset
  }

  /**
   * Reads what comes next into `target`, or as much as there is, and returns how many bytes that was.
   * @throws ChatctlError `source-changed` when the file has become shorter, `not-readable`
   */
  async read(target: Buffer): Promise<number> {
    const digest = await this.#startDigest()
    const wanted = Math.min(target.length, this.missing)
    const bytesRead = await this.#readSome(target, wanted)
    if (bytesRead === 0) throw this.#changed()
    this.#position += bytesRead
    await digest.add([target.subarray(0, bytesRead)])
    return bytesRead
  }

  /**
   * Returns its SHA-256, when all of it was read.
   * @throws ChatctlError `source-changed` when it is not what it was, `not-readable`
   */
  async finish(): Promise<Buffer> {
    try {
      const sha256 = await (await this.#startDigest()).digest()
      this.#requireUnchanged()
      return Buffer.from(sha256, 'hex')
    } catch (error) {
      throw toReadError(error, this.#place)
    }
  }

  async close(): Promise<void> {
    await this.#digest?.close()
    this.closeAtOnce()
  }

  /** Closes it when nothing was read of it. */
  closeAtOnce(): void {
    closeSync(this.#descriptor)
  }

  async #startDigest(): Promise<FileDigest> {
    return (this.#digest ??= await startDigest({fd: this.#descriptor}, this.bytes, {start: this.#start}))
  }

  #requireUnchanged(): void {
    const {size, mtimeMs} = fstatSync(this.#descriptor)
    if (size !== this.bytes || mtimeMs !== this.#stats.mtimeMs) throw this.#changed()
  }

  async #readSome(target: Buffer, wanted: number): Promise<number> {
    try {
      const {bytesRead} = await readLater(this.#descriptor, target, 0, wanted, this.#position)
      return bytesRead
    } catch (error) {
      throw toReadError(error, this.#place)
    }
  }

  #changed(): ChatctlError {
    return new ChatctlError('source-changed', `${this.#place} changed while it was read`)
  }
}

/** Files that the system makes up when they are read, as in /proc, say that they are empty. */
function requireFile(descriptor: number, stats: Stats, place: string): void {
  if (!stats.isFile()) throw new ChatctlError('not-a-file', `${place} is not a regular file`)
  if (stats.size === 0 && readSync(descriptor, Buffer.alloc(1), 0, 1, 0) > 0)
    throw new ChatctlError('not-a-file', `${place} is not empty, but its size is not known beforehand`)
}
