import type {Clock} from '../../session/clock.js'
import type {SourceReader} from '../source.js'
import {blockHeaderBytes, maxBlockBytes, writeBlockHeader, type BlockKind} from './block.js'
import {BlockLedger} from './block-ledger.js'
import {compress} from './brotli.js'
import type {CompressionPolicy} from './compression-policy.js'

/** Whoever waits for no longer did not wait. */
const leastWaitMs = 0.5

/**
 * Reads a source as blocks, and compresses those that `policy` wants to be: each `read` gives one. Between two reads the
 * blocks before are on their way: how long that takes is what the policy goes by.
 */
export class CompressingReader implements Pick<SourceReader, 'read'> {
  readonly #reader: Pick<SourceReader, 'read'>
  readonly #policy: CompressionPolicy | undefined
  readonly #clock: Pick<Clock, 'now'>
  readonly #ledger = new BlockLedger()
  #last: {beganMs: number; endedMs: number; bytes: number} | undefined

  /** Without a policy every block is compressed, as long as it gets smaller by that. */
  constructor(reader: Pick<SourceReader, 'read'>, policy: CompressionPolicy | undefined, clock: Pick<Clock, 'now'>) {
    this.#reader = reader
    this.#policy = policy
    this.#clock = clock
  }

  /** Bytes of the source that are in the first so many of what was read. */
  rawBytesIn(bytes: number): number {
    return this.#ledger.rawBytesIn(bytes)
  }

  async read(buffer: Buffer): Promise<Buffer> {
    const beganMs = this.#clock.now()
    this.#tellPolicy(beganMs)
    const room = buffer.subarray(blockHeaderBytes, blockHeaderBytes + maxBlockBytes)
    const raw = await this.#reader.read(room)
    const block = raw.length === 0 ? raw : await this.#pack(buffer, raw)
    this.#last = {beganMs, endedMs: this.#clock.now(), bytes: block.length}
    return block
  }

  /** While this block was read the one before it was on its way, and after that whoever sends waited for the rest. */
  #tellPolicy(nowMs: number): void {
    if (this.#last === undefined) return
    const {beganMs, endedMs, bytes} = this.#last
    this.#policy?.left(bytes, nowMs - beganMs, nowMs - endedMs >= leastWaitMs)
  }

  async #pack(buffer: Buffer, raw: Buffer): Promise<Buffer> {
    const compressed = this.#policy?.wants() === false ? undefined : await this.#compress(raw)
    if (compressed === undefined || compressed.length >= raw.length) return this.#finish(buffer, 'stored', raw.length)
    compressed.copy(buffer, blockHeaderBytes)
    return this.#finish(buffer, 'brotli', raw.length, compressed.length)
  }

  async #compress(raw: Buffer): Promise<Buffer> {
    const beganMs = this.#clock.now()
    const compressed = await compress(raw)
    this.#policy?.compressed({rawBytes: raw.length, bytes: compressed.length, ms: this.#clock.now() - beganMs})
    return compressed
  }

  #finish(buffer: Buffer, kind: BlockKind, rawBytes: number, byteLength = rawBytes): Buffer {
    writeBlockHeader(buffer, kind, byteLength)
    const block = buffer.subarray(0, blockHeaderBytes + byteLength)
    this.#ledger.add({kind, bytes: block.length, rawBytes})
    return block
  }
}
