import {digestBytes, recordHeaderBytes, recordRules, type RecordName, type TreeEntry} from './tree-record.js'

/**
 * Encodes an entry of a tree as one record.
 * @throws RangeError when a caller of ours breaks the record's rule
 */
export function encodeEntry(entry: TreeEntry): Buffer {
  const json = toJson(entry)
  const record = Buffer.allocUnsafe(recordHeaderBytes + Buffer.byteLength(json))
  writeHeader(record, entry.type, record.length - recordHeaderBytes)
  record.write(json, recordHeaderBytes)
  return record
}

/**
 * Puts the record of an entry at the beginning of a buffer, which has room for more than any; returns its end.
 * @throws RangeError when a caller of ours breaks the record's rule
 */
export function writeEntry(target: Buffer, entry: TreeEntry): number {
  const payloadBytes = target.write(toJson(entry), recordHeaderBytes)
  writeHeader(target, entry.type, payloadBytes)
  return recordHeaderBytes + payloadBytes
}

/** Encodes that everything comes from the beginning. */
export function encodeAnew(): Buffer {
  const record = Buffer.allocUnsafe(recordHeaderBytes)
  writeHeader(record, 'anew', 0)
  return record
}

/** Encodes the end of a file: its SHA-256. */
export function encodeDone(sha256: Buffer): Buffer {
  const record = Buffer.allocUnsafe(recordHeaderBytes + digestBytes)
  writeHeader(record, 'done', sha256.length)
  sha256.copy(record, recordHeaderBytes)
  return record
}

/** Puts the end of a file into a buffer, its SHA-256 given with a character for each byte; returns where that ends. */
export function writeDone(target: Buffer, sha256: string, start: number): number {
  writeHeader(target, 'done', sha256.length, start)
  return start + recordHeaderBytes + target.write(sha256, start + recordHeaderBytes, 'binary')
}

/** Puts the header of a data record into a buffer; the bytes of the file are behind it already, never copied. */
export function writeDataHeader(target: Buffer, byteLength: number, start = 0): void {
  writeHeader(target, 'data', byteLength, start)
}

/** What is undefined JSON leaves out: the type is in the header. */
function toJson(entry: TreeEntry): string {
  return JSON.stringify({...entry, type: undefined})
}

function writeHeader(target: Buffer, name: RecordName, payloadBytes: number, start = 0): void {
  const {type, minPayloadBytes, maxPayloadBytes} = recordRules[name]
  if (payloadBytes < minPayloadBytes || payloadBytes > maxPayloadBytes)
    throw new RangeError(`${name} record: ${payloadBytes} bytes`)
  target.writeUInt32BE(type * 2 ** 24 + payloadBytes, start)
}
