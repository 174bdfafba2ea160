import {connect as connectTcp, type Socket} from 'node:net'
import {connect as connectTls, type TLSSocket} from 'node:tls'
import {ChatctlError} from '../errors/index.js'
import {formatEndpoint} from './address.js'
import {systemClock, type Clock} from './clock.js'
import type {Credentials} from './credentials.js'
import {dialError} from './dial-error.js'
import {alpnProtocol, secureTransport, tlsOptions} from './tls-transport.js'
import type {SecureTransport} from './transport.js'

/** What a dial is asked to do. */
export interface DialOptions {
  /** An IPv4 or IPv6 address, with its zone if it has one, or a name. */
  readonly host: string
  readonly port: number
  readonly credentials: Credentials
  /** For the whole dial: looking up the name, connecting, and the TLS handshake. */
  readonly timeoutMs: number
  /** Gives up at once; the dial rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock | undefined
}

/**
 * Connects to a listener over TLS.
 * @throws ChatctlError `connection-refused`, `connection-timeout`, `connection-cut`, `host-unreachable`,
 * `host-not-found`, or `not-chatctl`
 */
export async function dial(options: DialOptions): Promise<SecureTransport> {
  const {host, port, timeoutMs, signal, clock = systemClock} = options
  const endpoint = formatEndpoint(host, port)
  signal?.throwIfAborted()
  const raw = connectTcp({host, port, noDelay: true})
  const stopDeadline = clock.setTimeout(() => raw.destroy(noAnswer(endpoint, timeoutMs)), timeoutMs)
  const abort = (): void => void raw.destroy(signal?.reason as Error)
  signal?.addEventListener('abort', abort)
  try {
    await connected(raw)
    const socket = await handshaken(raw, options.credentials)
    return secureTransport(socket, clock)
  } catch (error) {
    raw.destroy()
    signal?.throwIfAborted()
    throw dialError(error, endpoint)
  } finally {
    stopDeadline()
    signal?.removeEventListener('abort', abort)
  }
}

function connected(raw: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    raw.on('error', reject)
    raw.once('connect', resolve)
  })
}

/** Rejects with the error of either socket; one that only ends was cut by the other side. */
function handshaken(raw: Socket, credentials: Credentials): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      ...tlsOptions(credentials),
      socket: raw,
      ALPNProtocols: [alpnProtocol],
      rejectUnauthorized: false,
      // Whom one calls is nobody else's business.
      servername: '',
    })
    raw.on('error', reject)
    socket.on('error', reject)
    socket.once('close', () => reject(Object.assign(new Error('closed during the handshake'), {code: 'ECONNRESET'})))
    socket.once('secureConnect', () => resolve(socket))
  })
}

function noAnswer(endpoint: string, timeoutMs: number): ChatctlError {
  return new ChatctlError('connection-timeout', `no answer from ${endpoint} within ${timeoutMs / 1000} s`)
}
