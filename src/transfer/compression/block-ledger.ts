import {blockHeaderBytes, type BlockKind} from './block.js'

/** One block on a channel. */
export interface SentBlock {
  kind: BlockKind
  /** With its header. */
  bytes: number
  rawBytes: number
}

/** Knows how much of a source the first bytes of its channel hold, as whoever receives them sees it. */
export class BlockLedger {
  /** Blocks that may not have left. */
  #blocks: SentBlock[] = []
  /** Of all blocks before those. */
  #bytes = 0
  #rawBytes = 0

  add(block: SentBlock): void {
    this.#blocks.push(block)
  }

  /** Returns how many bytes of the source are in so many of the channel, which never become fewer. */
  rawBytesIn(channelBytes: number): number {
    let [block] = this.#blocks
    for (; block && this.#bytes + block.bytes <= channelBytes; [block] = this.#blocks) this.#close(block)
    return this.#rawBytes + (block?.kind === 'stored' ? Math.max(0, channelBytes - this.#bytes - blockHeaderBytes) : 0)
  }

  #close({bytes, rawBytes}: SentBlock): void {
    this.#blocks.shift()
    this.#bytes += bytes
    this.#rawBytes += rawBytes
  }
}
