import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {SocketTransport} from '../../src/transport/socket-transport.js'
import {dial} from '../../src/transport/tls-dialer.js'
import {listen} from '../../src/transport/tls-listener.js'
import type {Transport} from '../../src/transport/transport.js'
import {testCredentials} from './test-credentials.js'

/** Two joined transports of one kind, and how to pull the plug between them. */
export interface TransportPair {
  host: Transport
  joiner: Transport
  cut(): void
}

/** Every kind of transport that a session runs over. */
export const transportKinds: Record<string, () => Promise<TransportPair>> = {
  memory: () => {
    const pair = memoryPair()
    return Promise.resolve({host: pair.a, joiner: pair.b, cut: () => pair.cut()})
  },
  tcp: tcpPair,
  tls: tlsPair,
}

async function tcpPair(): Promise<TransportPair> {
  const server = createServer({noDelay: true})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const accepted = new Promise<Socket>(resolve => server.once('connection', resolve))
  const socket = connect({port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true})
  const host = await accepted
  server.close()
  return {
    host: new SocketTransport(host),
    joiner: new SocketTransport(socket),
    cut: () => {
      host.resetAndDestroy()
      socket.resetAndDestroy()
    },
  }
}

async function tlsPair(): Promise<TransportPair> {
  const credentials = await testCredentials()
  let accept: (transport: Transport) => void = () => undefined
  const accepted = new Promise<Transport>(resolve => (accept = resolve))
  const listener = await listen({port: 0, bind: '127.0.0.1', credentials, onTransport: accept})
  const joiner = await dial({host: '127.0.0.1', port: listener.port, credentials, timeoutMs: 60_000})
  const host = await accepted
  listener.close()
  return {
    host,
    joiner,
    cut: () => {
      host.destroy()
      joiner.destroy()
    },
  }
}
