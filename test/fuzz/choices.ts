/** Reads an input as a row of choices; where it is at its end, each is the first. */
export class Choices {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get hasMore(): boolean {
    return this.#position < this.#bytes.length
  }

  byte(): number {
    return this.#bytes[this.#position++] ?? 0
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.byte() % list.length] ?? list[0]
  }

  /** At most 255 bytes, their number first. */
  bytes(): Buffer {
    const length = this.byte()
    return this.#take(length)
  }

  rest(): Buffer {
    return this.#take(this.#bytes.length)
  }

  /** The rest as text: well-formed from UTF-8, or any units of UTF-16 whatever. */
  text(): string {
    const encoding = this.pick(['utf8', 'utf16le'] as const)
    return this.rest().toString(encoding)
  }

  #take(length: number): Buffer {
    const start = Math.min(this.#position, this.#bytes.length)
    this.#position = start + length
    return this.#bytes.subarray(start, this.#position)
  }
}

/** An input that reads as this text. */
export function asText(text: string): Buffer {
  return text.isWellFormed()
    ? Buffer.concat([Buffer.of(0), Buffer.from(text)])
    : Buffer.concat([Buffer.of(1), Buffer.from(text, 'utf16le')])
}
