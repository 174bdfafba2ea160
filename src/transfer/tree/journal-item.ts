import type {ErrorCode} from '../../errors/index.js'
import {
  digestBytes,
  isEntryName,
  recordHeaderBytes,
  recordRules,
  type RecordName,
  type TreeEntry,
} from '../../protocol/tree-record.js'
import {isEntryShaped} from './entry-shape.js'

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
    /** What small files before it hold is to be looked at: the machine was started anew. */
    | {readonly item: 'doubted'}
    /** It was looked at. */
    | {readonly item: 'confirmed'}
  )

/** Records that are only in a journal, beside those that came. */
const ownTypes = {dropped: 0x80, kept: 0x81, published: 0x82, doubted: 0x83, confirmed: 0x84} as const
const numberBytes = 8

/** Bytes of the record that says that a tree gets its name. */
export const publishedBytes = recordHeaderBytes + numberBytes

const skipCode = /^[a-z][a-z-]{0,31}$/

const entryNames: TreeEntry['type'][] = []
for (const [name, {type}] of Object.entries(recordRules))
  if (isEntryName(name as RecordName)) entryNames[type] = name as TreeEntry['type']

/** The longest record of a journal. */
export const maxItemBytes = recordHeaderBytes + recordRules.file.maxPayloadBytes

/** Encodes that the last entry is not kept. */
export function encodeDropped(code: ErrorCode): Buffer {
  return encodeItem('dropped', Buffer.from(code))
}

/** Encodes that so many bytes of the last file are on disk. */
export function encodeKept(bytes: number): Buffer {
  return encodeItem('kept', encodeNumber(BigInt(bytes)))
}

/** Encodes that all has come, and the tree, a directory of this number, gets its name. */
export function encodePublished(ino: bigint): Buffer {
  return encodeItem('published', encodeNumber(ino))
}

/** Encodes that what small files hold is to be looked at, or that it was. */
export function encodeMark(item: 'doubted' | 'confirmed'): Buffer {
  return encodeItem(item, Buffer.alloc(0))
}

/** Reads one record; undefined when no journal has such a one. */
export function parseItem(record: Buffer, end: number): JournalItem | undefined {
  const type = record[0] ?? 0
  const name = entryNames[type]
  if (name !== undefined) return parseEntry(name, record, end)
  return type === recordRules.done.type ? parseDone(record, end) : parseOwn(type, record, end)
}

function parseEntry(type: TreeEntry['type'], record: Buffer, end: number): JournalItem | undefined {
  try {
    const entry: unknown = JSON.parse(record.toString('utf8', recordHeaderBytes))
    if (!isEntryShaped(type, entry)) return undefined
    return {item: 'entry', entry: Object.assign(entry, {type}) as TreeEntry, record, end}
  } catch (error) {
    // Half of it, or another thing altogether, as a power cut may leave it.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function parseDone(record: Buffer, end: number): JournalItem | undefined {
  if (record.length !== recordHeaderBytes + digestBytes) return undefined
  return {item: 'done', sha256: record.subarray(recordHeaderBytes), end}
}

function parseOwn(type: number, record: Buffer, end: number): JournalItem | undefined {
  const payload = record.subarray(recordHeaderBytes)
  const isNumber = payload.length === numberBytes
  if (type === ownTypes.dropped && skipCode.test(payload.toString()))
    return {item: 'dropped', code: payload.toString() as ErrorCode, end}
  if (type === ownTypes.kept && isNumber) return {item: 'kept', bytes: Number(payload.readBigUInt64BE()), end}
  if (type === ownTypes.published && isNumber) return {item: 'published', ino: payload.readBigUInt64BE(), end}
  if (type === ownTypes.doubted) return {item: 'doubted', end}
  if (type === ownTypes.confirmed) return {item: 'confirmed', end}
  return undefined
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
