import {randomBytes, randomInt} from 'node:crypto'
import {connect, createServer} from 'node:net'
import {clearInterval, setInterval} from 'node:timers'
import {connect as connectTls} from 'node:tls'
import {FrameDecoder} from '../build/protocol/frame-decoder.js'
import {encodeFrame, encodeJson} from '../build/protocol/frame-encoder.js'
import {generator, makeShare} from '../build/security/cpace.js'
import {seekAdmission} from '../build/security/admission.js'
import {encodeHello} from '../build/security/hello.js'
import {loadIdentity} from '../build/security/identity.js'
import {dial} from '../build/transport/tls-dialer.js'
import {pause} from './sample.js'

const crowd = 200
const hello = encodeFrame('hello', encodeHello({known: false}))
const empty = Buffer.alloc(0)
const transferOf = number => number.toString(16).padStart(32, '0')

/** What strangers and members can do to a host, each without end: called once, and over when it goes on by itself. */
export const attacks = {
  // Strangers: at each loss another comes.
  'silent sockets': ({port}) => keepCrowd(() => tcp(port)),
  'half-open TLS': async given => {
    const bytes = await clientHello()
    keepCrowd(() => tcp(given.port, socket => socket.write(bytes)))
  },
  'half-open TLS, in a hurry': async given => {
    const bytes = await clientHello()
    keepCrowd(() => tcp(given.port, socket => socket.write(bytes)), crowd, 0)
  },
  'a byte a second': async given => {
    const bytes = await clientHello()
    keepCrowd(() => tcp(given.port, socket => drip(socket, bytes)))
  },
  'resets in the handshake': async given => {
    const bytes = await clientHello()
    keepCrowd(() => tcp(given.port, socket => resetAfter(socket, bytes.subarray(0, randomInt(bytes.length)))), 16, 0)
  },
  'headers of 4 GiB': given =>
    keepCrowd(async () => tls(await credentialsOf(given), given, socket => claimMuch(socket)), 16, 0),
  handshakes: async given => {
    const credentials = await credentialsOf(given)
    keepCrowd(() => tls(credentials, given, socket => socket.destroy()), 16, 0)
  },
  'proofs begun': async given => {
    const credentials = await credentialsOf(given)
    const share = makeShare(
      generator(Buffer.from('x'), empty, empty),
      Buffer.concat([randomBytes(31), Buffer.alloc(1)]),
    )
    keepCrowd(
      () => tls(credentials, given, socket => socket.write(Buffer.concat([...hello, ...encodeFrame('pake', share)]))),
      16,
      0,
    )
  },

  // Members, who know the code.
  pings: given => flood(given, number => encodeFrame('ping', numbered(number))),
  'pings unread': given => flood(given, number => encodeFrame('ping', numbered(number)), {isReading: false}),
  channels: given =>
    flood(given, number => encodeFrame('open', encodeJson({transfer: transferOf(1)}), {channel: 2 * number - 1})),
  resets: given => flood(given, () => encodeFrame('reset', encodeJson({code: 'cancelled'}), {channel: 2})),
  credit: given => flood(given, number => encodeFrame('credit', empty, {channel: 2, number})),
  offers: given => floodMessages(given, number => ({type: 'offer', transfer: transferOf(number), ...file})),
  'offers taken back': given =>
    floodMessages(given, number => ({
      type: number % 2 ? 'offer' : 'cancel',
      transfer: transferOf(number % 2 ? number : number - 1),
      ...file,
    })),
  nicks: given => floodMessages(given, number => ({type: 'rename', nick: `mallory-${number}`})),
  words: given => floodMessages(given, () => ({type: 'say', kind: 'say', text: 'x'})),
  'long words': given => floodMessages(given, () => ({type: 'say', kind: 'say', text: 'x'.repeat(60_000)})),
  'words, and deaf': given => floodMessages(given, () => ({type: 'say', kind: 'say', text: 'x'}), {acknowledges: 1}),
  'chunks of a byte': given => crumble(given, 'host'),
  'chunks of a byte, relayed to the deaf': given => crumble(given, 'relay'),
  'attach requests': given => attachWithoutEnd(given),
}

const file = {name: 'a', bytes: 1, files: 1, mediaType: 'text/plain'}

/** Keeps so many sockets: whenever one is gone, another comes, a second later unless they are in a hurry. */
function keepCrowd(open, count = crowd, pauseMs = 1000) {
  const keep = async () => {
    for (;;) {
      const socket = await open()
      await new Promise(resolve => socket.on('close', resolve))
      if (pauseMs > 0) await pause(pauseMs)
    }
  }
  for (let index = 0; index < count; index++) void keep()
}

function tcp(port, connected = () => undefined) {
  const socket = connect({port, host: '127.0.0.1'}, () => connected(socket))
  return socket.on('error', () => undefined).resume()
}

function tls({key, certificate}, {port}, connected) {
  const options = {key, cert: certificate, ALPNProtocols: ['chatctl/1'], rejectUnauthorized: false}
  const socket = connectTls({port, host: '127.0.0.1', ...options}, () => connected(socket))
  return socket.on('error', () => undefined).resume()
}

/** The first bytes that an honest client sends. */
async function clientHello() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const heard = new Promise(resolve => server.once('connection', socket => socket.once('data', resolve)))
  tls({}, {port: server.address().port}, () => undefined)
  const bytes = await heard
  server.close()
  return bytes
}

async function drip(socket, bytes) {
  for (const byte of bytes) {
    if (socket.destroyed) return
    socket.write(Buffer.of(byte))
    await pause(1000)
  }
}

function resetAfter(socket, bytes) {
  if (bytes.length > 0) socket.write(bytes)
  setTimeout(() => socket.resetAndDestroy(), 2)
}

function claimMuch(socket) {
  socket.write(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]))
  const go = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
  }
  socket.on('drain', go)
  go()
}

function credentialsOf({home}) {
  return loadIdentity(home)
}

/** Takes a seat, and returns how to send, and how to hear what comes. */
async function enter({home, port, code}, {purpose = 'talk', isReading = true} = {}) {
  const identity = await loadIdentity(home)
  const transport = await dial({host: '127.0.0.1', port, credentials: identity, timeoutMs: 60_000})
  const {fingerprint: ownFingerprint} = identity
  const {rest} = await seekAdmission(transport, {code, acceptOpen: false, isKnown: () => true, ownFingerprint})
  const seat = {transport, hear: () => undefined}
  const decoder = new FrameDecoder('open', {
    frame(header, payload) {
      if (header.name === 'ping') transport.write(encodeFrame('pong', payload))
      seat.hear(header, payload)
    },
    chunk() {},
  })
  transport.onClose = () => process.send?.('closed')
  transport.write(encodeFrame('attach', encodeJson({session: null, lastSeen: 0, nick: 'mallory', purpose})))
  const welcomed = new Promise(resolve => {
    seat.hear = header => header.name === 'message' && resolve()
  })
  transport.onData = bytes => decoder.push(bytes)
  decoder.push(rest)
  await welcomed
  seat.hear = () => undefined
  if (!isReading) transport.pause()
  return seat
}

const numbered = number => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(number, 4)
  return bytes
}

/** Sends frames as fast as they are taken, a batch behind the other; comes back when it is thrown out. */
async function flood(given, makeFrame, options) {
  const {transport} = await enter(given, options)
  let number = 0
  const batch = () => {
    const frames = []
    for (let index = 0; index < 1000; index++) frames.push(...makeFrame(++number))
    transport.write([Buffer.concat(frames)], batch)
  }
  transport.onClose = () => void flood(given, makeFrame, options)
  batch()
}

/** Sends messages as fast as they are acknowledged, and acknowledges what comes: all of it, or one frame a second. */
async function floodMessages(given, makeMessage, {acknowledges = Infinity} = {}) {
  const seat = await enter(given)
  const {transport} = seat
  let [number, acknowledged, inFlight] = [0, 0, 0]
  const sizes = []
  const go = () => {
    const frames = []
    while (inFlight < 900_000 && frames.length < 2000) {
      const payload = encodeJson(makeMessage(number + 1))
      frames.push(...encodeFrame('message', payload, {number: ++number}))
      sizes.push(payload.length)
      inFlight += payload.length
    }
    if (frames.length > 0) transport.write([Buffer.concat(frames)], go)
  }
  let [seen, told] = [0, 1]
  seat.hear = header => {
    if (header.name === 'message') seen = header.number
    if (header.name !== 'ack') return
    while (acknowledged < header.number) {
      inFlight -= sizes.shift()
      acknowledged++
    }
    go()
  }
  const stopAcks = setInterval(
    () => {
      told = Math.min(seen, told + acknowledges)
      transport.write(encodeFrame('ack', empty, {number: told}))
    },
    acknowledges === Infinity ? 5 : 1000,
  )
  transport.onClose = () => {
    clearInterval(stopAcks)
    void floodMessages(given, makeMessage, {acknowledges})
  }
  go()
}

/** Sends a file in chunks of a byte: to the host; or to an accomplice, who asks for all of it and then reads nothing. */
async function crumble(given, to) {
  const accomplice = to === 'relay' ? await enter(given) : undefined
  const seat = await enter(given)
  const bytes = 2 ** 40
  let accomplicesWords = 0
  if (accomplice) {
    accomplice.hear = (header, payload) => {
      if (header.name === 'message') {
        const {type, transfer} = JSON.parse(payload)
        if (type === 'offer') {
          const accept = encodeJson({type: 'accept', transfer})
          accomplice.transport.write(encodeFrame('message', accept, {number: ++accomplicesWords}))
        }
      } else if (header.name === 'open') {
        accomplice.transport.write(encodeFrame('credit', empty, {channel: header.channel, number: 2 ** 40}))
        accomplice.transport.pause()
      }
    }
  }
  const {transport} = seat
  let [sent, granted, isBusy] = [0, 0, false]
  const go = () => {
    if (isBusy || sent === granted) return
    isBusy = true
    const frames = []
    for (const end = Math.min(granted, sent + 1000); sent < end; sent++)
      frames.push(...encodeFrame('chunk', Buffer.of(1), {channel: 1, number: sent}))
    transport.write([Buffer.concat(frames)], () => {
      isBusy = false
      go()
    })
  }
  seat.hear = (header, payload) => {
    if (header.name === 'message' && JSON.parse(payload).type === 'accept') {
      transport.write(encodeFrame('open', encodeJson({transfer: transferOf(1)}), {channel: 1}))
    } else if (header.name === 'credit') {
      granted = header.number
      go()
    }
  }
  // The accomplice came right before, and its nick is known to be free.
  const recipient = accomplice ? {to: 3} : {}
  const offer = {type: 'offer', transfer: transferOf(1), name: 'crumbs', files: 1, mediaType: 'text/plain'}
  const size = accomplice ? bytes : 2 ** 26
  transport.write(encodeFrame('message', encodeJson({...offer, bytes: size, ...recipient}), {number: 1}))
}

/** Comes back without end, by memory, and asks for what it does not get. */
async function attachWithoutEnd({home, port, code}) {
  const identity = await loadIdentity(home)
  const request = encodeFrame('attach', encodeJson({session: null, lastSeen: 0, nick: 'a b', purpose: 'talk'}))
  const keep = async () => {
    for (;;) {
      try {
        const transport = await dial({host: '127.0.0.1', port, credentials: identity, timeoutMs: 60_000})
        const {fingerprint: ownFingerprint} = identity
        await seekAdmission(transport, {code, acceptOpen: false, isKnown: () => true, ownFingerprint})
        transport.write(request)
        await pause(50)
        // Never closed from here: the host has to.
      } catch {
        await pause(10)
      }
    }
  }
  for (let index = 0; index < 16; index++) void keep()
}
