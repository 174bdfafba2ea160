import {hash} from 'node:crypto'
import {digestBytes} from './tree-record.js'

/**
 * The digest of a tree: C_0 is 32 bytes of zero, and C_i the SHA-256 of C_(i-1) and the i-th entry's record.
 * So one value stands for every entry up to a place in the stream; the data of files have digests of their own.
 */
export class TreeChain {
  #value: Buffer = Buffer.alloc(digestBytes)
  #entries = 0

  /** One of its own that stands for the same. */
  copy(): TreeChain {
    const copy = new TreeChain()
    copy.#value = this.#value
    copy.#entries = this.#entries
    return copy
  }

  /** Takes the whole record of the next entry. */
  add(record: Buffer): void {
    this.#value = hash('sha256', Buffer.concat([this.#value, record]), 'buffer')
    this.#entries++
  }

  /** How many entries it stands for. */
  get entries(): number {
    return this.#entries
  }

  /** Its value in hex. */
  get digest(): string {
    return this.#value.toString('hex')
  }
}
