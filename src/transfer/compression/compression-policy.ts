/** What became of a block that was compressed, and how long that took. */
export interface CompressedBlock {
  rawBytes: number
  bytes: number
  ms: number
}

/** What the compressor is taken to reach, 150 MB/s, until it has shown it: a faster way is not held up to see. */
const expectedMsPerByte = 1 / 150_000
/** What is compressed is tried as it is after so many blocks for which nobody waited. */
const longestRun = 32
/** Where nothing gets smaller it may be tried for so much of the time: what comes next may be of another kind. */
const shareOfTries = 0.05
/** What is smaller says little about the way. */
const leastBytes = 16 * 1024
/** It has to save a tenth: what is estimated may be wrong. */
const worthwhile = 0.9
const weightOfLatest = 0.25
/** 20 MB/s: what is slower is so for no passing reason, such as a start or other work of the machine. */
const msPerByteBeyondDoubt = 1 / 20_000
/** Any other way has to be too slow for so many blocks, one after the other. */
const doubtfulBlocks = 8

/**
 * Decides block by block whether compressing saves more time than it costs. The way and the compressor work at the same
 * time: what counts is which of the two takes longer for the same bytes.
 */
export class CompressionPolicy {
  /** How long the way takes for a byte; undefined until that is known. */
  #wayMsPerByte: number | undefined
  #costMsPerByte = expectedMsPerByte
  #ratio: number | undefined
  /** Blocks before which the way was too slow, one after the other. */
  #slowBlocks = 0
  /** How long it took to compress the last block that was. */
  #triedMs = 0
  /** How long those that were stored since then have been on their way. */
  #storedMs = 0
  /** Blocks that the way had taken sooner than the next one was compressed: it may be far faster than is known. */
  #unwaitedBlocks = 0

  /** Whether the next block is to be compressed. */
  wants(): boolean {
    this.#slowBlocks = this.#isWayTooSlow() ? this.#slowBlocks + 1 : 0
    const wants = this.#isBelieved() && this.#unwaitedBlocks < longestRun && this.#mayHelp()
    if (!wants) this.#unwaitedBlocks = 0
    return wants
  }

  /** Takes that a block was on its way for so long; for no longer, when nobody had to wait for it. */
  left(bytes: number, ms: number, wasWaitedFor: boolean): void {
    this.#storedMs += ms
    if (bytes < leastBytes) return
    this.#unwaitedBlocks = wasWaitedFor ? 0 : this.#unwaitedBlocks + 1
    const latest = ms / bytes
    const known = this.#wayMsPerByte ?? latest
    if (latest < known) this.#wayMsPerByte = latest
    else if (wasWaitedFor || this.#wayMsPerByte === undefined) this.#wayMsPerByte = blend(known, latest)
  }

  /** Takes what became of a block that was compressed. */
  compressed({rawBytes, bytes, ms}: CompressedBlock): void {
    this.#triedMs = ms
    this.#storedMs = 0
    if (rawBytes < leastBytes) return
    const ratio = bytes / rawBytes
    this.#costMsPerByte = blend(this.#costMsPerByte, ms / rawBytes)
    this.#ratio = blend(this.#ratio ?? ratio, ratio)
  }

  #isWayTooSlow(): boolean {
    return this.#costMsPerByte < worthwhile * (this.#wayMsPerByte ?? 0)
  }

  #isBelieved(): boolean {
    const isBeyondDoubt = (this.#wayMsPerByte ?? 0) > msPerByteBeyondDoubt
    return this.#slowBlocks >= (isBeyondDoubt ? 1 : doubtfulBlocks)
  }

  #mayHelp(): boolean {
    return this.#ratio === undefined || this.#ratio < worthwhile || this.#triedMs <= shareOfTries * this.#storedMs
  }
}

function blend(known: number, latest: number): number {
  return known + weightOfLatest * (latest - known)
}
