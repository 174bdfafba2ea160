import {join as joinPath} from 'node:path'
import {describe, expect, it, onTestFinished, vi} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {host, type HostOptions} from '../src/host.js'
import {join} from '../src/join.js'
import {maxQueuedBytes} from '../src/room/event-queue.js'
import {Guard} from '../src/security/guard.js'
import {dial} from '../src/transport/tls-dialer.js'
import {newHome, newIdentity} from './helpers/device.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'
import {until} from './helpers/until.js'

async function openRoom(options: Partial<HostOptions> = {}) {
  const room = await host({
    home: newHome(),
    port: 0,
    bind: '127.0.0.1',
    nick: 'bob',
    ...options,
  })
  const events: RoomEvent[] = []
  room.subscribe(event => events.push(event))
  onTestFinished(() => room.leave())
  return {room, events}
}

async function enterRoom(room: {port: number; code: string | undefined}, nick = 'ana') {
  const home = joinPath(temporaryDirectory(), nick)
  const member = await join({home, host: '127.0.0.1', port: room.port, code: room.code ?? '', nick})
  onTestFinished(() => member.leave())
  return member
}

describe('a member of a room', () => {
  it('takes no place from those who have yet to come in', async () => {
    const left = vi.spyOn(Guard.prototype, 'left')
    onTestFinished(() => left.mockRestore())
    const {room} = await openRoom()
    await enterRoom(room)
    await until(() => left.mock.calls.length > 0)
    expect(left.mock.calls[0]![0].stage).toBe('admitted')
  })
})

describe('a room that was left by its host', () => {
  it('takes nothing any more, and says so', async () => {
    const {room, events} = await openRoom()
    await room.leave()
    for (const act of [() => room.say('late'), () => room.tell('ana', 'late'), () => room.rename('eve')]) {
      await expect(act()).rejects.toMatchObject({code: 'connection-lost'})
    }
    expect(() => room.invite()).toThrow('the room is closed')
    expect(events.at(-1)).toEqual({event: 'bye', reason: 'closed'})
  })

  it('has delivered what was said last', async () => {
    const {room} = await openRoom()
    const member = await enterRoom(room)
    const heard: string[] = []
    member.subscribe(event => event.event === 'message' && heard.push(event.text))
    await room.say('last words')
    await room.leave()
    expect(await member.ended).toEqual({reason: 'closed'})
    expect(heard).toEqual(['last words'])
  })

  it('does not wait for a stranger who stands in its door', async () => {
    const {room} = await openRoom()
    const credentials = await newIdentity()
    const stranger = await dial({host: '127.0.0.1', port: room.port, credentials, timeoutMs: 60_000})
    const gone = new Promise<void>(resolve => (stranger.onClose = () => resolve()))
    stranger.onData = () => undefined
    await room.leave()
    await gone
  })
})

describe('an invite', () => {
  it.each([0, -1, 1.5, Number.NaN, Infinity])('is not made for %s guests', async uses => {
    const {room} = await openRoom()
    expect(() => room.invite(uses)).toThrow('a code cannot be for')
  })

  it('for one guest admits one', async () => {
    const {room} = await openRoom()
    room.invite(1)
    await enterRoom(room)
    await expect(enterRoom(room, 'cem')).rejects.toMatchObject({code: 'wrong-code'})
  })
})

describe('events that nobody listens to', () => {
  it('are kept for the first who does, but not without end, which is said', async () => {
    const room = await host({home: newHome(), port: 0, bind: '127.0.0.1'})
    onTestFinished(() => room.leave())
    const text = 'x'.repeat(64 * 1024)
    for (let bytes = 0; bytes < maxQueuedBytes; bytes += text.length) await room.say(text)
    const events: RoomEvent[] = []
    room.subscribe(event => events.push(event))
    expect(Buffer.byteLength(JSON.stringify(events))).toBeLessThan(maxQueuedBytes + 1024)
    expect(events[0]).toMatchObject({event: 'listening', port: room.port})
    expect(events.at(-1)).toMatchObject({event: 'notice', code: 'missed'})
  })
})

describe('a room that is full', () => {
  it('says so, and takes the next one when somebody has left', async () => {
    const {room} = await openRoom({maxMembers: 2})
    const first = await enterRoom(room)
    await expect(enterRoom(room, 'cem')).rejects.toMatchObject({code: 'room-full', exitCode: 4})
    const left = new Promise<void>(resolve => room.subscribe(event => event.event === 'left' && resolve()))
    await first.leave()
    await left
    await enterRoom(room, 'cem')
  })
})
