import {writeDataHeader} from '../../protocol/tree-encoder.js'
import {recordHeaderBytes} from '../../protocol/tree-record.js'

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

  /** Puts in as much of a record as there is room for; returns the rest. */
  put(record: Buffer): Buffer {
    const taken = record.copy(this.#buffer, this.#filled)
    this.#filled += taken
    return record.subarray(taken)
  }

  /** Takes what stands in the space for the data of one record. */
  putData(byteLength: number): void {
    writeDataHeader(this.#buffer.subarray(this.#filled), byteLength)
    this.#filled += recordHeaderBytes + byteLength
  }
}
