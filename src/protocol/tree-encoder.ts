import {digestBytes, recordHeaderBytes, recordRules, type RecordName, type TreeEntry} from './tree-record.js'

/**
 * Encodes an entry of a tree as one record.
 * @throws RangeError when a caller of ours breaks the record's rule
 */
export function encodeEntry({type, ...fields}: TreeEntry): Buffer {
  const json = JSON.stringify(fields)
  const record = Buffer.allocUnsafe(recordHeaderBytes + Buffer.byteLength(json))
  writeHeader(record, type, record.length - recordHeaderBytes)
  record.write(json, recordHeaderBytes)
  return record
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

/** Puts the header of a data record into a buffer; the bytes of the file are behind it already, never copied. */
export function writeDataHeader(target: Buffer, byteLength: number): void {
  writeHeader(target, 'data', byteLength)
}

function writeHeader(target: Buffer, name: RecordName, payloadBytes: number): void {
  const {type, minPayloadBytes, maxPayloadBytes} = recordRules[name]
  if (payloadBytes < minPayloadBytes || payloadBytes > maxPayloadBytes)
    throw new RangeError(`${name} record: ${payloadBytes} bytes`)
  target[0] = type
  target.writeUIntBE(payloadBytes, 1, 3)
}
