import {hash} from 'node:crypto'
import {digestBytes, maxEntryBytes, recordHeaderBytes} from './tree-record.js'

/** What is hashed next: the value so far, and a record behind it. One serves for all chains. */
const link = Buffer.alloc(digestBytes + recordHeaderBytes + maxEntryBytes)

/**
 * The digest of a tree: C_0 is 32 bytes of zero, and C_i the SHA-256 of C_(i-1) and the i-th entry's record.
 * So one value stands for every entry up to a place in the stream; the data of files have digests of their own.
 */
export class TreeChain {
  /** A character for each byte: to make one costs half of what a buffer does. */
  #value = '\0'.repeat(digestBytes)
  #valueBefore = this.#value
  #entries = 0

  /** The one behind so many entries, by its value in hex. */
  static at(entries: number, digest: string): TreeChain {
    const chain = new TreeChain()
    chain.#value = Buffer.from(digest, 'hex').toString('binary')
    chain.#entries = entries
    return chain
  }

  /** Takes the whole record of the next entry. */
  add(record: Buffer): void {
    link.write(this.#value, 'binary')
    record.copy(link, digestBytes)
    this.#valueBefore = this.#value
    this.#value = hash('sha256', link.subarray(0, digestBytes + record.length), 'binary')
    this.#entries++
  }

  /** How many entries it stands for. */
  get entries(): number {
    return this.#entries
  }

  /** Its value in hex. */
  get digest(): string {
    return toHex(this.#value)
  }

  /** What it was before the last entry. */
  get digestBefore(): string {
    return toHex(this.#valueBefore)
  }
}

function toHex(value: string): string {
  return Buffer.from(value, 'binary').toString('hex')
}
