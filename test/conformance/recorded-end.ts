import type {Role} from '../../src/session/channels.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {secureMemoryPair} from '../helpers/admission.js'
import {until} from '../helpers/until.js'
import {bytesOf, type RecordedWrite} from './transcript.js'

/** The end that is not played: it says what was recorded as soon as it has heard what came before that. */
export class RecordedEnd {
  /** What the end that is played has written. */
  wrote = Buffer.alloc(0)
  /** What it should have written so far. */
  recorded = Buffer.alloc(0)
  readonly #playing: Role
  #transport: SecureTransport | undefined
  #left: RecordedWrite[] = []

  constructor(playing: Role) {
    this.#playing = playing
  }

  /** Whether what it has heard is not as it was recorded. */
  get hasHeardWrong(): boolean {
    const bytes = Math.min(this.wrote.length, this.recorded.length)
    return !this.wrote.subarray(0, bytes).equals(this.recorded.subarray(0, bytes))
  }

  /** Is at the other end of a new connection. */
  connect() {
    const pair = secureMemoryPair()
    this.#transport = this.#playing === 'host' ? pair.joiner : pair.host
    this.#transport.onData = bytes => {
      this.wrote = Buffer.concat([this.wrote, bytes])
      this.#goOn()
    }
    return pair
  }

  /** Resolves when all was said and heard, or something else was heard. */
  async play(writes: RecordedWrite[]): Promise<void> {
    this.#left = [...writes]
    this.#goOn()
    await until(() => (this.#left.length === 0 && this.#hasHeardAll) || this.hasHeardWrong)
  }

  get #hasHeardAll(): boolean {
    return this.wrote.length >= this.recorded.length
  }

  #goOn(): void {
    while (this.#left.length > 0 && this.#hasHeardAll) {
      const write = this.#left.shift()!
      if (write.from === this.#playing) this.recorded = Buffer.concat([this.recorded, bytesOf(write)])
      else this.#transport?.write([bytesOf(write)])
    }
  }
}
