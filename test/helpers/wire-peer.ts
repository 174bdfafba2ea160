import {FrameDecoder} from '../../src/protocol/frame-decoder.js'
import {encodeFrame, encodeJson, type FrameFields} from '../../src/protocol/frame-encoder.js'
import type {FrameHeader, FrameName} from '../../src/protocol/frame.js'
import type {Transport} from '../../src/transport/transport.js'

/** A frame that came. */
export interface SeenFrame extends FrameHeader {
  payload: Buffer
}

/** The other end of a transport, that says and sees frames, and obeys no rule. */
export class WirePeer {
  readonly seen: SeenFrame[] = []
  isClosed = false
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Begins to read, `rest` first: what came before. */
  read(rest: Buffer = Buffer.alloc(0)): this {
    const see = (header: FrameHeader, payload: Buffer): unknown => this.seen.push({...header, payload})
    const decoder = new FrameDecoder('open', {frame: see, chunk: (header, _, piece) => see(header, Buffer.from(piece))})
    this.#transport.onClose = () => (this.isClosed = true)
    decoder.push(rest)
    this.#transport.onData = bytes => void decoder.push(bytes)
    return this
  }

  /** Sends frames as one write. */
  send(...frames: [name: FrameName, payload?: unknown, fields?: FrameFields][]): void {
    this.#transport.write(frames.flatMap(([name, payload, fields]) => encodeFrame(name, toBytes(payload), fields)))
  }

  /** Sends any bytes. */
  sendRaw(bytes: Buffer): void {
    this.#transport.write([bytes])
  }

  /** Lets what comes lie where it is. */
  stopReading(): void {
    this.#transport.pause()
  }

  /** Goes away without a word. */
  cut(): void {
    this.#transport.destroy()
  }

  /** The frames of one type that came. */
  all(name: FrameName): SeenFrame[] {
    return this.seen.filter(frame => frame.name === name)
  }

  /** The reasons given in goaways that came. */
  get farewells(): string[] {
    return this.all('goaway').map(({payload}) => (JSON.parse(payload.toString()) as {code: string}).code)
  }
}

function toBytes(payload: unknown): Uint8Array {
  if (payload === undefined) return Buffer.alloc(0)
  return payload instanceof Uint8Array ? payload : encodeJson(payload)
}
