const newline = 0x0a
const carriageReturn = 0x0d

/** A line of input, or why it is none. */
export type InputLine = {text: string} | {problem: 'too long' | 'not UTF-8'}

/** Cuts bytes into lines at LF or CRLF, however they arrive; keeps no more of a line than `maxLineBytes`. */
export class LineSplitter {
  readonly #maxLineBytes: number
  readonly #decoder = new TextDecoder('utf-8', {fatal: true})
  #parts: Buffer[] = []
  #bytes = 0

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes
  }

  /** Returns the lines that end in this chunk. */
  *push(chunk: Buffer): Generator<InputLine> {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end))
      yield this.#take()
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
  }

  /** Returns the last line if it had no line break. */
  *end(): Generator<InputLine> {
    if (this.#bytes > 0) yield this.#take()
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes > this.#maxLineBytes) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  #take(): InputLine {
    const isTooLong = this.#bytes > this.#maxLineBytes
    const line = Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    return isTooLong
      ? {problem: 'too long'}
      : this.#decode(line.at(-1) === carriageReturn ? line.subarray(0, -1) : line)
  }

  #decode(line: Buffer): InputLine {
    try {
      return {text: this.#decoder.decode(line)}
    } catch {
      return {problem: 'not UTF-8'}
    }
  }
}
