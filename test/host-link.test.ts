import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {HostConversation} from '../src/host-conversation.js'
import {join} from '../src/join.js'
import {grantAdmission} from '../src/security/admission.js'
import {Guard} from '../src/security/guard.js'
import type {Identity} from '../src/security/identity.js'
import {Invite} from '../src/security/invite.js'
import {systemClock} from '../src/session/clock.js'
import {listen} from '../src/transport/tls-listener.js'
import type {SecureTransport} from '../src/transport/transport.js'
import {rightCode} from './helpers/admission.js'
import {newIdentity} from './helpers/new-identity.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'
import {until} from './helpers/until.js'

let identity: Identity

beforeAll(async () => {
  identity = await newIdentity()
})

/** Opens a room whose door cuts, right after admission, those connections (counted from 0) that `isCut` names. */
async function openRoom(isCut: (connection: number) => boolean) {
  const intake = {directory: '.', prefix: 'new_', accept: 'none'} as const
  const options = {intake, clock: systemClock, nick: 'bob', maxMembers: 9, identity}
  const room = new HostConversation({...options, invite: new Invite(rightCode)})
  const transports: SecureTransport[] = []
  const guard = new Guard()
  const listener = await listen({
    port: 0,
    bind: '127.0.0.1',
    credentials: identity,
    onTransport: (transport, arrival) => {
      const connection = transports.push(transport) - 1
      const admitting = grantAdmission(transport, arrival, {...room.terms, guard})
      void admitting.then(admitted => (isCut(connection) ? transport.destroy() : room.admit(admitted)))
    },
  })
  room.open(listener, [], false)
  onTestFinished(() => room.leave())
  return {room, transports, port: listener.port}
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
      'reconnecting',
      'reconnecting',
      'reconnected',
      'message',
    ])
    expect(room.members()).toHaveLength(1)
    await ana.leave()
  })
})
