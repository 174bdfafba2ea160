import {describe, expect, it} from 'vitest'
import type {HostLink} from '../src/host-link.js'
import {Membership} from '../src/membership.js'
import {attachTimeoutMs, requestAttach} from '../src/session/attach.js'
import {memoryPair} from '../src/transport/memory-pair.js'
import {FakeClock} from './helpers/fake-clock.js'
import {emptyMemory} from './helpers/peer-memory.js'
import {eventLoopTurns} from './helpers/until.js'
import {WirePeer} from './helpers/wire-peer.js'

const ana = {id: 2, nick: 'ana'}
const bob = {id: 1, nick: 'bob'}
const cara = {id: 3, nick: 'cara'}
const attachedAnswer = {session: {id: '1'.repeat(32), token: '2'.repeat(64)}, lastSeen: 0}

/** A member that has a session with a host, of which a test plays all that it says. */
function attachedMember() {
  const {a, b} = memoryPair()
  const clock = new FakeClock()
  const peer = new WirePeer(b).read()
  const connect: HostLink['connect'] = session => {
    const request = {session: null, lastSeen: 0, nick: 'ana', purpose: 'talk'} as const
    peer.send(['attached', attachedAnswer])
    return requestAttach({transport: a, rest: Buffer.alloc(0)}, request, clock, connection =>
      session.attach(connection, 0),
    )
  }
  const intake = {directory: '.', prefix: 'new_', accept: 'none'} as const
  const remember = () => Promise.resolve()
  const reconnect = () => new Promise<void>(() => undefined)
  const link = {reached: undefined, memory: emptyMemory('host'), remember, connect, reconnect} as unknown as HostLink
  const membership = new Membership({intake, clock, link})
  let said = 0
  const say = (...messages: object[]): void =>
    messages.forEach(message => peer.send(['message', message, {number: ++said}]))
  return {membership, clock, peer, say}
}

async function welcomedMember() {
  const member = attachedMember()
  const entering = member.membership.enter()
  await eventLoopTurns(2)
  member.say({type: 'welcome', you: ana, host: bob, members: [bob, cara]})
  await entering
  return member
}

describe('a member', () => {
  it('that is never welcomed does not wait for ever', async () => {
    const {membership, clock, peer} = attachedMember()
    const entering = membership.enter()
    await eventLoopTurns(2)
    clock.advance(attachTimeoutMs)
    await expect(entering).rejects.toMatchObject({code: 'connection-lost'})
    await eventLoopTurns(2)
    expect(peer.farewells).toEqual(['timeout'])
    expect(clock.waiting).toBe(0)
  })

  it('that was welcomed in time stays', async () => {
    const {membership, clock, peer} = await welcomedMember()
    // Only the heartbeat is left of what waited.
    expect(clock.waiting).toBeLessThanOrEqual(2)
    peer.send(['ping', Buffer.alloc(8)])
    clock.advance(attachTimeoutMs)
    expect(membership.session.end).toBeUndefined()
  })

  it('has each of its requests for a nick answered, in order', async () => {
    const {membership, say} = await welcomedMember()
    const renames = [membership.rename('eve'), membership.rename('bob'), membership.rename('ana')]
    const settled = Promise.allSettled(renames)
    say({type: 'renamed', member: {id: 2, nick: 'eve'}, was: 'ana'})
    say({type: 'refused', request: 'rename', code: 'nick-taken'})
    say({type: 'renamed', member: ana, was: 'eve'})
    expect(await settled).toMatchObject([
      {status: 'fulfilled'},
      {status: 'rejected', reason: {code: 'nick-taken'}},
      {status: 'fulfilled'},
    ])
  })

  it('that leaves while its host is gone ends as incomplete, if something was under way', async () => {
    const {membership, peer} = await welcomedMember()
    const said = membership.say('hello').catch((error: unknown) => error)
    peer.cut()
    await eventLoopTurns(2)
    await membership.leave()
    const error = {code: 'connection-lost', exitCode: 6, message: 'bob was not back, and not all was done'}
    expect(await membership.ended).toMatchObject({reason: 'quit', error})
    expect(await said).toMatchObject(error)
  })

  it('that leaves while its host is gone, and has nothing to lose, has just left', async () => {
    const {membership, peer} = await welcomedMember()
    peer.cut()
    await eventLoopTurns(2)
    await membership.leave()
    expect(await membership.ended).toEqual({reason: 'quit'})
  })

  it('waits for no nick any more when all is over', async () => {
    const {membership} = await welcomedMember()
    const waiting = Promise.allSettled([membership.rename('eve'), membership.rename('mallory')])
    await membership.leave()
    const lost = {status: 'rejected', reason: {code: 'connection-lost'}}
    expect(await waiting).toMatchObject([lost, lost])
    await expect(membership.rename('late')).rejects.toMatchObject({code: 'connection-lost'})
  })
})
