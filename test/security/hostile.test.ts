import {X509Certificate} from 'node:crypto'
import {once} from 'node:events'
import {get} from 'node:http'
import {connect as connectTcp, createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import {connect as connectTls, createServer as createTlsServer, type TLSSocket} from 'node:tls'
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {encodeFrame} from '../../src/protocol/frame-encoder.js'
import {seekAdmission} from '../../src/security/admission.js'
import {encodeHello} from '../../src/security/hello.js'
import type {Identity} from '../../src/security/identity.js'
import {dial} from '../../src/transport/tls-dialer.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {joinerOptions, outcomeOf, rightCode} from '../helpers/admission.js'
import {admittingHost, join} from '../helpers/admitting-host.js'
import {newIdentity} from '../helpers/device.js'
import {eventLoopTurns, until} from '../helpers/until.js'

let joiner: Identity
let host: Identity
let mallory: Identity

beforeAll(async () => {
  ;[joiner, host, mallory] = await Promise.all([newIdentity(), newIdentity(), newIdentity()])
})

/** Whatever is begun in a test is closed behind it. */
function closeAfterwards<T extends Socket>(socket: T): T {
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  return socket
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A TLS server that looks like a host from outside, and treats each joiner as it likes. */
function falseHost(treat: (socket: TLSSocket) => void): Promise<number> {
  const options = {key: mallory.key, cert: mallory.certificate, requestCert: true, rejectUnauthorized: false}
  const server = createTlsServer({...options, ALPNProtocols: ['chatctl/1']})
  server.on('secureConnection', socket => treat(closeAfterwards(socket)))
  return portOf(server)
}

/** A TLS client that looks like a joiner from outside. */
async function falseJoiner(port: number): Promise<TLSSocket> {
  const options = {key: mallory.key, cert: mallory.certificate, rejectUnauthorized: false}
  const socket = closeAfterwards(connectTls({host: '127.0.0.1', port, ...options, ALPNProtocols: ['chatctl/1']}))
  await once(socket, 'secureConnect')
  return socket
}

/** Stands between a joiner and a host as each one's other end; returns its port and all that it could read. */
async function relay(hostPort: number): Promise<{port: number; read: Buffer[]}> {
  const read: Buffer[] = []
  const port = await falseHost(near => {
    void falseJoiner(hostPort).then(far => {
      near.on('data', (bytes: Buffer) => read.push(bytes))
      far.on('data', (bytes: Buffer) => read.push(bytes))
      near.pipe(far).pipe(near)
    })
  })
  return {port, read}
}

describe('somebody in the middle', () => {
  it('gets nothing by ending TLS on both sides, though both people have typed the right code', async () => {
    const {port: hostPort, outcomes} = await admittingHost(host)
    const {port} = await relay(hostPort)
    await expect(join(port, joiner)).rejects.toMatchObject({code: 'wrong-code', exitCode: 4})
    await until(() => outcomes.length === 1)
    expect(outcomes).toEqual(['wrong-code'])
  })

  it('cannot even show a later joiner what it has heard', async () => {
    const {port: hostPort} = await admittingHost(host)
    const {port, read} = await relay(hostPort)
    await expect(join(port, joiner)).rejects.toThrow()
    await expect(join(port, joiner)).rejects.toThrow()
    const shares = read.filter(bytes => bytes[0] === 2).map(bytes => bytes.subarray(16, 48).toString('hex'))
    expect(shares.length).toBeGreaterThanOrEqual(4)
    expect(new Set(shares).size).toBe(shares.length)
  })

  it('gets nothing by claiming to be open from somebody who has a code', async () => {
    const received: Buffer[] = []
    const port = await falseHost(socket => {
      socket.on('data', (bytes: Buffer) => received.push(bytes))
      for (const part of encodeFrame('hello', encodeHello({known: true, open: true}))) socket.write(part)
      for (const part of encodeFrame('ready', Buffer.alloc(0))) socket.write(part)
    })
    await expect(join(port, joiner)).rejects.toMatchObject({code: 'open-not-accepted', exitCode: 4})
    await expect(join(port, joiner, {acceptOpen: true})).rejects.toMatchObject({code: 'open-not-accepted'})
    await eventLoopTurns(10)
    const types = received.map(bytes => bytes[0])
    expect(types).not.toContain(2)
    expect(types).not.toContain(4)
  })

  it('proves nothing by sending back every byte', async () => {
    const port = await falseHost(socket => socket.pipe(socket))
    await expect(join(port, joiner)).rejects.toMatchObject({code: 'wrong-code', exitCode: 4})
  })

  it('proves nothing by sending back every byte but the HELLO and the share', async () => {
    const {port: hostPort} = await admittingHost(host)
    const port = await falseHost(near => {
      void falseJoiner(hostPort).then(far => {
        // Answers with the host's own HELLO and share, then with the joiner's tag in place of the host's.
        near.on('data', (bytes: Buffer) => (bytes[0] === 3 ? near.write(bytes) : far.write(bytes)))
        far.on('data', (bytes: Buffer) => near.write(bytes))
      })
    })
    await expect(join(port, joiner)).rejects.toMatchObject({code: 'wrong-code'})
  })
})

/** Passes bytes on without touching them; returns all that somebody who listens on the line has. */
async function tap(targetPort: number): Promise<{port: number; heard: () => Buffer}> {
  const heard: Buffer[] = []
  const server = createServer(near => {
    const far = closeAfterwards(connectTcp(targetPort, '127.0.0.1'))
    for (const socket of [closeAfterwards(near), far]) socket.on('data', (bytes: Buffer) => heard.push(bytes))
    near.pipe(far).pipe(near)
  })
  return {port: await portOf(server), heard: () => Buffer.concat(heard)}
}

describe('somebody on the line', () => {
  it('learns neither the code, nor anything of the proof, nor who is talking', async () => {
    const {port: hostPort} = await admittingHost(host)
    const {port, heard} = await tap(hostPort)
    await join(port, joiner)
    const line = heard()
    expect(line.length).toBeGreaterThan(1000)
    const publicKeys = [joiner, host].map(({certificate}) =>
      new X509Certificate(certificate).publicKey.export({type: 'spki', format: 'der'}).subarray(-64),
    )
    for (const secret of [rightCode, ...rightCode.split('-'), 'versions', 'known', ...publicKeys]) {
      expect(line.includes(secret)).toBe(false)
    }
  })

  it('would be heard by the same test if it saw plain text', async () => {
    const {port, heard} = await tap((await plainEcho()).port)
    const socket = closeAfterwards(connectTcp(port, '127.0.0.1'))
    socket.end(rightCode)
    await until(() => heard().includes(rightCode))
  })
})

describe('somebody who changes a byte on the line', () => {
  it('ends an admitted connection, with an error, and delivers nothing', async () => {
    const {port: hostPort, outcomes, transports} = await admittingHost(host)
    let isTampering = false
    const server = createServer(near => {
      const far = closeAfterwards(connectTcp(hostPort, '127.0.0.1'))
      closeAfterwards(near).on('data', (bytes: Buffer) => {
        if (isTampering) bytes[bytes.length - 1]! ^= 1
        far.write(bytes)
      })
      far.pipe(near)
    })
    const {transport} = await join(await portOf(server), joiner)
    await until(() => outcomes.length === 1)
    const closes: unknown[] = []
    transports[0]!.onData = () => expect.unreachable()
    transports[0]!.onClose = error => closes.push(error)
    isTampering = true
    transport.write([Buffer.from('tampered with')])
    await until(() => closes.length === 1)
    expect(closes[0]).toBeInstanceOf(Error)
  })
})

async function plainEcho(): Promise<{port: number}> {
  return {port: await portOf(createServer(socket => closeAfterwards(socket).pipe(socket)))}
}

describe('a host among strangers', () => {
  it('admits an honest joiner at once while two hundred sockets stay silent', async () => {
    const {port, outcomes} = await admittingHost(host)
    const silent = Array.from({length: 200}, () => closeAfterwards(connectTcp(port, '127.0.0.1')))
    await Promise.all(silent.map(socket => once(socket, 'connect')))
    expect((await join(port, joiner)).admittedBy).toBe('code')
    await until(() => outcomes.length === 1)
    for (const socket of silent) socket.resume()
    await until(() => silent.filter(({destroyed}) => destroyed).length >= 200 - 64)
  })

  it('goes on after a visitor who talks in plain text, and one who speaks HTTP', async () => {
    const {port, rejected} = await admittingHost(host)
    closeAfterwards(connectTcp(port, '127.0.0.1')).write('hello? is anybody there?\r\n\r\n')
    await expect(once(get({host: '127.0.0.1', port}), 'response')).rejects.toThrow()
    await until(() => rejected.length === 2)
    expect((await join(port, joiner)).admittedBy).toBe('code')
  })

  it.each([
    ['a hello of 4 GiB', [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]],
    ['a hello of 513 bytes', [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1]],
    ['a message before admission', [32, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['a frame of no known type', [99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('turns away %s at its header, before any of its payload', async (_, header) => {
    const {port, outcomes} = await admittingHost(host)
    const socket = await falseJoiner(port)
    socket.resume()
    socket.write(Buffer.from(header))
    await until(() => outcomes.length === 1)
    expect(outcomes).toEqual(['protocol-violation'])
    for (let count = 0; count < 64 && !socket.destroyed; count++) {
      socket.write(Buffer.alloc(64 * 1024))
      await eventLoopTurns(1)
    }
    await until(() => socket.destroyed)
  })

  it('turns away a joiner that says READY without a proof', async () => {
    const {port, outcomes} = await admittingHost(host)
    const socket = await falseJoiner(port)
    for (const part of encodeFrame('hello', encodeHello({known: true}))) socket.write(part)
    for (const part of encodeFrame('ready', Buffer.alloc(0))) socket.write(part)
    await until(() => outcomes.length === 1)
    expect(outcomes).toEqual(['protocol-violation'])
  })

  it.each([
    ['is no point', Buffer.alloc(32, 255)],
    ['is the identity', Buffer.alloc(32)],
  ])('turns away a share that %s', async (_, share) => {
    const {port, outcomes} = await admittingHost(host)
    const socket = await falseJoiner(port)
    for (const part of encodeFrame('hello', encodeHello({known: false}))) socket.write(part)
    for (const part of encodeFrame('pake', share)) socket.write(part)
    await until(() => outcomes.length === 1)
    expect(outcomes).toEqual(['wrong-code'])
  })

  it('admits a joiner whose bytes come one at a time', async () => {
    const {port, outcomes} = await admittingHost(host)
    const transport = await dial({host: '127.0.0.1', port, credentials: joiner, timeoutMs: 60_000})
    onTestFinished(() => transport.destroy())
    const options = joinerOptions({ownFingerprint: joiner.fingerprint})
    expect(await outcomeOf(seekAdmission(byteByByte(transport), options))).toBe('code')
    await until(() => outcomes.length === 1)
  })

  it('lets nobody in when the connection is cut after any frame of the admission', async () => {
    const {port: hostPort, outcomes, rejected} = await admittingHost(host)
    for (const framesPassed of [0, 1, 2, 3]) {
      const transport = await dial({host: '127.0.0.1', port: hostPort, credentials: joiner, timeoutMs: 60_000})
      const seeking = outcomeOf(
        seekAdmission(cutAfter(transport, framesPassed), joinerOptions({ownFingerprint: joiner.fingerprint})),
      )
      expect(await seeking).toBe('connection-cut')
    }
    // Where nothing at all was sent, the host may not even have seen the end of the handshake.
    await until(() => outcomes.length + rejected.length === 4)
    expect(outcomes).toEqual(Array(outcomes.length).fill('connection-cut'))
    expect(outcomes.length).toBeGreaterThanOrEqual(3)
  })
})

/** The same transport, but every byte is written by itself. */
function byteByByte(transport: SecureTransport): SecureTransport {
  const write = transport.write.bind(transport)
  return Object.assign(transport, {
    write(buffers: readonly Uint8Array[]) {
      for (const byte of Buffer.concat(buffers)) write([Buffer.of(byte)])
    },
  })
}

/** The same transport, but it is gone when more than `count` frames are written. */
function cutAfter(transport: SecureTransport, count: number): SecureTransport {
  const write = transport.write.bind(transport)
  let written = 0
  return Object.assign(transport, {
    write(buffers: readonly Uint8Array[]) {
      if (written++ < count) write(buffers)
      else transport.destroy()
    },
  })
}
