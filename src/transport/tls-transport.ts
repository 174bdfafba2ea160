import type {SecureContextOptions, TLSSocket} from 'node:tls'
import {ChatctlError} from '../errors/index.js'
import type {Clock} from './clock.js'
import {fingerprintOf, type Credentials} from './credentials.js'
import {SocketTransport} from './socket-transport.js'
import type {SecureTransport} from './transport.js'

/** The major version of the protocol, agreed inside the handshake (RFC 7301). */
export const alpnProtocol = 'chatctl/1'

/** RFC 9266, section 2. */
const exporterLabel = 'EXPORTER-Channel-Binding'
const exporterBytes = 32

/** What both ends ask of TLS. Certificates are self-signed: admission decides whom to believe, not a chain. */
export function tlsOptions({key, certificate}: Credentials): SecureContextOptions {
  return {
    key,
    cert: certificate,
    // Without an empty list all the authorities of the web are read first, for which starting takes 60 ms longer.
    ca: [],
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    // The fastest first, where the processor knows AES.
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  }
}

/** A transport over one TLS connection whose handshake is done. */
export class TlsTransport extends SocketTransport implements SecureTransport {
  readonly peerFingerprint: string
  readonly #socket: TLSSocket

  constructor(socket: TLSSocket, peerFingerprint: string, clock?: Clock) {
    super(socket, clock)
    this.#socket = socket
    this.peerFingerprint = peerFingerprint
  }

  exporter(): Buffer {
    return this.#socket.exportKeyingMaterial(exporterBytes, exporterLabel, Buffer.alloc(0))
  }
}

/**
 * Makes a transport of a socket that has just finished its handshake.
 * @throws ChatctlError `not-chatctl` when what was agreed is not what chatctl speaks
 */
export function secureTransport(socket: TLSSocket, clock: Clock): TlsTransport {
  const certificate = socket.getPeerX509Certificate()
  if (socket.alpnProtocol !== alpnProtocol)
    throw new ChatctlError('not-chatctl', 'the other side speaks another protocol')
  if (certificate === undefined) throw new ChatctlError('not-chatctl', 'the other side showed no certificate')
  // A ticket shows the certificate of an earlier handshake, without a proof that its key is there now.
  if (socket.isSessionReused()) throw new ChatctlError('not-chatctl', 'the other side resumed an earlier session')
  return new TlsTransport(socket, fingerprintOf(certificate), clock)
}
