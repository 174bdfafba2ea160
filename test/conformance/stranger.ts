/*
 * A second joiner of chatctl/1, written from docs/protocol.md: it shares no line with the first. Whatever it needs
 * and the document does not say is a fault of the document.
 */
import {createHash, randomBytes, timingSafeEqual, X509Certificate} from 'node:crypto'
import {connect, type TLSSocket} from 'node:tls'
import {beginProof, type Tags} from './stranger-cpace.js'

const frameTypes = {
  hello: 1,
  pake: 2,
  confirm: 3,
  ready: 4,
  goaway: 5,
  attach: 16,
  attached: 17,
  ping: 18,
  pong: 19,
  ack: 20,
  message: 32,
  open: 48,
  credit: 49,
  chunk: 50,
  end: 51,
  reset: 52,
} as const

type FrameName = keyof typeof frameTypes

interface Frame {
  name: FrameName
  flags: number
  number: number
  channel: number
  payload: Buffer
}

/** A decoded JSON payload: its shape is what the document says. */
type Json = any // eslint-disable-line @typescript-eslint/no-explicit-any

interface Wanted {
  names: FrameName[]
  resolve: (frame: Frame) => void
  reject: (error: Error) => void
}

const headerBytes = 16
const windowBytes = 256 * 1024

/** A joiner that does one thing at a time. */
export class Stranger {
  readonly #socket: TLSSocket
  readonly #fingerprint: Buffer
  #bytes: Buffer = Buffer.alloc(0)
  #frames: Frame[] = []
  #wanted: Wanted | undefined
  #error: Error | undefined
  #lastSent = 0
  #parts: Buffer[] = []
  #nextChannel = 1

  private constructor(socket: TLSSocket, certificate: string) {
    this.#socket = socket
    this.#fingerprint = fingerprintOf(new X509Certificate(certificate))
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('error', (error: Error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('cut')))
  }

  /** "TLS": 1.3, a certificate on both ends, ALPN. */
  static dial(port: number, {key, cert}: {key: string; cert: string}): Promise<Stranger> {
    const options = {minVersion: 'TLSv1.3', ALPNProtocols: ['chatctl/1'], rejectUnauthorized: false} as const
    const socket = connect({host: '127.0.0.1', port, key, cert, ...options})
    return new Promise((resolve, reject) => {
      socket.once('error', (error: Error) => reject(error))
      socket.once('secureConnect', () => resolve(new Stranger(socket, cert)))
    })
  }

  /** "Admission", by a code. */
  async enter(code: string): Promise<void> {
    const ownHello = toJson({versions: [0, 0], known: false})
    this.#send('hello', ownHello)
    const hostHello = (await this.#next('hello')).payload
    const tags = await this.#prove(code, ownHello, hostHello)
    this.#send('confirm', tags.joiner)
    const {payload} = await this.#next('confirm')
    if (!timingSafeEqual(payload, tags.host)) throw new Error('wrong-code')
    this.#send('ready')
    await this.#next('ready')
  }

  /** "Attaching": returns the welcome. */
  async attach(nick: string): Promise<Json> {
    this.#send('attach', toJson({session: null, lastSeen: 0, purpose: 'talk', nick}))
    await this.#next('attached')
    return this.message('welcome')
  }

  /** "Messages": says one, in as many frames as it takes. */
  say(message: Json): void {
    const bytes = toJson(message)
    for (let start = 0; start < bytes.length; start += 65_536) {
      const flags = start + 65_536 < bytes.length ? 1 : 0
      this.#send('message', bytes.subarray(start, start + 65_536), {flags, number: ++this.#lastSent})
    }
  }

  /** The next message, which must be of this type. */
  async message(type: string): Promise<Json> {
    const {flags, number, payload} = await this.#next('message')
    this.#parts.push(payload)
    this.#send('ack', undefined, {number})
    if (flags === 1) return this.message(type)
    const message = fromJson(Buffer.concat(this.#parts.splice(0)))
    if (message.type !== type) throw new Error(`${String(message.type)} instead of ${type}`)
    return message
  }

  /** "Files": takes what an offer offers. */
  async receiveFile({transfer, bytes: size}: Json): Promise<Buffer> {
    this.say({type: 'accept', transfer})
    const {channel} = await this.#next('open')
    const pieces: Buffer[] = []
    const credit = (total: number) => this.#send('credit', undefined, {channel, number: total})
    credit(windowBytes)
    let received = 0
    let frame = await this.#next('chunk', 'end')
    for (; frame.name === 'chunk'; frame = await this.#next('chunk', 'end')) {
      pieces.push(frame.payload)
      received += frame.payload.length
      credit(received + windowBytes)
    }
    const file = Buffer.concat(pieces)
    const isWhole = file.length === size && sha256(file).toString('hex') === fromJson(frame.payload).sha256
    this.say(isWhole ? {type: 'verified', transfer} : {type: 'failed', transfer, code: 'digest-mismatch'})
    return file
  }

  /** "Files": offers one, and sends it under the receiver's credit. */
  async sendFile(name: string, file: Buffer): Promise<void> {
    const transfer = randomBytes(16).toString('hex')
    this.say({type: 'offer', transfer, name, bytes: file.length, files: 1, mediaType: 'application/octet-stream'})
    await this.message('accept')
    const channel = this.#nextChannel
    this.#nextChannel += 2
    this.#send('open', toJson({transfer}), {channel})
    let sent = 0
    while (sent < file.length) {
      const {number: granted} = await this.#next('credit')
      while (sent < Math.min(granted, file.length)) {
        const chunk = file.subarray(sent, Math.min(sent + 65_536, granted))
        this.#send('chunk', chunk, {channel, number: sent})
        sent += chunk.length
      }
    }
    this.#send('end', toJson({sha256: sha256(file).toString('hex')}), {channel, number: file.length})
    await this.message('verified')
  }

  /** "Goaway": says why, and closes. */
  leave(): void {
    this.#send('goaway', toJson({code: 'bye'}))
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** "CPace": what goes into it, and the exchange of shares. */
  async #prove(code: string, joinerHello: Buffer, hostHello: Buffer): Promise<Tags> {
    const exporter = this.#socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
    const hostFingerprint = fingerprintOf(this.#socket.getPeerX509Certificate()!)
    const proof = beginProof({code, exporter, hostFingerprint, joinerFingerprint: this.#fingerprint})
    this.#send('pake', proof.share)
    return proof.meet((await this.#next('pake')).payload, joinerHello, hostHello)
  }

  #next(...names: FrameName[]): Promise<Frame> {
    return new Promise((resolve, reject) => {
      this.#wanted = {names, resolve, reject}
      this.#serve()
    })
  }

  #serve(): void {
    if (this.#wanted === undefined) return
    const {names, resolve, reject} = this.#wanted
    const index = this.#frames.findIndex(({name}) => names.includes(name))
    if (index === -1 && this.#error === undefined) return
    this.#wanted = undefined
    if (index === -1) reject(this.#error!)
    else resolve(this.#frames.splice(index, 1)[0]!)
  }

  #fail(error: Error): void {
    this.#error ??= error
    this.#serve()
  }

  #read(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    for (let frame = this.#parse(); frame; frame = this.#parse()) this.#take(frame)
    this.#serve()
  }

  /** "Frames": the header byte by byte. */
  #parse(): Frame | undefined {
    const bytes = this.#bytes
    if (bytes.length < headerBytes) return undefined
    const end = headerBytes + bytes.readUInt32BE(12)
    if (bytes.length < end) return undefined
    this.#bytes = bytes.subarray(end)
    const name = (Object.keys(frameTypes) as FrameName[]).find(name => frameTypes[name] === bytes[0])
    if (name === undefined) throw new Error(`frame type ${bytes[0]}`)
    const [number, channel] = [bytes.readUIntBE(2, 6), bytes.readUInt32BE(8)]
    return {name, flags: bytes[1]!, number, channel, payload: bytes.subarray(headerBytes, end)}
  }

  #take(frame: Frame): void {
    if (frame.name === 'ping') this.#send('pong', frame.payload)
    else if (frame.name === 'goaway') this.#fail(new Error(String(fromJson(frame.payload).code)))
    else this.#frames.push(frame)
  }

  #send(name: FrameName, payload = Buffer.of() as Buffer, {flags = 0, number = 0, channel = 0} = {}): void {
    const header = Buffer.alloc(headerBytes)
    header[0] = frameTypes[name]
    header[1] = flags
    header.writeUIntBE(number, 2, 6)
    header.writeUInt32BE(channel, 8)
    header.writeUInt32BE(payload.length, 12)
    this.#socket.write(Buffer.concat([header, payload]))
  }
}

function fingerprintOf({publicKey}: X509Certificate): Buffer {
  return sha256(publicKey.export({type: 'spki', format: 'der'}))
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function toJson(value: Json): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function fromJson(bytes: Buffer): Json {
  return JSON.parse(bytes.toString())
}
