import {describe, expect, it, onTestFinished} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {host} from '../src/host.js'
import type {HostLink} from '../src/host-link.js'
import {Membership} from '../src/membership.js'
import {say, sayAll, type SayOptions} from '../src/say.js'
import {requestAttach} from '../src/session/attach.js'
import {memoryPair} from '../src/transport/memory-pair.js'
import {rightCode} from './helpers/admission.js'
import {newHome} from './helpers/device.js'
import {emptyMemory} from './helpers/peer-memory.js'
import {FakeClock} from './helpers/fake-clock.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'
import {eventLoopTurns, until} from './helpers/until.js'
import {WirePeer} from './helpers/wire-peer.js'

/** A room, what happens in it, and what it takes to say something there. */
async function room() {
  const home = temporaryDirectory()
  const bob = await host({home, port: 0, bind: '127.0.0.1', nick: 'bob', code: rightCode, accept: 'none'})
  onTestFinished(() => bob.leave())
  const events: RoomEvent[] = []
  bob.subscribe(event => events.push(event))
  const heard = () => events.flatMap(event => (event.event === 'message' ? [event.text] : []))
  const options = {home: newHome(), host: '127.0.0.1', port: bob.port, code: rightCode, nick: 'ci'}
  return {bob, events, heard, options}
}

describe('what is said from outside', () => {
  it('is heard in order, and nobody has come or gone', async () => {
    const {bob, events, heard, options} = await room()
    const messages = Array.from({length: 200}, (_, index) => `message ${index}`)
    const result = await say({...options, messages})
    expect(result).toEqual({peer: 'bob', messages: 200, ms: expect.any(Number)})
    expect(heard()).toEqual(messages)
    expect(new Set(events.map(({event}) => event))).toEqual(new Set(['listening', 'message']))
    expect(bob.members()).toEqual([])
  })

  it('is said as it comes', async () => {
    const {heard, options} = await room()
    async function* messages() {
      yield 'first'
      await until(() => heard().includes('first'))
      yield 'second'
    }
    expect(await say({...options, messages: messages()})).toMatchObject({messages: 2})
    expect(heard()).toEqual(['first', 'second'])
  })

  it.each([
    ['empty-message', ['fine', ' \n']],
    ['message-too-long', ['fine', 'x'.repeat(65_537)]],
    ['empty-message', []],
  ])('is refused as %s before anything is said, in %#', async (code, messages) => {
    const {heard, options} = await room()
    await expect(say({...options, messages})).rejects.toMatchObject({code, exitCode: 2})
    expect(heard()).toEqual([])
  })

  it('is lost when the room closes while more is to come', async () => {
    const {bob, options} = await room()
    async function* messages() {
      yield 'first'
      await bob.leave()
      await new Promise(() => undefined)
    }
    const saying = say({...options, messages: messages()})
    await expect(saying).rejects.toMatchObject({code: 'connection-lost', exitCode: 6})
  })

  it('is called off by a signal', async () => {
    const {options} = await room()
    const giveUp = new AbortController()
    async function* messages() {
      yield 'first'
      giveUp.abort(new Error('enough'))
      await new Promise(() => undefined)
    }
    await expect(say({...options, messages: messages(), signal: giveUp.signal})).rejects.toThrow('enough')
    await expect(say({...options, messages: ['hi'], signal: giveUp.signal})).rejects.toThrow('enough')
  })
})

/** Someone who passes by a host, of which a test plays all that it says. */
async function passerBy() {
  const {a, b} = memoryPair()
  const clock = new FakeClock()
  const peer = new WirePeer(b).read()
  const connect: HostLink['connect'] = session => {
    const answer = {session: {id: '1'.repeat(32), token: '2'.repeat(64)}, lastSeen: 0}
    peer.send(['attached', answer])
    const request = {session: null, lastSeen: 0, nick: 'ci', purpose: 'say'} as const
    const admitted = {transport: a, rest: Buffer.alloc(0)}
    return requestAttach(admitted, request, clock, connection => session.attach(connection, 0))
  }
  const intake = {directory: '.', prefix: 'new_', accept: 'none'} as const
  const remember = () => Promise.resolve()
  const link = {reached: undefined, memory: emptyMemory('host'), remember, connect} as unknown as HostLink
  const membership = new Membership({intake, clock, link})
  const entering = membership.enter()
  await eventLoopTurns(2)
  const bob = {id: 1, nick: 'bob'}
  peer.send(['message', {type: 'welcome', you: {id: 2, nick: 'ci'}, host: bob, members: [bob]}, {number: 1}])
  await entering
  return {membership, peer}
}

/** Whether something has come about yet. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  await eventLoopTurns(3)
  const settled = promise.then(
    () => true,
    () => true,
  )
  return Promise.race([settled, Promise.resolve(false)])
}

describe('who says something from outside', () => {
  it('waits until the host has acknowledged all of it', async () => {
    const {membership, peer} = await passerBy()
    const saying = sayAll(membership, ['one', 'two'] satisfies SayOptions['messages'])
    expect(await isSettled(saying)).toBe(false)
    peer.send(['ack', undefined, {number: 1}])
    expect(await isSettled(saying)).toBe(false)
    peer.send(['ack', undefined, {number: 2}])
    expect(await saying).toBe(2)
  })

  it('is told when the host refuses it', async () => {
    const {membership, peer} = await passerBy()
    const saying = sayAll(membership, ['one'])
    const told = expect(saying).rejects.toMatchObject({code: 'refused', message: expect.stringContaining('muted')})
    await eventLoopTurns(2)
    peer.send(
      ['message', {type: 'refused', request: 'say', code: 'muted'}, {number: 2}],
      ['ack', undefined, {number: 1}],
    )
    await told
  })
})
