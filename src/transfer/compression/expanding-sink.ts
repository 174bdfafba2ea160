import {ChatctlError} from '../../errors/index.js'
import {DeclaredSize, type SizeLimits} from '../declared-size.js'
import type {Sink} from '../sink.js'
import {blockHeaderBytes, readBlockHeader} from './block.js'
import {expand} from './brotli.js'

/** So much is expanded of what is in hand when the transfer is given up: it may hold a million times as many bytes. */
export const maxLateBytes = 16 * 1024 * 1024

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
  readonly #signal: AbortSignal
  /** Expanded since the transfer was given up. */
  #lateBytes = 0
  #state: State = {awaits: 'header', missing: blockHeaderBytes}
  /** Of a header, or of a block that is compressed: filled from its beginning. */
  #gathered = Buffer.allocUnsafe(blockHeaderBytes)
  /** Ready to be written. */
  #stored: Buffer[] = []

  /** The limits are those of the bytes that the sink gets; `signal` aborts when the transfer is given up. */
  constructor(sink: Pick<Sink, 'write' | 'digest'>, limits: SizeLimits, signal: AbortSignal) {
    this.#sink = sink
    this.#size = new DeclaredSize(limits)
    this.#signal = signal
  }

  /**
   * Expands what has come, and writes it.
   * @throws ChatctlError `protocol-violation`, `size-mismatch`, `too-large`, of the sink, or why the transfer was given up
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
  }

  /**
   * Returns the digest of all that was expanded.
   * @throws ChatctlError `size-mismatch`
   */
  async digest(): Promise<string> {
    const {awaits, missing} = this.#state
    if (awaits !== 'header' || missing < blockHeaderBytes) throw violation('the last block is cut short')
    this.#size.requireAll()
    return this.#sink.digest()
  }

  /** Takes a part of what is awaited; `expand` when a compressed block is there. */
  #take(part: Buffer): 'expand' | undefined {
    const state = this.#state
    if (state.awaits === 'stored') this.#store(part)
    else part.copy(this.#gathered, this.#gathered.length - state.missing)
    state.missing -= part.length
    if (state.missing > 0) return undefined
    if (state.awaits === 'brotli') return 'expand'
    if (state.awaits === 'header') this.#readHeader()
    else this.#awaitHeader()
    return undefined
  }

  #store(part: Buffer): void {
    this.#size.add(part.length)
    this.#stored.push(part)
  }

  #readHeader(): void {
    const header = readBlockHeader(this.#gathered)
    if (header === undefined) throw violation('a block cannot begin so')
    const {kind, byteLength} = header
    this.#state = {awaits: kind, missing: byteLength}
    if (kind === 'brotli') this.#gathered = Buffer.allocUnsafe(byteLength)
  }

  #awaitHeader(): void {
    this.#state = {awaits: 'header', missing: blockHeaderBytes}
    this.#gathered = Buffer.allocUnsafe(blockHeaderBytes)
  }

  async #writeExpanded(): Promise<void> {
    const block = this.#gathered
    this.#awaitHeader()
    await this.#writeStored()
    const expanded = await expand(block)
    if (expanded.length === 0) throw violation('a block holds nothing')
    this.#size.add(expanded.length)
    this.#requireInTime(expanded.length)
    await this.#sink.write([expanded])
  }

  #requireInTime(byteLength: number): void {
    if (!this.#signal.aborted) return
    this.#lateBytes += byteLength
    if (this.#lateBytes > maxLateBytes) throw this.#signal.reason
  }

  async #writeStored(): Promise<void> {
    const stored = this.#stored
    this.#stored = []
    if (stored.length > 0) await this.#sink.write(stored)
  }
}

function violation(problem: string): ChatctlError {
  return new ChatctlError('protocol-violation', problem)
}
