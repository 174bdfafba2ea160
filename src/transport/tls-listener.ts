import {createServer, type AddressInfo} from 'node:net'
import {bindServer, type Binding} from './bind-server.js'
import {Handshakes, type HandshakeOptions} from './handshakes.js'

/** What a listener is asked to do. */
export interface ListenOptions extends HandshakeOptions, Binding {}

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
  await bindServer(server, options)
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
