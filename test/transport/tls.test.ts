import {once} from 'node:events'
import {createServer as createHttpServer, get} from 'node:http'
import {connect as connectTcp, createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import {networkInterfaces} from 'node:os'
import {connect as connectTls, createServer as createTlsServer, type ConnectionOptions, type TlsOptions} from 'node:tls'
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import type {Identity} from '../../src/security/identity.js'
import type {Arrival} from '../../src/transport/arrival.js'
import {dial} from '../../src/transport/tls-dialer.js'
import {handshakeDeadlineMs} from '../../src/transport/handshakes.js'
import {listen, type Listener, type ListenOptions} from '../../src/transport/tls-listener.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {tlsPair, twoIdentities} from '../helpers/transport-pair.js'
import {eventLoopTurns, until} from '../helpers/until.js'

let dialler: Identity
let listening: Identity

beforeAll(async () => {
  ;[dialler, listening] = await twoIdentities()
})

const loopback = '127.0.0.1'

/** Dials as chatctl does; the transport is gone after the test. */
async function dialTo(port: number, host = loopback, timeoutMs = 60_000): Promise<SecureTransport> {
  const transport = await dial({host, port, credentials: dialler, timeoutMs})
  onTestFinished(() => transport.destroy())
  return transport
}

/** A port on loopback that answers each connection in its own way. */
async function serve(server: Server, onConnection: (socket: Socket) => void = () => undefined): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined)
    sockets.add(socket)
    onConnection(socket)
  })
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  server.listen(0, loopback)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe('a TLS connection', () => {
  it('gives both ends the same exporter, and each the name of the other device', async () => {
    const {a, b} = await tlsPair()
    expect(a.exporter()).toHaveLength(32)
    expect(a.exporter()).toEqual(b.exporter())
    expect([a.peerFingerprint, b.peerFingerprint]).toEqual([listening.fingerprint, dialler.fingerprint])
  })

  it('gives every connection another exporter', async () => {
    const [one, other] = [await tlsPair(), await tlsPair()]
    expect(one.a.exporter()).not.toEqual(other.a.exporter())
  })
})

describe('dialling', () => {
  it('is refused where nobody listens, and says so', async () => {
    // No port that was free a moment ago: another test may have it by now.
    await expect(dialTo(1)).rejects.toMatchObject({
      code: 'connection-refused',
      exitCode: 3,
      message: 'nobody is listening on 127.0.0.1:1 (connection refused)',
    })
  })

  it('ends after its time when the other side accepts and stays silent', async () => {
    const port = await serve(createServer())
    await expect(dialTo(port, loopback, 50)).rejects.toMatchObject({code: 'connection-timeout', exitCode: 3})
  })

  it('ends at once when it is called off', async () => {
    const port = await serve(createServer())
    const controller = new AbortController()
    const dialling = dial({host: loopback, port, credentials: dialler, timeoutMs: 60_000, signal: controller.signal})
    setImmediate(() => controller.abort())
    await expect(dialling).rejects.toMatchObject({name: 'AbortError'})
  })

  it('names a host that does not exist', async () => {
    await expect(dialTo(5000, 'no-such-host.invalid')).rejects.toMatchObject({code: 'host-not-found', exitCode: 3})
  })

  it.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('reports a cut when the other side %s at once', async (_, act) => {
    const port = await serve(createServer(), act)
    await expect(dialTo(port)).rejects.toMatchObject({code: 'connection-cut', exitCode: 3})
  })

  it('recognises an HTTP server as something else', async () => {
    const port = await serve(createHttpServer((_, response) => response.end()))
    await expect(dialTo(port)).rejects.toMatchObject({code: 'not-chatctl', exitCode: 7})
  })

  it('recognises a banner in plain text as something else', async () => {
    const port = await serve(createServer(), socket => socket.write('220 mail.example ESMTP ready\r\n'))
    await expect(dialTo(port)).rejects.toMatchObject({code: 'not-chatctl', exitCode: 7})
  })

  it.each<[string, TlsOptions]>([
    ['of another protocol', {ALPNProtocols: ['h2']}],
    ['without a protocol', {}],
    ['of TLS 1.2 only', {ALPNProtocols: ['chatctl/1'], maxVersion: 'TLSv1.2'}],
  ])('recognises a TLS server %s as something else', async (_, options) => {
    const server = createTlsServer({key: listening.key, cert: listening.certificate, ...options})
    server.on('tlsClientError', () => undefined)
    const port = await serve(server)
    await expect(dialTo(port)).rejects.toMatchObject({code: 'not-chatctl', exitCode: 7})
  })
})

/** A listener that remembers what became of its clients. */
interface Observed {
  readonly listener: Listener
  readonly arrivals: Arrival[]
  readonly left: Arrival[]
  readonly transports: SecureTransport[]
  readonly rejected: Error[]
}

async function observe(options: Partial<ListenOptions> = {}): Promise<Observed> {
  const arrivals: Arrival[] = []
  const left: Arrival[] = []
  const transports: SecureTransport[] = []
  const rejected: Error[] = []
  const listener = await listen({
    port: 0,
    bind: loopback,
    credentials: listening,
    watch: {arrived: arrival => arrivals.push(arrival), left: arrival => left.push(arrival)},
    onTransport: transport => transports.push(transport),
    onRejected: error => rejected.push(error),
    ...options,
  })
  onTestFinished(() => {
    listener.close()
    for (const transport of transports) transport.destroy()
  })
  return {listener, arrivals, left, transports, rejected}
}

/** Connects as another TLS client would; resolves when the server has closed it. */
function isTurnedAway(port: number, options: ConnectionOptions): Promise<void> {
  const client = connectTls({host: loopback, port, rejectUnauthorized: false, ...options})
  client.on('error', () => undefined)
  client.resume()
  return new Promise(resolve => client.once('close', () => resolve()))
}

const hasIPv6 = Object.values(networkInterfaces()).some(addresses => addresses?.some(({address}) => address === '::1'))

describe('listening', () => {
  it.skipIf(!hasIPv6)('takes any free port for 0, and both families when no address is given', async () => {
    const {listener, transports} = await observe({bind: undefined})
    await dialTo(listener.port, '127.0.0.1')
    await dialTo(listener.port, '::1')
    await until(() => transports.length === 2)
    expect(transports.map(({remoteAddress}) => remoteAddress)).toEqual(['127.0.0.1', '::1'])
  })

  it('says that a port is taken', async () => {
    const {listener} = await observe()
    const {port} = listener
    await expect(observe({port})).rejects.toMatchObject({
      code: 'port-in-use',
      exitCode: 3,
      message: `port ${port} is already in use`,
    })
  })

  it('says that an address is not its own', async () => {
    await expect(observe({bind: '192.0.2.1'})).rejects.toMatchObject({code: 'cannot-listen', exitCode: 3})
  })

  it('frees the port and drops who is not through when it is closed, and keeps who is', async () => {
    const {listener, arrivals, transports} = await observe()
    const transport = await dialTo(listener.port)
    await until(() => transports.length === 1)
    const silent = connectTcp(listener.port, loopback)
    await until(() => arrivals.length === 2)
    listener.close()
    silent.resume()
    await once(silent, 'close')
    await observe({port: listener.port})
    const received: string[] = []
    transports[0]!.onData = bytes => received.push(bytes.toString())
    transport.write([Buffer.from('still here')])
    await until(() => received.length === 1)
  })

  it.each<[string, () => ConnectionOptions]>([
    ['of another protocol', () => ({ALPNProtocols: ['h2'], key: dialler.key, cert: dialler.certificate})],
    ['without a protocol', () => ({key: dialler.key, cert: dialler.certificate})],
    ['without a certificate', () => ({ALPNProtocols: ['chatctl/1']})],
    [
      'of TLS 1.2',
      () => ({ALPNProtocols: ['chatctl/1'], maxVersion: 'TLSv1.2', key: dialler.key, cert: dialler.certificate}),
    ],
  ])('turns away a TLS client %s', async (_, options) => {
    const {listener, transports, rejected, left} = await observe()
    await isTurnedAway(listener.port, options())
    await until(() => rejected.length === 1 && left.length === 1)
    expect(transports).toEqual([])
  })

  it('turns away a client that resumes an earlier session', async () => {
    const {listener, transports, rejected} = await observe()
    const options = {ALPNProtocols: ['chatctl/1'], key: dialler.key, cert: dialler.certificate}
    const first = connectTls({host: loopback, port: listener.port, rejectUnauthorized: false, ...options})
    first.resume()
    const [session] = (await once(first, 'session')) as [Buffer]
    first.destroy()
    await isTurnedAway(listener.port, {...options, session})
    await until(() => rejected.length === 1)
    expect(rejected[0]).toMatchObject({message: 'the other side resumed an earlier session'})
    expect(transports).toHaveLength(1)
  })

  it('turns away an HTTP client', async () => {
    const {listener, rejected} = await observe()
    const request = get({host: loopback, port: listener.port})
    await expect(once(request, 'response')).rejects.toThrow()
    await until(() => rejected.length === 1)
  })

  it.each([
    ['says nothing', '', {code: 'connection-timeout'}],
    ['talks in plain text', 'hello?\n', {code: expect.stringMatching(/^ERR_SSL/) as string}],
    ['stops in the middle of a TLS record', '\x16\x03\x01\x02\x00\x01\x00\x01', {code: 'connection-timeout'}],
  ])('drops a client that %s', async (_, words, reason) => {
    const clock = new FakeClock()
    const {listener, left, rejected} = await observe({clock})
    const client = connectTcp(listener.port, loopback)
    client.on('error', () => undefined)
    client.resume()
    client.write(words)
    await until(() => clock.waiting === 1 || rejected.length === 1)
    await eventLoopTurns(10)
    clock.advance(handshakeDeadlineMs)
    await until(() => client.destroyed && left.length === 1)
    // Node's own limit would drop it too, after two minutes.
    expect(rejected).toMatchObject([reason])
    expect(clock.waiting).toBe(0)
  })

  it('tells how far a client has come, from its first byte on', async () => {
    const {listener, arrivals, transports} = await observe()
    const client = connectTcp(listener.port, loopback)
    onTestFinished(() => void client.destroy())
    await until(() => arrivals.length === 1)
    expect(arrivals[0]).toMatchObject({stage: 'silent', remoteAddress: loopback})
    client.write('\x16\x03\x01')
    await until(() => arrivals[0]!.stage === 'handshaking')
    await dialTo(listener.port)
    await until(() => transports.length === 1)
    expect(arrivals[1]!.stage).toBe('secured')
  })

  it('lets who watches close an arrival at any moment', async () => {
    const {listener, arrivals, left} = await observe()
    const client = connectTcp(listener.port, loopback)
    client.resume()
    await until(() => arrivals.length === 1)
    arrivals[0]!.destroy()
    await until(() => client.destroyed && left.length === 1)
    expect(left).toEqual(arrivals)
  })

  it('survives a reset after any number of bytes of the handshake', async () => {
    const {listener, arrivals, left} = await observe()
    const hello = await recordClientHello()
    for (let length = 0; length <= hello.length; length += 7) {
      const client = connectTcp(listener.port, loopback)
      client.on('error', () => undefined)
      await once(client, 'connect')
      client.write(hello.subarray(0, length), () => client.resetAndDestroy())
    }
    await until(() => left.length === arrivals.length && left.length > 10)
    await dialTo(listener.port)
  })
})

/** The first bytes that chatctl sends. */
async function recordClientHello(): Promise<Buffer> {
  let hello = Buffer.alloc(0)
  const port = await serve(createServer(), socket => {
    socket.once('data', bytes => {
      hello = bytes
      socket.destroy()
    })
  })
  await expect(dialTo(port)).rejects.toMatchObject({code: 'connection-cut'})
  return hello
}
