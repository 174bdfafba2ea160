import {createHash} from 'node:crypto'
import {constants, fdatasync, readSync, writeSync, ftruncateSync} from 'node:fs'
import type {FileHandle} from 'node:fs/promises'
import {promisify} from 'node:util'
import {crc32} from 'node:zlib'
import * as v from 'valibot'
import type {ErrorCode} from '../../errors/index.js'
import {decodeJson} from '../../protocol/json.js'
import {
  digestBytes,
  entrySchemas,
  isEntryName,
  recordHeaderBytes,
  recordRules,
  skipCode,
  type RecordName,
  type TreeEntry,
} from '../../protocol/tree-record.js'
import {openOwnFile} from '../part/own-file.js'

const syncData = promisify(fdatasync)

/** What a journal says, in order; `end` is where that ends in it. */
export type JournalItem = {readonly end: number} &
  /** An entry has come. */
  (
    | {readonly item: 'entry'; readonly entry: TreeEntry; readonly record: Buffer}
    /** The file before it is whole. */
    | {readonly item: 'done'; readonly sha256: Buffer}
    /** The entry before it is not kept. */
    | {readonly item: 'dropped'; readonly code: ErrorCode}
    /** So many bytes of the file before it are on disk. */
    | {readonly item: 'kept'; readonly bytes: number}
    /** All has come, and the tree, a directory of this number, gets its name. */
    | {readonly item: 'published'; readonly ino: bigint}
  )

/** Records that are only in a journal, beside those that came. */
const ownTypes = {dropped: 0x80, kept: 0x81, published: 0x82} as const
const numberBytes = 8
const checkBytes = 4

const entryNames = new Map<number, TreeEntry['type']>(
  Object.entries(recordRules).flatMap(([name, {type}]) =>
    isEntryName(name as RecordName) ? [[type, name as TreeEntry['type']] as const] : [],
  ),
)

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
    this.add(encodeItem('dropped', Buffer.from(code)))
  }

  /** Adds that so many bytes of the last file are on disk. */
  addKept(bytes: number): void {
    this.add(encodeItem('kept', encodeNumber(BigInt(bytes))))
  }

  /** Adds that all has come, and the tree, a directory of this number, gets its name. */
  addPublished(ino: bigint): void {
    this.add(encodeItem('published', encodeNumber(ino)))
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
    this.#written = end
    if (this.#handle) ftruncateSync(this.#handle.fd, end)
  }

  /** Reads what it says, some of it at a time; what is added later comes behind it. */
  *read(): Generator<JournalItem[], void> {
    if (!this.#handle) return
    let rest = Buffer.alloc(0)
    let start = 0
    for (let at = 0; ;) {
      const chunk = Buffer.allocUnsafe(readBytes)
      const bytesRead = readSync(this.#handle.fd, chunk, 0, readBytes, at)
      at += bytesRead
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      if (start === 0) {
        if (!rest.subarray(0, digestBytes).equals(this.#subject)) return
        rest = rest.subarray((start = digestBytes))
      }
      const items: JournalItem[] = []
      const isSound = this.#takeItems(rest, start, items)
      const end = items.at(-1)?.end ?? start
      rest = rest.subarray(end - start)
      this.#written = start = end
      yield items
      if (!isSound || bytesRead === 0) return
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close()
  }

  /** Takes all whole items; false when there is one that nobody has written so, there. */
  #takeItems(bytes: Buffer, start: number, items: JournalItem[]): boolean {
    let position = 0
    while (bytes.length - position >= recordHeaderBytes) {
      const recordEnd = position + recordHeaderBytes + bytes.readUIntBE(position + 1, 3)
      const end = recordEnd + checkBytes
      if (end > bytes.length) return recordEnd - position <= recordHeaderBytes + recordRules.file.maxPayloadBytes
      const record = bytes.subarray(position, recordEnd)
      const isSound = bytes.readUInt32BE(recordEnd) === checkOf(this.#subject, start + position, record)
      const item = isSound ? parseItem(record, start + end) : undefined
      if (!item) return false
      items.push(item)
      position = end
    }
    return true
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

function encodeNumber(number: bigint): Buffer {
  const payload = Buffer.alloc(numberBytes)
  payload.writeBigUInt64BE(number)
  return payload
}

function encodeItem(name: keyof typeof ownTypes, payload: Buffer): Buffer {
  const header = Buffer.alloc(recordHeaderBytes)
  header[0] = ownTypes[name]
  header.writeUIntBE(payload.length, 1, 3)
  return Buffer.concat([header, payload])
}

/** Tells whether a record is what was written, in this journal, at this position. */
function checkOf(subject: Buffer, position: number, record: Buffer): number {
  return crc32(record, (subject.readUInt32BE() + position) % 2 ** 32)
}

function parseItem(record: Buffer, end: number): JournalItem | undefined {
  const type = record.readUInt8(0)
  const payload = record.subarray(recordHeaderBytes)
  if (type === recordRules.done.type && payload.length === digestBytes) return {item: 'done', sha256: payload, end}
  if (type === ownTypes.dropped && v.is(skipCode, payload.toString()))
    return {item: 'dropped', code: payload.toString() as ErrorCode, end}
  if (type === ownTypes.kept && payload.length === numberBytes)
    return {item: 'kept', bytes: Number(payload.readBigUInt64BE()), end}
  if (type === ownTypes.published && payload.length === numberBytes)
    return {item: 'published', ino: payload.readBigUInt64BE(), end}
  const name = entryNames.get(type)
  if (name === undefined) return undefined
  try {
    const entry = {type: name, ...decodeJson(entrySchemas[name], payload)} as TreeEntry
    return {item: 'entry', entry, record, end}
  } catch {
    // Half of it, or another thing altogether, as a power cut may leave it.
    return undefined
  }
}
