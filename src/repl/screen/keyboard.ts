import type {Readable} from 'node:stream'
import {StringDecoder} from 'node:string_decoder'
import type {ShellClock} from '../shell-clock.js'
import {KeyDecoder, type Keystroke} from './key-decoder.js'

/** How long the rest of an escape sequence may take, over a slow line too: then it was the Esc key. */
const escapeTimeoutMs = 100

/** Listens to the keys of a terminal; `onEnd` is called when there is nobody to type any more. */
export class Keyboard {
  readonly #stdin: Readable
  readonly #clock: ShellClock
  readonly #onKeystroke: (keystroke: Keystroke) => void
  readonly #onEnd: () => void
  readonly #characters = new StringDecoder('utf8')
  readonly #keys = new KeyDecoder()
  #callOff: (() => void) | undefined

  constructor(
    stdin: Readable,
    listeners: {clock: ShellClock; onKeystroke: (keystroke: Keystroke) => void; onEnd: () => void},
  ) {
    this.#stdin = stdin
    this.#clock = listeners.clock
    this.#onKeystroke = listeners.onKeystroke
    this.#onEnd = listeners.onEnd
    stdin.on('data', this.#hear)
    stdin.on('end', this.#onEnd)
    stdin.on('error', this.#onEnd)
    stdin.resume()
  }

  /** Stops listening. */
  close(): void {
    this.#callOff?.()
    this.#stdin.off('data', this.#hear)
    this.#stdin.off('end', this.#onEnd)
    this.#stdin.off('error', this.#onEnd)
    this.#stdin.pause()
  }

  readonly #hear = (chunk: Buffer | string): void => {
    this.#callOff?.()
    this.#callOff = undefined
    this.#tell(this.#keys.push(this.#characters.write(Buffer.from(chunk))))
    if (this.#keys.isWaiting)
      this.#callOff = this.#clock.setTimeout(() => this.#tell(this.#keys.flush()), escapeTimeoutMs)
  }

  #tell(keystrokes: readonly Keystroke[]): void {
    for (const keystroke of keystrokes) this.#onKeystroke(keystroke)
  }
}
