import {createHash} from 'node:crypto'
import {constants, fdatasync, fstatSync, ftruncateSync, readSync, writeSync} from 'node:fs'
import type {FileHandle} from 'node:fs/promises'
import {promisify} from 'node:util'
import {crc32} from 'node:zlib'
import type {ErrorCode} from '../../errors/index.js'
import {digestBytes, recordHeaderBytes} from '../../protocol/tree-record.js'
import {openOwnFile} from '../part/own-file.js'
import {
  encodeDropped,
  encodeKept,
  encodeMark,
  encodePublished,
  maxItemBytes,
  parseItem,
  publishedBytes,
  type JournalItem,
} from './journal-item.js'

const syncData = promisify(fdatasync)
const checkBytes = 4
const readBytes = 256 * 1024

/** What is added between two flushes has room there, as a rule. */
const pageBytes = 64 * 1024

/**
 * Says, in the part of a tree, what is in it: the records of the tree as they came, without the data of its files, each
 * with a CRC-32 of it. What is torn, damaged, or of another part or place, says nothing, nor does what follows.
 */
export class TreeJournal {
  readonly #handle: FileHandle | undefined
  readonly #subject: Buffer
  /** What was added and is not written stands at its beginning. */
  #page = Buffer.allocUnsafe(pageBytes)
  #waiting = 0
  /** Bytes that are in the file. */
  #written = 0

  private constructor(handle: FileHandle | undefined, subject: string) {
    this.#handle = handle
    this.#subject = createHash('sha256').update(subject).digest()
  }

  /** Opens the journal of a part, which `subject` tells from every other. Where something of another stands it keeps nothing. */
  static async open(path: string, subject: string): Promise<TreeJournal> {
    const file = await openOwnFile(path, constants.O_RDWR | constants.O_CREAT)
    return new TreeJournal(file?.handle, subject)
  }

  /** Where what is added next will stand. */
  get end(): number {
    return this.#written + this.#waiting
  }

  /** Adds a record as it came. */
  add(record: Buffer): void {
    this.#makeRoom(digestBytes + record.length + checkBytes)
    if (this.end === 0) this.#put(this.#subject)
    const check = checkOf(this.#subject, this.end, record)
    this.#put(record)
    this.#waiting = this.#page.writeUInt32BE(check, this.#waiting)
  }

  /** Adds that the last entry is not kept. */
  addDropped(code: ErrorCode): void {
    this.add(encodeDropped(code))
  }

  /** Adds that so many bytes of the last file are on disk. */
  addKept(bytes: number): void {
    this.add(encodeKept(bytes))
  }

  /** Adds that all has come, and the tree, a directory of this number, gets its name. */
  addPublished(ino: bigint): void {
    this.add(encodePublished(ino))
  }

  /** Adds that what small files hold is to be looked at, or that it was. */
  addMark(mark: 'doubted' | 'confirmed'): void {
    this.add(encodeMark(mark))
  }

  /** Writes what was added; what fails, for want of room, may be tried again. */
  flush(): void {
    const [page, length] = [this.#page, this.#waiting]
    for (let position = 0; this.#handle && position < length;)
      position += writeSync(this.#handle.fd, page, position, length - position, this.#written + position)
    this.#written += length
    this.#waiting = 0
  }

  /** Has all that was written on disk. */
  async sync(): Promise<void> {
    if (this.#handle) await syncData(this.#handle.fd)
  }

  /** Forgets what stands behind a place. */
  cutTo(end: number): void {
    this.flush()
    this.goOnAt(end)
    this.cut()
  }

  /** Goes on at a place: what is added stands there, and in the place of what stood behind it. */
  goOnAt(end: number): void {
    this.#written = end
  }

  /** Writes what was added, and forgets what stands behind it. */
  cut(): void {
    this.flush()
    if (this.#handle) ftruncateSync(this.#handle.fd, this.#written)
  }

  /**
   * Reads what it says, item by item, up to the first that nobody has written so, there, or to a place: what is added behind
   * that meanwhile is not looked at.
   */
  *read(end = Infinity): Generator<JournalItem, void> {
    let rest = Buffer.alloc(0)
    for (let start = 0, at = 0; this.#handle && at < end;) {
      const chunk = this.#readAt(at, Math.min(readBytes, end - at))
      if (chunk.length === 0) return
      at += chunk.length
      rest = Buffer.concat([rest, chunk])
      if (start === 0) {
        if (!rest.subarray(0, digestBytes).equals(this.#subject)) return
        rest = rest.subarray((start = digestBytes))
      }
      const taken = yield* this.#readItems(rest, start)
      if (taken === undefined) return
      rest = rest.subarray(taken)
      start += taken
    }
  }

  /** What it says last, when that is that the tree, a directory of this number, gets its name. */
  get published(): bigint | undefined {
    if (!this.#handle) return undefined
    const start = fstatSync(this.#handle.fd).size - publishedBytes - checkBytes
    if (start < digestBytes) return undefined
    const item = this.#itemAt(this.#readAt(start, publishedBytes + checkBytes), 0, publishedBytes, start)
    return item?.item === 'published' ? item.ino : undefined
  }

  async close(): Promise<void> {
    await this.#handle?.close()
  }

  /** Reads all whole items; returns how many bytes those have, undefined when the next is none. */
  *#readItems(bytes: Buffer, start: number): Generator<JournalItem, number | undefined> {
    let position = 0
    while (bytes.length - position >= recordHeaderBytes) {
      const recordEnd = position + recordHeaderBytes + bytes.readUIntBE(position + 1, 3)
      if (recordEnd - position > maxItemBytes) return undefined
      if (recordEnd + checkBytes > bytes.length) break
      const item = this.#itemAt(bytes, position, recordEnd, start)
      if (!item) return undefined
      yield item
      position = recordEnd + checkBytes
    }
    return position
  }

  /** Takes a record out of bytes that stand at `start`; undefined when it is not what was written there. */
  #itemAt(bytes: Buffer, position: number, recordEnd: number, start: number): JournalItem | undefined {
    const record = bytes.subarray(position, recordEnd)
    const isSound = bytes.readUInt32BE(recordEnd) === checkOf(this.#subject, start + position, record)
    return isSound ? parseItem(record, start + recordEnd + checkBytes) : undefined
  }

  #readAt(position: number, byteLength: number): Buffer {
    const chunk = Buffer.allocUnsafe(byteLength)
    const bytesRead = this.#handle ? readSync(this.#handle.fd, chunk, 0, byteLength, position) : 0
    return chunk.subarray(0, bytesRead)
  }

  #makeRoom(byteLength: number): void {
    const leastBytes = this.#waiting + byteLength
    if (leastBytes <= this.#page.length) return
    const page = Buffer.allocUnsafe(2 * leastBytes)
    this.#page.copy(page, 0, 0, this.#waiting)
    this.#page = page
  }

  #put(bytes: Buffer): void {
    this.#waiting += bytes.copy(this.#page, this.#waiting)
  }
}

/** Tells whether a record is what was written, in this journal, at this position. */
function checkOf(subject: Buffer, position: number, record: Buffer): number {
  return crc32(record, (subject.readUInt32BE() + position) % 2 ** 32)
}
