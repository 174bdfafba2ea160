import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {onTestFinished} from 'vitest'
import type {Identity} from '../../src/security/identity.js'
import type {Clock} from '../../src/transport/clock.js'
import {SocketTransport} from '../../src/transport/socket-transport.js'
import {dial} from '../../src/transport/tls-dialer.js'
import {listen} from '../../src/transport/tls-listener.js'
import type {SecureTransport, Transport} from '../../src/transport/transport.js'
import {newIdentity} from './device.js'

/** Two joined ends, gone after the test. */
export interface Pair<T extends Transport = Transport> {
  readonly a: T
  readonly b: T
}

/** Joins two plain TCP sockets on loopback. */
export async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer({noDelay: true}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const dialled = connect({port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true})
  const [[other]] = await Promise.all([accepted, once(dialled, 'connect')])
  server.close()
  onTestFinished(() => {
    dialled.destroy()
    other.destroy()
  })
  return [dialled, other]
}

/** Joins two transports over plain TCP. */
export async function tcpPair(clock?: Clock): Promise<Pair> {
  const [dialled, accepted] = await socketPair()
  return {a: new SocketTransport(dialled, clock), b: new SocketTransport(accepted, clock)}
}

let identities: Promise<[Identity, Identity]> | undefined

/** Two devices, made once for all tests of a file: who dials, and who listens. */
export function twoIdentities(): Promise<[Identity, Identity]> {
  identities ??= Promise.all([newIdentity(), newIdentity()])
  return identities
}

/** Joins two transports over TLS: `a` has dialled, `b` was listening. */
export async function tlsPair(clock?: Clock): Promise<Pair<SecureTransport>> {
  const [dialler, listening] = await twoIdentities()
  let accept: (transport: SecureTransport) => void
  const accepted = new Promise<SecureTransport>(resolve => (accept = resolve))
  const listener = await listen({
    port: 0,
    bind: '127.0.0.1',
    credentials: listening,
    onTransport: transport => accept(transport),
    clock,
  })
  const dialled = dial({host: '127.0.0.1', port: listener.port, credentials: dialler, timeoutMs: 60_000, clock})
  const [a, b] = await Promise.all([dialled, accepted])
  listener.close()
  onTestFinished(() => {
    a.destroy()
    b.destroy()
  })
  return {a, b}
}
