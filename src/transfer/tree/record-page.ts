import {writeDataHeader} from '../../protocol/tree-encoder.js'
import {recordHeaderBytes} from '../../protocol/tree-record.js'

const nothing: Buffer = Buffer.alloc(0)

/** A buffer of the caller while it is filled with records. */
export class RecordPage {
  readonly #buffer: Buffer
  #filled = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  /** What it holds so far. */
  get content(): Buffer {
    return this.#buffer.subarray(0, this.#filled)
  }

  /** Where the data of a record go that would come next: behind its header. */
  get space(): Buffer {
    return this.#buffer.subarray(this.#filled + recordHeaderBytes)
  }

  /** Puts in as much of some records as there is room for; returns a copy of the rest. */
  put(records: Buffer): Buffer {
    const taken = records.copy(this.#buffer, this.#filled)
    this.#filled += taken
    return taken === records.length ? nothing : Buffer.from(records.subarray(taken))
  }

  /** Takes what stands in the space for the data of one record. */
  putData(byteLength: number): void {
    writeDataHeader(this.#buffer.subarray(this.#filled), byteLength)
    this.#filled += recordHeaderBytes + byteLength
  }
}
