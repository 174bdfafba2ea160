import type {Writable} from 'node:stream'
import type {Display} from '../conversation.js'
import {ChatctlError} from '../errors/index.js'

/** What may wait until somebody reads it; more than waits for anyone who reads at all. */
export const maxWaitingBytes = 64 * 2 ** 20

const maxPieceBytes = 16 * 1024

const hint = 'Whatever has the other end of the pipe must go on reading; a file takes everything.'

interface Piece {
  readonly bytes: Buffer
  readonly taken?: () => void
}

/**
 * Lines on their way to an output, which takes them in small pieces: so it shows whether anybody reads. When too much
 * waits, the output breaks with a {@link ChatctlError} `not-writable`, as its 'error' event.
 */
export class LineOutput implements Display {
  readonly #output: Writable
  #pieces: Piece[] = []
  #waitingBytes = 0
  #takenCount = 0

  constructor(output: Writable) {
    this.#output = output
    // A broken output gives back at once what it is given.
    for (const event of ['drain', 'close']) output.on(event, () => this.#pump())
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  get takenCount(): number {
    return this.#takenCount
  }

  /** Writes text and the end of its line. */
  write(text: string): void {
    const line = Buffer.from(`${text}\n`)
    for (let start = 0; start < line.length; start += maxPieceBytes)
      this.#add({bytes: line.subarray(start, start + maxPieceBytes)})
    if (this.#waitingBytes > maxWaitingBytes)
      this.#output.destroy(new ChatctlError('not-writable', 'nobody reads the output', {hint}))
  }

  /** Resolves when all that was written has been taken, or the output is broken. */
  flushed(): Promise<void> {
    return new Promise(taken => this.#add({bytes: Buffer.alloc(0), taken}))
  }

  #add(piece: Piece): void {
    this.#waitingBytes += piece.bytes.length
    this.#pieces.push(piece)
    this.#pump()
  }

  #pump(): void {
    while (!this.#output.writableNeedDrain) {
      const piece = this.#pieces.shift()
      if (piece === undefined) return
      this.#output.write(piece.bytes, () => this.#take(piece))
    }
  }

  #take({bytes, taken}: Piece): void {
    this.#waitingBytes -= bytes.length
    this.#takenCount++
    taken?.()
  }
}
