import {hash} from 'node:crypto'
import {writeDataHeader, writeDone, writeEntry} from '../../protocol/tree-encoder.js'
import {digestBytes, maxEntryBytes, recordHeaderBytes, type FileEntry} from '../../protocol/tree-record.js'

/** All records of a small file, and the first of them: its entry. */
export interface SmallFileRecords {
  readonly entry: Buffer
  readonly all: Buffer
}

/** Makes the records of small files side by side in one buffer: what a file costs beside its bytes it costs ten thousand times. */
export class SmallRecords {
  readonly #buffer: Buffer

  /** None of the files has more than `maxBytes`. */
  constructor(maxBytes: number) {
    this.#buffer = Buffer.allocUnsafeSlow(maxEntryBytes + maxBytes + digestBytes + 3 * recordHeaderBytes)
  }

  /** Makes those of a file whose bytes `read` puts where they go; they hold until the next. */
  make(entry: FileEntry, read: (target: Buffer) => void): SmallFileRecords {
    const buffer = this.#buffer
    const entryEnd = writeEntry(buffer, entry)
    const dataStart = entry.bytes === 0 ? entryEnd : entryEnd + recordHeaderBytes
    const dataEnd = dataStart + entry.bytes
    const data = buffer.subarray(dataStart, dataEnd)
    read(data)
    if (entry.bytes > 0) writeDataHeader(buffer, entry.bytes, entryEnd)
    const end = writeDone(buffer, hash('sha256', data, 'binary'), dataEnd)
    return {entry: buffer.subarray(0, entryEnd), all: buffer.subarray(0, end)}
  }
}
