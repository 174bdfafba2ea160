import type {Arrival} from '../src/transport/arrival.js'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {Door} from '../src/door.js'
import {HostConversation} from '../src/host-conversation.js'
import {join} from '../src/join.js'
import {grantAdmission} from '../src/security/admission.js'
import {Guard} from '../src/security/guard.js'
import type {Identity} from '../src/security/identity.js'
import {Codes} from '../src/security/codes.js'
import {Invite} from '../src/security/invite.js'
import {systemClock} from '../src/session/clock.js'
import {listen} from '../src/transport/tls-listener.js'
import type {SecureTransport} from '../src/transport/transport.js'
import {rightCode} from './helpers/admission.js'
import {newIdentity} from './helpers/device.js'
import {emptyMemory} from './helpers/peer-memory.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'
import {until} from './helpers/until.js'

let identity: Identity

beforeAll(async () => {
  identity = await newIdentity()
})

/** Opens a room whose door cuts, right after admission, those connections (counted from 0) that `isCut` names. */
async function openRoom(isCut: (connection: number) => boolean) {
  const intake = {directory: '.', prefix: 'new_', accept: 'none'} as const
  const clock = systemClock
  const codes = new Codes(rightCode)
  const door = new Door({ownFingerprint: identity.fingerprint, codes, memory: emptyMemory(), clock})
  const room = new HostConversation({intake, clock, nick: 'bob', maxMembers: 9, door})
  const transports: SecureTransport[] = []
  const listener = await listen({
    port: 0,
    bind: '127.0.0.1',
    credentials: identity,
    onTransport: (transport, arrival) => {
      const connection = transports.push(transport) - 1
      const admitting = door.admit(transport, arrival)
      void admitting.then(admitted => (isCut(connection) ? transport.destroy() : room.admit(admitted)))
    },
  })
  room.open(listener, [], false)
  onTestFinished(() => room.leave())
  return {room, transports, port: listener.port}
}

/** What happens to a connection to a {@link crossroads}: it is led to a port, or handed to nobody. */
type Way = number | 'nobody'

/** A port that leads where a test says, for each connection anew. */
async function crossroads(way: Way) {
  const sockets = new Set<Socket>()
  const closeAll = (): void => sockets.forEach(socket => socket.destroy())
  const road = {way, port: 0, dials: 0, sockets, closeAll}
  const server = createServer(near => {
    road.dials++
    sockets.add(near)
    near.on('error', () => undefined)
    near.on('close', () => sockets.delete(near))
    if (road.way === 'nobody') return void near.resume()
    const far = connect({host: '127.0.0.1', port: road.way})
    far.on('error', () => undefined)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    closeAll()
    server.close()
  })
  road.port = (server.address() as AddressInfo).port
  return road
}

/** What is not called off would end by itself after 10 s: a test that waits for that has failed. */
const shorterThanAnyDeadlineMs = 8000

/** A host that takes connections up to a stage, and then says nothing any more. */
async function silentHost(credentials: Identity, stage: 'admission' | 'attach') {
  const heard: Buffer[] = []
  const guard = new Guard()
  const terms = {isOpen: false, isKnown: () => true, invite: () => new Invite(rightCode), guard}
  const take = async (transport: SecureTransport, arrival: Arrival): Promise<void> => {
    if (stage === 'attach') {
      const {rest} = await grantAdmission(transport, arrival, {...terms, ownFingerprint: credentials.fingerprint})
      if (rest.length > 0) heard.push(rest)
    }
    transport.onData = bytes => void heard.push(bytes)
  }
  const listener = await listen({
    port: 0,
    bind: '127.0.0.1',
    credentials,
    onTransport: (transport, arrival) => void take(transport, arrival),
  })
  onTestFinished(() => listener.close())
  return {port: listener.port, heard}
}

/** Someone who is in a room by way of a crossroads. */
async function memberByCrossroads() {
  const {port} = await openRoom(() => false)
  const road = await crossroads(port)
  const home = temporaryDirectory()
  const member = await join({home, host: '127.0.0.1', port: road.port, code: rightCode, nick: 'ana', out: home})
  onTestFinished(() => member.leave())
  const events: RoomEvent[] = []
  member.subscribe(event => events.push(event))
  return {member, events, road}
}

describe('a joiner whose connection is cut', () => {
  it('comes back, even when the new one is cut between admission and attach', async () => {
    const {room, transports, port} = await openRoom(connection => connection === 1)
    const home = temporaryDirectory()
    const ana = await join({home, host: '127.0.0.1', port, code: rightCode, nick: 'ana', out: home})
    const events: RoomEvent[] = []
    ana.subscribe(event => events.push(event))
    transports[0]!.destroy()
    const said = ana.say('are you there?')
    await until(() => events.some(({event}) => event === 'reconnected' || event === 'bye'))
    await said
    expect(transports).toHaveLength(3)
    expect(events.map(({event}) => event)).toEqual([
      'connected',
      'remembered',
      'reconnecting',
      'reconnecting',
      'reconnected',
      'message',
    ])
    expect(room.members()).toHaveLength(1)
    await ana.leave()
  })

  it('shows another device that answers in its place nothing at all, and is lost', async () => {
    const {member, events, road} = await memberByCrossroads()
    const {port, heard} = await silentHost(await newIdentity(), 'admission')
    road.way = port
    road.closeAll()
    const {reason, error} = await member.ended
    expect({reason, code: error?.code}).toEqual({reason: 'lost', code: 'connection-lost'})
    expect(error?.message).toContain('another device')
    expect(heard).toEqual([])
    expect(events.filter(({event}) => event === 'reconnecting')).toHaveLength(1)
  })

  it.each([
    ['the TLS handshake', () => Promise.resolve({port: 'nobody' as const, heard: undefined})],
    ['the admission', () => silentHost(identity, 'admission')],
    ['the attach', () => silentHost(identity, 'attach')],
  ])(
    'can leave in the middle of %s on its way back, and nothing stays open',
    async (_, makeWay) => {
      const {member, road} = await memberByCrossroads()
      const {port, heard} = await makeWay()
      road.way = port
      const before = road.dials
      road.closeAll()
      await until(() => road.dials > before && road.sockets.size === 1 && heard?.length !== 0)
      await member.leave()
      await until(() => road.sockets.size === 0)
      expect(road.dials).toBe(before + 1)
    },
    shorterThanAnyDeadlineMs,
  )
})
