// One file over one stream, by a Node program that does nothing else, and that as fast as Node can: what chatctl can
// reach at most. Over TLS it is the ceiling of what is encrypted; over plain TCP it is what the link carries.
import {once} from 'node:events'
import {open} from 'node:fs/promises'
import {connect as connectTcp, createServer as createTcpServer} from 'node:net'
import {join} from 'node:path'
import {connect as connectTls, createServer as createTlsServer} from 'node:tls'
import {loadIdentity} from '../../build/security/identity.js'
import {keepYoungHeapSmall} from '../../build/cli/young-heap.js'
import {freePort, runToItsEnd, startJob} from '../processes.js'
import {inScope} from '../scope.js'

const bufferBytes = 512 * 1024
const maxHeldBytes = 4 * 1024 * 1024
const cipher = {minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256'}

/** The two streams, as processes of their own like everybody else. */
export async function nodePipeCarriers(defer, way, directory) {
  const home = join(directory, 'node-pipe')
  await loadIdentity(home)
  const carriers = []
  for (const [kind, name] of [
    ['tls', 'Node TLS pipe'],
    ['tcp', 'plain TCP stream'],
  ]) {
    const at = await freePort()
    const place = await way.reach(at)
    const carry = (source, into) =>
      inScope(async defer => {
        const path = join(into, 'piped')
        const program = [process.execPath, import.meta.filename]
        const given = {kind, home, path, source, address: way.address, at, ...place}
        const receiver = startJob(defer, [...way.atServer, ...program, 'receive', JSON.stringify(given)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        await receiver.line(/listening/)
        await runToItsEnd([...way.atClient, ...program, 'send', JSON.stringify(given)])
        await receiver.ended
        return path
      })
    carriers.push({name, kinds: ['file'], carry})
  }
  return carriers
}

if (process.argv[1] === import.meta.filename) {
  keepYoungHeapSmall()
  const [, , verb, given] = process.argv
  await {receive, send}[verb](JSON.parse(given))
}

/** Reads into one buffer while the other is on its way. */
async function send({kind, source, host, port}) {
  const socket =
    kind === 'tls' ? connectTls({host, port, rejectUnauthorized: false, ...cipher}) : connectTcp(port, host)
  await once(socket, kind === 'tls' ? 'secureConnect' : 'connect')
  const file = await open(source)
  const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)]
  let leaving = Promise.resolve()
  for (;;) {
    const {bytesRead, buffer} = await file.read(buffers[0], 0, bufferBytes)
    await leaving
    if (bytesRead === 0) break
    leaving = new Promise(resolve => socket.write(buffer.subarray(0, bytesRead), resolve))
    buffers.reverse()
  }
  await file.close()
  socket.end()
  socket.resume()
  await once(socket, 'close')
}

/** Writes what came in during a write with the next one. */
async function receive({kind, home, path, address, at}) {
  const {key, certificate: cert} = await loadIdentity(home)
  const server = kind === 'tls' ? createTlsServer({key, cert, ...cipher}) : createTcpServer()
  server.listen(at, address, () => console.log('listening'))
  const [socket] = await once(server, kind === 'tls' ? 'secureConnection' : 'connection')
  const file = await open(path, 'w')
  let waiting = []
  let held = 0
  let isEnded = false
  let wake = () => undefined
  socket.on('data', piece => {
    waiting.push(piece)
    held += piece.length
    if (held > maxHeldBytes) socket.pause()
    wake()
  })
  socket.on('end', () => {
    isEnded = true
    wake()
  })
  while (!isEnded || waiting.length > 0) {
    if (waiting.length === 0) await new Promise(resolve => (wake = resolve))
    const pieces = waiting
    waiting = []
    if (pieces.length > 0) held -= (await file.writev(pieces)).bytesWritten
    socket.resume()
  }
  await file.close()
  server.close()
}
