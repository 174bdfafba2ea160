import type {Socket} from 'node:net'
import {createServer, type Server, type TLSSocket} from 'node:tls'
import {ChatctlError} from '../errors/index.js'
import {SocketArrival, type Arrival, type ArrivalWatch} from './arrival.js'
import {systemClock, type Clock} from './clock.js'
import type {Credentials} from './credentials.js'
import {alpnProtocol, secureTransport, tlsOptions} from './tls-transport.js'
import type {SecureTransport} from './transport.js'

/** How long a client may take from its first packet to the end of the TLS handshake. */
export const handshakeDeadlineMs = 5000

/** With what handshakes are made, and who hears of them. */
export interface HandshakeOptions {
  readonly credentials: Credentials
  /** Told of every socket from accept on, before a byte is read. */
  readonly watch?: ArrivalWatch | undefined
  /** Receives each client that has finished its handshake. */
  readonly onTransport: (transport: SecureTransport, arrival: Arrival) => void
  /** Told why a client got no further. */
  readonly onRejected?: ((error: Error, remoteAddress: string) => void) | undefined
  readonly clock?: Clock | undefined
}

/** A socket in its handshake. */
interface Waiting {
  readonly raw: Socket
  readonly arrival: Arrival
  readonly stopDeadline: () => void
}

/** Takes each accepted socket through its TLS handshake, within a deadline. */
export class Handshakes {
  readonly #options: HandshakeOptions
  readonly #clock: Clock
  readonly #tls: Server
  /** By the addresses of both ends: all that a TLS socket shares with the one below it. */
  readonly #waiting = new Map<string, Waiting>()

  constructor(options: HandshakeOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#tls = createServer({
      ...tlsOptions(options.credentials),
      ALPNProtocols: [alpnProtocol],
      requestCert: true,
      rejectUnauthorized: false,
    })
    this.#tls.on('secureConnection', socket => this.#handOver(socket))
    this.#tls.on('tlsClientError', (error, socket) => this.#reject(endsOf(socket), error))
  }

  receive(raw: Socket): void {
    // Already reset by the client.
    if (raw.remoteAddress === undefined) return void raw.destroy()
    const arrival = new SocketArrival(raw)
    const ends = endsOf(raw)
    const stopDeadline = this.#clock.setTimeout(() => this.#reject(ends, tooSlow()), handshakeDeadlineMs)
    raw.on('error', error => this.#reject(ends, error))
    raw.on('close', () => {
      this.#reject(ends, new ChatctlError('connection-cut', 'the client left during the handshake'))
      this.#options.watch?.left(arrival)
    })
    this.#waiting.set(ends, {raw, arrival, stopDeadline})
    this.#options.watch?.arrived(arrival)
    // Handing over an accepted socket this way is documented for tls.Server: limits apply before it reads a byte.
    this.#tls.emit('connection', raw)
  }

  close(): void {
    for (const {raw} of this.#waiting.values()) raw.destroy()
  }

  #handOver(socket: TLSSocket): void {
    const ends = endsOf(socket)
    const waiting = this.#waiting.get(ends)
    if (waiting === undefined) return void socket.destroy()
    let transport: SecureTransport
    try {
      transport = secureTransport(socket, this.#clock)
    } catch (error) {
      this.#reject(ends, error as Error)
      return
    }
    this.#waiting.delete(ends)
    waiting.stopDeadline()
    waiting.arrival.advance('secured')
    this.#options.onTransport(transport, waiting.arrival)
  }

  #reject(ends: string, error: Error): void {
    const waiting = this.#waiting.get(ends)
    if (waiting === undefined) return
    this.#waiting.delete(ends)
    waiting.stopDeadline()
    waiting.raw.destroy()
    this.#options.onRejected?.(error, waiting.arrival.remoteAddress)
  }
}

function endsOf({localAddress, localPort, remoteAddress, remotePort}: Socket): string {
  return [localAddress, localPort, remoteAddress, remotePort].join(' ')
}

function tooSlow(): ChatctlError {
  return new ChatctlError('connection-timeout', `no TLS handshake within ${handshakeDeadlineMs / 1000} s`)
}
