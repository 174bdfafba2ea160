import {createServer, type AddressInfo, type Server} from 'node:net'
import {ChatctlError} from '../errors/index.js'
import {formatEndpoint} from './address.js'
import {Handshakes, type HandshakeOptions} from './handshakes.js'

/** What a listener is asked to do. */
export interface ListenOptions extends HandshakeOptions {
  /** 0 takes any free port. */
  readonly port: number
  /** The one address to listen on; every interface, IPv4 and IPv6, if absent. */
  readonly bind?: string | undefined
}

/** A port that is being listened on. */
export interface Listener {
  readonly port: number
  /** Frees the port and drops every client that is not a transport yet. */
  close(): void
}

/**
 * Listens for TLS clients.
 * @throws ChatctlError `port-in-use`, or `cannot-listen`
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const handshakes = new Handshakes(options)
  const server = createServer({noDelay: true}, socket => handshakes.receive(socket))
  await bind(server, options)
  // A failed accept (no file descriptor left, say) costs one client, not the room.
  server.on('error', error => options.onRejected?.(error, ''))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      handshakes.close()
    },
  }
}

function bind(server: Server, {port, bind: host}: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(listenError(error, host, port)))
    server.listen({port, ...(host === undefined ? {} : {host})}, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

function listenError(cause: NodeJS.ErrnoException, host: string | undefined, port: number): ChatctlError {
  if (cause.code === 'EADDRINUSE') return new ChatctlError('port-in-use', `port ${port} is already in use`, {cause})
  const where = host === undefined ? `port ${port}` : formatEndpoint(host, port)
  return new ChatctlError('cannot-listen', `cannot listen on ${where} (${cause.code ?? cause.message})`, {cause})
}
