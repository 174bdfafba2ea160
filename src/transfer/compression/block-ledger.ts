import {blockHeaderBytes, type BlockKind} from './block.js'

/** One block on a channel. */
export interface SentBlock {
  kind: BlockKind
  /** With its header. */
  bytes: number
  rawBytes: number
}

/** No sender has more of them on their way: what came before these has left. */
const maxOnTheirWay = 8

/** Knows how much of a source the first bytes of its channel hold, as whoever receives them sees it. */
export class BlockLedger {
  /** Blocks that may not have left: whether or not anyone asks, only the last few. */
  #blocks: SentBlock[] = []
  /** Of all blocks before those. */
  #bytes = 0
  #rawBytes = 0

  add(block: SentBlock): void {
    this.#blocks.push(block)
    if (this.#blocks.length > maxOnTheirWay) this.#closeFirst()
  }

  /** Returns how many bytes of the source are in so many of the channel, which never become fewer. */
  rawBytesIn(channelBytes: number): number {
    let [block] = this.#blocks
    for (; block && this.#bytes + block.bytes <= channelBytes; [block] = this.#blocks) this.#closeFirst()
    return this.#rawBytes + (block?.kind === 'stored' ? Math.max(0, channelBytes - this.#bytes - blockHeaderBytes) : 0)
  }

  #closeFirst(): void {
    const {bytes = 0, rawBytes = 0} = this.#blocks.shift() ?? {}
    this.#bytes += bytes
    this.#rawBytes += rawBytes
  }
}
