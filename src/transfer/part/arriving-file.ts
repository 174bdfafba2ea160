import {hash} from 'node:crypto'
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  openSync,
  rmSync,
  unlinkSync,
  writeSync,
  writev,
} from 'node:fs'
import {promisify} from 'node:util'
import {ChatctlError} from '../../errors/index.js'
import type {FileEntry} from '../../protocol/tree-record.js'
import {systemClock} from '../../session/clock.js'
import {Checkpoints} from './checkpoints.js'
import {startDigest, type FileDigest} from '../digest/file-digest.js'
import {modeOf, setTime} from './file-attributes.js'
import {isOwnFile} from './own-file.js'
import {writeAll, type VectorWriter} from './write-all.js'
import type {UntilRoom} from '../room-wait.js'

const sync = promisify(fsync)
const syncData = promisify(fdatasync)
const writeVector = promisify(writev)

/** Tries places for a new file until `make` finds one free, and returns what it made there. */
export type MakeFile = <T>(make: (place: string) => T) => T

/** How the file under way is kept for another try. */
export interface FileKeeping {
  /** Notes, in a journal, that its first `bytes` are on disk; that is there itself then. */
  noteKept: (bytes: number) => Promise<void>
  untilRoom: UntilRoom
}

/** A file up to this size is written at once when all of it is there: the way through a thread takes three times as long. */
export const maxSmallBytes = 64 * 1024

/** Collects a small file; nothing of it is on the disk before it is whole and right. One buffer serves for all. */
export class SmallFile {
  readonly #entry: FileEntry
  readonly #buffer: Buffer
  readonly #make: MakeFile
  #bytes = 0

  constructor(entry: FileEntry, buffer: Buffer, make: MakeFile) {
    this.#entry = entry
    this.#buffer = buffer
    this.#make = make
  }

  /** Takes a piece. */
  add(piece: Buffer): void {
    this.#bytes += piece.copy(this.#buffer, this.#bytes)
  }

  /**
   * Makes it a file, when all of it has come and has this SHA-256.
   * @throws ChatctlError `digest-mismatch`, or an error of the system
   */
  finish(sha256: Buffer): void {
    const content = this.#buffer.subarray(0, this.#bytes)
    requireDigest(hash('sha256', content, 'hex'), sha256)
    this.#make(place => this.#write(place, content))
  }

  #write(place: string, content: Buffer): void {
    const descriptor = openSync(place, 'wx', modeOf(this.#entry))
    try {
      for (let written = 0; written < content.length;) written += writeSync(descriptor, content, written)
      setTime(descriptor, this.#entry)
    } catch (error) {
      unlinkSync(place)
      throw error
    } finally {
      closeSync(descriptor)
    }
  }
}

/** Writes a large file as it comes; one that was begun before is hashed again beside that. */
export class LargeFile {
  readonly #entry: FileEntry
  readonly #descriptor: number
  readonly #place: string
  readonly #start: number
  readonly #writer: VectorWriter
  readonly #checkpoints: Checkpoints | undefined
  #digest: FileDigest | undefined
  #sha256: string | undefined
  #pieces: Buffer[] = []
  #bytes: number

  private constructor(entry: FileEntry, descriptor: number, place: string, start: number, keeping?: FileKeeping) {
    this.#entry = entry
    this.#descriptor = descriptor
    this.#place = place
    this.#start = this.#bytes = start
    this.#writer = {writev: (pieces, position) => writeVector(descriptor, pieces, position)}
    this.#checkpoints =
      keeping &&
      new Checkpoints(systemClock, start, {
        sync: () => keeping.untilRoom(() => syncData(descriptor)),
        record: keeping.noteKept,
      })
  }

  /** Creates the file. */
  static create(entry: FileEntry, place: string, keeping?: FileKeeping): LargeFile {
    // Read, too: by the digest of a large file.
    return new LargeFile(entry, openSync(place, 'wx+', modeOf(entry)), place, 0, keeping)
  }

  /**
   * Goes on with one that was begun before, behind what is right of it; undefined when something else stands there.
   * `right` tells how much that is, of so many bytes.
   */
  static reopen(
    entry: FileEntry,
    place: string,
    right: (bytes: number) => number,
    keeping?: FileKeeping,
  ): LargeFile | undefined {
    const descriptor = openSync(place, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stats = fstatSync(descriptor, {bigint: true})
      if (isOwnFile(stats)) {
        const start = Math.min(entry.bytes, right(Number(stats.size)))
        ftruncateSync(descriptor, start)
        return new LargeFile(entry, descriptor, place, start, keeping)
      }
    } catch (error) {
      closeSync(descriptor)
      throw error
    }
    closeSync(descriptor)
    return undefined
  }

  /** Bytes of it that are written. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether some of it was written by an earlier process, which nobody has hashed yet. */
  get isResumed(): boolean {
    return this.#start > 0
  }

  /** Takes a piece, which is read until the next `flush` resolves. */
  add(piece: Buffer): void {
    this.#pieces.push(piece)
  }

  /** Resolves when nothing of what was added is needed any more; what fails may be tried again. */
  async flush(): Promise<void> {
    const pieces = this.#pieces
    if (pieces.length === 0) return
    await writeAll(this.#writer, pieces, this.#bytes)
    const digest = await this.#startDigest()
    await digest.add(pieces)
    for (const {length} of pieces) this.#bytes += length
    this.#pieces = []
    this.#checkpoints?.wrote(this.#bytes)
  }

  /**
   * Makes it last, when all of it has come and has this SHA-256.
   * @throws ChatctlError `digest-mismatch`, or an error of the system
   */
  async finish(sha256: Buffer): Promise<void> {
    await this.flush()
    this.#sha256 ??= await (await this.#startDigest()).digest()
    requireDigest(this.#sha256, sha256)
    setTime(this.#descriptor, this.#entry)
    await sync(this.#descriptor)
    await this.close()
  }

  /** Lets go of it, for whoever goes on with it. */
  async leave(): Promise<void> {
    try {
      await this.#checkpoints?.finish(this.#bytes)
    } catch {
      // A full disk, as a rule. As long as the machine runs what was written is there without a word of the journal.
    }
    await this.close()
  }

  /** Lets go of it; it stays as it is. */
  async close(): Promise<void> {
    await this.#checkpoints?.settled()
    await this.#digest?.close()
    closeSync(this.#descriptor)
  }

  /** Removes what came so far. */
  async abandon(): Promise<void> {
    await this.close()
    rmSync(this.#place, {force: true})
  }

  async #startDigest(): Promise<FileDigest> {
    return (this.#digest ??= await startDigest({fd: this.#descriptor}, this.#entry.bytes, {start: this.#start}))
  }
}

function requireDigest(ownHex: string, sent: Buffer): void {
  if (ownHex !== sent.toString('hex'))
    throw new ChatctlError('digest-mismatch', 'a file has another SHA-256 than what was sent')
}
