import {createHash, hash} from 'node:crypto'
import {closeSync, futimesSync, openSync, unlinkSync, writeSync} from 'node:fs'
import {open, rm, type FileHandle} from 'node:fs/promises'
import {ChatctlError} from '../errors/index.js'
import {writeAll} from './part-file.js'
import type {FileEntry} from '../protocol/tree-record.js'

/** Tries places for a new file until `make` finds one free, and returns what it made there. */
export type MakeFile = <T>(make: (place: string) => T | Promise<T>) => Promise<T>

/** A file of a tree while it comes in. */
export interface ArrivingFile {
  /** Takes a piece, which is read until the next `flush` resolves. */
  add(piece: Buffer): void
  /** Resolves when nothing of what was added is needed any more. */
  flush(): Promise<void>
  /**
   * Makes it a file, when all of it has come and has this SHA-256.
   * @throws ChatctlError `digest-mismatch`, or an error of the system
   */
  finish(sha256: Buffer): Promise<void>
  /** Removes what came so far. */
  abandon(): Promise<void>
}

/** A file up to this size is written at once when all of it is there: the way through a thread takes three times as long. */
export const maxSmallBytes = 64 * 1024

/** Collects a small file; nothing of it is on the disk before it is whole and right. One buffer serves for all. */
export class SmallFile implements ArrivingFile {
  readonly #entry: FileEntry
  readonly #buffer: Buffer
  readonly #make: MakeFile
  #bytes = 0

  constructor(entry: FileEntry, buffer: Buffer, make: MakeFile) {
    this.#entry = entry
    this.#buffer = buffer
    this.#make = make
  }

  add(piece: Buffer): void {
    this.#bytes += piece.copy(this.#buffer, this.#bytes)
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }

  async finish(sha256: Buffer): Promise<void> {
    const content = this.#buffer.subarray(0, this.#bytes)
    requireDigest(hash('sha256', content, 'buffer'), sha256)
    await this.#make(place => this.#write(place, content))
  }

  abandon(): Promise<void> {
    return Promise.resolve()
  }

  #write(place: string, content: Buffer): void {
    const descriptor = openSync(place, 'wx', modeOf(this.#entry))
    try {
      for (let written = 0; written < content.length;) written += writeSync(descriptor, content, written)
      keepTime(() => futimesSync(descriptor, ...timesOf(this.#entry)))
    } catch (error) {
      unlinkSync(place)
      throw error
    } finally {
      closeSync(descriptor)
    }
  }
}

/** Writes a large file as it comes. */
export class LargeFile implements ArrivingFile {
  readonly #entry: FileEntry
  readonly #handle: FileHandle
  readonly #place: string
  readonly #hash = createHash('sha256')
  #pieces: Buffer[] = []
  #bytes = 0

  private constructor(entry: FileEntry, handle: FileHandle, place: string) {
    this.#entry = entry
    this.#handle = handle
    this.#place = place
  }

  /** Creates the file. */
  static create(entry: FileEntry, make: MakeFile): Promise<LargeFile> {
    return make(async place => new LargeFile(entry, await open(place, 'wx', modeOf(entry)), place))
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece)
  }

  async flush(): Promise<void> {
    const pieces = this.#pieces
    this.#pieces = []
    for (const piece of pieces) this.#hash.update(piece)
    const position = this.#bytes
    for (const {length} of pieces) this.#bytes += length
    await writeAll(this.#handle, pieces, position)
  }

  async finish(sha256: Buffer): Promise<void> {
    await this.flush()
    requireDigest(this.#hash.digest(), sha256)
    await this.#handle.utimes(...timesOf(this.#entry)).catch(noTimes)
    await this.#handle.datasync()
    await this.#handle.close()
  }

  async abandon(): Promise<void> {
    await this.#handle.close()
    await rm(this.#place, {force: true})
  }
}

/** Takes what comes of a file that cannot be kept. */
export const nowhere: ArrivingFile = {
  add: () => undefined,
  flush: () => Promise.resolve(),
  finish: () => Promise.resolve(),
  abandon: () => Promise.resolve(),
}

/** As the system's own way of making files has it, less what its owner never gives. */
function modeOf({executable}: FileEntry): number {
  return executable ? 0o777 : 0o666
}

/** As dates: Node takes a negative number for now. */
function timesOf({mtimeMs}: FileEntry): [Date, Date] {
  const time = new Date(mtimeMs)
  return [time, time]
}

function keepTime(set: () => void): void {
  try {
    set()
  } catch {
    noTimes()
  }
}

/** A file system that keeps no such times keeps the file all the same. */
function noTimes(): void {
  // Nobody needs to hear of it.
}

function requireDigest(own: Buffer, sent: Buffer): void {
  if (!own.equals(sent)) throw new ChatctlError('digest-mismatch', 'a file has another SHA-256 than what was sent')
}
