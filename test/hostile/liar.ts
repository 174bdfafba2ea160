import type {FrameName} from '../../src/protocol/frame.js'
import {WirePeer} from '../helpers/wire-peer.js'
import {rawFrame, type RawHeader} from './raw-frame.js'

const recordBytes = 16 * 1024

/** A message as it came. */
export type Heard = Record<string, unknown> & {type: string}

/** One end of a session that does what a test wants, frame by frame. What it says is numbered, unless it says how. */
export class Liar extends WirePeer {
  #said = 0

  /** Sends messages in order: objects as JSON, text and bytes as they are. */
  say(...messages: unknown[]): this {
    for (const message of messages) this.frame('message', message, {number: ++this.#said})
    return this
  }

  /** Sends one message in parts of the wrong or the right size. */
  sayInParts(parts: readonly Buffer[], isComplete = true): void {
    parts.forEach((part, index) => {
      const flags = isComplete && index === parts.length - 1 ? 0 : 1
      this.frame('message', part, {number: ++this.#said, flags})
    })
  }

  /** Sends a frame whose header says anything at all. */
  frame(name: FrameName, payload?: unknown, header?: Partial<RawHeader>): this {
    this.sendRaw(rawFrame(name, payload, header))
    return this
  }

  /** Sends so many frames, in pieces of the size that a record of TLS has. */
  flood(
    count: number,
    name: FrameName,
    make: (number: number) => [payload: unknown, header?: Partial<RawHeader>],
  ): void {
    const frames = Array.from({length: count}, (_, index) => rawFrame(name, ...make(index + 1)))
    const bytes = Buffer.concat(frames)
    for (let start = 0; start < bytes.length; start += recordBytes)
      this.sendRaw(bytes.subarray(start, start + recordBytes))
  }

  /** The messages of one type that came. */
  heard(type: string): Heard[] {
    const parts = this.all('message').map(({payload}) => String(payload))
    return parts.map(part => JSON.parse(part) as Heard).filter(message => message.type === type)
  }

  /** The reasons given for channels that were reset. */
  get resets(): string[] {
    return this.all('reset').map(({payload}) => (JSON.parse(String(payload)) as {code: string}).code)
  }
}
