import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {connect as connectTls, type TLSSocket} from 'node:tls'
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {encodeFrame} from '../../src/protocol/frame-encoder.js'
import {admissionDeadlineMs} from '../../src/security/admission.js'
import {encodeHello} from '../../src/security/hello.js'
import type {Identity} from '../../src/security/identity.js'
import {handshakeDeadlineMs} from '../../src/transport/handshakes.js'
import {admittingHost, join} from '../helpers/admitting-host.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {newIdentity} from '../helpers/device.js'
import {until} from '../helpers/until.js'

const loopback = '127.0.0.1'

let joiner: Identity
let host: Identity
let mallory: Identity

beforeAll(async () => {
  ;[joiner, host, mallory] = await Promise.all([newIdentity(), newIdentity(), newIdentity()])
})

/** Whatever comes of a socket is for the test to look at; it is closed behind it. */
function quiet<T extends Socket>(socket: T): T {
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  socket.resume()
  return socket
}

async function knock(port: number): Promise<Socket> {
  const socket = quiet(connect(port, loopback))
  await once(socket, 'connect')
  return socket
}

async function shakeHands(port: number): Promise<TLSSocket> {
  const {key, certificate: cert} = mallory
  const socket = quiet(
    connectTls({host: loopback, port, key, cert, rejectUnauthorized: false, ALPNProtocols: ['chatctl/1']}),
  )
  await once(socket, 'secureConnect')
  return socket
}

/** A way to a host that is reset at both ends behind the first bytes of the client; counts what the client sent. */
async function resettingProxy(target: number) {
  let left = Infinity
  let passed = 0
  const server = createServer(near => {
    const far = quiet(connect(target, loopback))
    quiet(near).on('data', (bytes: Buffer) => {
      const piece = bytes.subarray(0, left)
      left -= piece.length
      passed += piece.length
      far.write(piece, () => {
        if (left > 0) return
        far.resetAndDestroy()
        near.resetAndDestroy()
      })
    })
    far.pipe(near)
    if (left === 0) far.on('connect', () => [near, far].map(socket => socket.resetAndDestroy()))
  })
  server.listen(0, loopback)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const limit = (bytes: number): void => {
    left = bytes
    passed = 0
  }
  return {port: (server.address() as AddressInfo).port, limit, passed: () => passed}
}

/** All bytes with which a client begins. */
async function clientHello(): Promise<Buffer> {
  const server = createServer()
  server.listen(0, loopback)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const came = once(server, 'connection')
  quiet(connectTls({host: loopback, port: (server.address() as AddressInfo).port, ALPNProtocols: ['chatctl/1']}))
  const [socket] = (await came) as [Socket]
  const [bytes] = (await once(quiet(socket), 'data')) as [Buffer]
  return bytes
}

describe('a host whose clients are reset', () => {
  it('at any byte between the first and the READY, admits the next as if nothing had been', async () => {
    const {port: target, outcomes} = await admittingHost(host)
    const {port, limit, passed} = await resettingProxy(target)
    await join(port, joiner)
    await until(() => outcomes.length === 1)
    const total = passed()
    expect(total).toBeGreaterThan(500)
    // The client's signature may be a few bytes shorter next time: what is cut behind that would be whole.
    const least = total - 8
    // A step that no length of a record divides, and the last bytes one by one.
    const cuts = Array.from({length: least}, (_, bytes) => bytes).filter(bytes => bytes % 23 === 0 || bytes > least - 8)
    for (const bytes of cuts) {
      limit(bytes)
      await expect(join(port, joiner)).rejects.toThrow()
    }
    limit(Infinity)
    const before = outcomes.filter(outcome => outcome === 'code').length
    expect((await join(port, joiner)).admittedBy).toBe('code')
    await until(() => outcomes.filter(outcome => outcome === 'code').length === before + 1)
    expect(outcomes.filter(outcome => outcome !== 'code' && outcome !== 'connection-cut')).toEqual([])
  })

  it('at any byte of their first record, loses no socket', async () => {
    const {port, rejected} = await admittingHost(host)
    const bytes = await clientHello()
    for (let count = 0; count <= bytes.length; count++) {
      const socket = await knock(port)
      if (count > 0) socket.write(bytes.subarray(0, count))
      socket.resetAndDestroy()
    }
    expect((await join(port, joiner)).admittedBy).toBe('code')
    // One that was reset before it was looked at never was.
    await until(() => rejected.length > bytes.length / 2)
  })
})

describe('a host among clients that are slow', () => {
  it('gives each handshake its time, however busily its bytes drip', async () => {
    const clock = new FakeClock()
    const {port, rejected} = await admittingHost(host, clock)
    const bytes = await clientHello()
    const socket = await knock(port)
    socket.write(bytes.subarray(0, 1))
    await until(() => clock.waiting === 1)
    for (let second = 1; second * 1000 < handshakeDeadlineMs; second++) {
      clock.advance(1000)
      socket.write(bytes.subarray(second, second + 1))
    }
    expect(socket.destroyed).toBe(false)
    clock.advance(1000)
    await until(() => socket.destroyed)
    expect(rejected).toMatchObject([{code: 'connection-timeout'}])
    expect(clock.waiting).toBe(0)
  })

  it('gives each admission its time, however busily its bytes drip', async () => {
    const clock = new FakeClock()
    const {port, outcomes, transports} = await admittingHost(host, clock)
    const socket = await shakeHands(port)
    await until(() => transports.length === 1)
    const bytes = Buffer.concat(encodeFrame('hello', encodeHello({known: false})))
    for (let second = 0; second * 1000 < admissionDeadlineMs; second++) {
      socket.write(bytes.subarray(second, second + 1))
      clock.advance(1000)
    }
    await until(() => outcomes.length === 1)
    expect(outcomes).toEqual(['connection-timeout'])
    // Who does not even read its goodbye is not waited for either.
    clock.advance(60_000)
    await until(() => socket.destroyed)
    expect(clock.waiting).toBe(0)
  })

  it('has a place for the honest while two hundred stop in the middle of their handshake', async () => {
    const {port, outcomes} = await admittingHost(host)
    const bytes = await clientHello()
    const halves = await Promise.all(Array.from({length: 200}, () => knock(port)))
    for (const [index, socket] of halves.entries()) socket.write(bytes.subarray(0, 1 + (index % bytes.length)))
    expect((await join(port, joiner)).admittedBy).toBe('code')
    await until(() => outcomes.includes('code'))
    await until(() => halves.filter(({destroyed}) => destroyed).length >= 200 - 64)
  })

  it('has a place for the honest while a hundred have shaken hands and say nothing', async () => {
    const {port, outcomes} = await admittingHost(host)
    const silent = await Promise.all(Array.from({length: 100}, () => shakeHands(port).catch(() => undefined)))
    expect((await join(port, joiner)).admittedBy).toBe('code')
    await until(() => outcomes.includes('code'))
    await until(() => silent.filter(socket => socket?.destroyed !== false).length >= 100 - 64)
  })
})
