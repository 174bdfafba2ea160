import {ChatctlError} from '../../errors/index.js'
import {DeclaredSize, type SizeLimits} from '../declared-size.js'
import type {Sink} from '../sink.js'
import {blockHeaderBytes, readBlockHeader} from './block.js'
import {expand} from './brotli.js'

/** What the next bytes are, and how many of them are still to come. */
interface State {
  readonly awaits: 'header' | 'stored' | 'brotli'
  missing: number
}

/**
 * Takes blocks, in pieces of any size, and writes to a sink what they hold. No more is expanded than may come, and no
 * more of it is held than one block.
 */
export class ExpandingSink implements Pick<Sink, 'write' | 'digest'> {
  readonly #sink: Pick<Sink, 'write' | 'digest'>
  readonly #size: DeclaredSize
  #state: State = {awaits: 'header', missing: blockHeaderBytes}
  /** Of a header, or of a block that is compressed. */
  #gathered: Buffer[] = []
  /** Ready to be written. */
  #stored: Buffer[] = []

  /** The limits are those of the bytes that the sink gets. */
  constructor(sink: Pick<Sink, 'write' | 'digest'>, limits: SizeLimits) {
    this.#sink = sink
    this.#size = new DeclaredSize(limits)
  }

  /**
   * Expands what has come, and writes it.
   * @throws ChatctlError `protocol-violation`, `size-mismatch`, `too-large`, or of the sink
   */
  async write(pieces: Buffer[]): Promise<void> {
    for (const piece of pieces) {
      for (let rest = piece; rest.length > 0;) {
        const part = rest.subarray(0, this.#state.missing)
        rest = rest.subarray(part.length)
        if (this.#take(part) === 'expand') await this.#writeExpanded()
      }
    }
    await this.#writeStored()
    // The pieces are somebody else's again.
    if (this.#gathered.length > 0) this.#gathered = [Buffer.concat(this.#gathered)]
  }

  /**
   * Returns the digest of all that was expanded.
   * @throws ChatctlError `size-mismatch`
   */
  async digest(): Promise<string> {
    this.#size.requireAll()
    return this.#sink.digest()
  }

  /** Takes a part of what is awaited; `expand` when a compressed block is there. */
  #take(part: Buffer): 'expand' | undefined {
    const state = this.#state
    state.missing -= part.length
    if (state.awaits === 'stored') this.#store(part)
    else this.#gathered.push(part)
    if (state.missing > 0) return undefined
    if (state.awaits === 'brotli') return 'expand'
    this.#state = state.awaits === 'header' ? this.#readHeader() : awaitHeader()
    return undefined
  }

  #store(part: Buffer): void {
    this.#size.add(part.length)
    this.#stored.push(part)
  }

  #readHeader(): State {
    const header = readBlockHeader(this.#takeGathered())
    if (header === undefined) throw violation('a block cannot begin so')
    return {awaits: header.kind, missing: header.byteLength}
  }

  async #writeExpanded(): Promise<void> {
    const block = this.#takeGathered()
    this.#state = awaitHeader()
    await this.#writeStored()
    const expanded = await expand(block)
    if (expanded.length === 0) throw violation('a block holds nothing')
    this.#size.add(expanded.length)
    await this.#sink.write([expanded])
  }

  async #writeStored(): Promise<void> {
    const stored = this.#stored
    this.#stored = []
    if (stored.length > 0) await this.#sink.write(stored)
  }

  #takeGathered(): Buffer {
    const gathered = this.#gathered
    this.#gathered = []
    return Buffer.concat(gathered)
  }
}

function awaitHeader(): State {
  return {awaits: 'header', missing: blockHeaderBytes}
}

function violation(problem: string): ChatctlError {
  return new ChatctlError('protocol-violation', problem)
}
