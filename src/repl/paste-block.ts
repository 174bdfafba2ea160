import {ChatctlError} from '../errors/index.js'
import {maxMessageBytes} from './message-limit.js'

/** The line that ends a block. */
export const endOfBlock = '.'

/** Lines that become one message, until one says that they are all. */
export class PasteBlock {
  #lines: string[] | undefined
  #bytes = 0

  /** Whether lines are collected. */
  get isOpen(): boolean {
    return this.#lines !== undefined
  }

  open(): void {
    this.#lines = []
    this.#bytes = 0
  }

  /**
   * Takes a line; returns the whole text when that was the last one.
   * @throws ChatctlError `message-too-long`, and nothing of it is kept
   */
  take(line: string): string | undefined {
    const lines = this.#lines ?? []
    if (line !== endOfBlock) {
      this.#bytes += Buffer.byteLength(line) + 1
      if (this.#bytes <= maxMessageBytes + 1) return void lines.push(line)
    }
    this.#lines = undefined
    if (line === endOfBlock) return lines.join('\n')
    throw new ChatctlError('message-too-long', 'these lines are too long for one message: nothing was sent')
  }

  /** Gives up what nothing ended; returns its lines. */
  drop(): string[] {
    const lines = this.#lines ?? []
    this.#lines = undefined
    return lines
  }
}
