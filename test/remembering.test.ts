import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join as joinPath} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import type {Conversation, HostedRoom, RoomEvent} from '../src/conversation.js'
import {host, type HostOptions} from '../src/host.js'
import {join, type JoinOptions} from '../src/join.js'
import {say} from '../src/say.js'
import {sendFile} from '../src/send-file.js'
import {loadIdentity} from '../src/security/identity.js'
import {loadKnownPeers} from '../src/security/known-peers.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'
import {cuttableProxy} from './helpers/cuttable-proxy.js'
import {newHome} from './helpers/device.js'

const journalIn = (home: string): string => joinPath(home, 'peers.jsonl')

async function openRoom(home: string, options: Partial<HostOptions> = {}) {
  const room = await host({home, port: 0, bind: '127.0.0.1', nick: 'bob', ...options})
  onTestFinished(() => room.leave())
  return {room, events: eventsOf(room)}
}

async function enter(home: string, {port, code}: HostedRoom, options: Partial<JoinOptions> = {}) {
  const shown = code === undefined ? {} : {code}
  const member = await join({home, host: '127.0.0.1', port, nick: 'ana', ...shown, ...options})
  onTestFinished(() => member.leave())
  return {member, events: eventsOf(member)}
}

function eventsOf(conversation: Conversation): RoomEvent[] {
  const events: RoomEvent[] = []
  conversation.subscribe(event => events.push(event))
  return events
}

const neverAsked = (): Promise<string> => Promise.reject(new Error('a person was asked for a code'))

const noticesIn = (events: readonly RoomEvent[]): string[] =>
  events.flatMap(event => (event.event === 'notice' ? [event.message] : []))

const namesIn = (conversation: Conversation): string[] => conversation.peers().map(({name}) => name)

describe('an open room', () => {
  it('remembers nobody, at either end', async () => {
    const {room} = await openRoom(newHome(), {open: true, remember: true})
    const {member} = await enter(newHome(), room, {open: true})
    expect([namesIn(room), namesIn(member)]).toEqual([[], []])
  })
})

describe('a member', () => {
  it('remembers the host under the nick that it has, and keeps that name when the host takes another', async () => {
    const [bob, ana] = [newHome(), newHome()]
    const {room} = await openRoom(bob, {remember: true})
    const {member} = await enter(ana, room)
    expect(member.peers()).toMatchObject([{name: 'bob', address: {host: '127.0.0.1', port: room.port}}])
    await member.leave()
    await room.leave()
    const {room: later} = await openRoom(bob, {nick: 'robert'})
    const {member: again, events} = await enter(ana, later, {code: neverAsked})
    expect(again.host.nick).toBe('robert')
    expect(events[0]).toMatchObject({event: 'connected', known: true, knownAs: 'bob'})
    expect(again.peers()).toMatchObject([{name: 'bob', address: {port: later.port}}])
  })

  it('is told which one when another device that it remembers answers than last time, and proves no code', async () => {
    const [ana, bob, eve] = [newHome(), newHome(), newHome()]
    const {room} = await openRoom(eve, {nick: 'eve', remember: true})
    const {member} = await enter(ana, room)
    await member.leave()
    await room.leave()
    const {room: second} = await openRoom(bob, {remember: true})
    const {member: again} = await enter(ana, second)
    const {port} = second
    await again.leave()
    await second.leave()
    const {room: other} = await openRoom(eve, {port, nick: 'eve'})
    const heard: string[] = []
    const listening = {code: neverAsked, onNotice: ({message}: {message: string}) => heard.push(message)}
    const {member: third} = await enter(ana, other, listening)
    await third.leave()
    expect(heard).toEqual([`127.0.0.1:${port} was bob, and eve answers now: it is remembered too`])
    await enter(ana, other, listening)
    expect(heard).toHaveLength(1)
  })

  it('is told before it is asked when another device answers than last time', async () => {
    const ana = newHome()
    const {room} = await openRoom(newHome(), {code: 'legal-zoo-abandon'})
    const {member} = await enter(ana, room)
    const {port} = room
    await member.leave()
    await room.leave()
    const {room: other} = await openRoom(newHome(), {port, nick: 'eve'})
    const heard: string[] = []
    const {events} = await enter(ana, other, {
      onNotice: ({message}) => heard.push(message),
      code: () => {
        heard.push('asked')
        return Promise.resolve(other.code ?? '')
      },
    })
    expect(heard).toEqual([`127.0.0.1:${port} was bob, and another device answers now: ${asStranger}`, 'asked'])
    expect(noticesIn(events)).toEqual([])
  })

  it('hears it as an event where nobody is asked', async () => {
    const ana = newHome()
    const {room} = await openRoom(newHome())
    const {member} = await enter(ana, room)
    const {port} = room
    await member.leave()
    await room.leave()
    const {room: other} = await openRoom(newHome(), {port})
    const {events} = await enter(ana, other)
    expect(events[0]).toMatchObject({event: 'notice', code: 'other-device'})
  })

  it('says a word without any code where it is remembered, by name', async () => {
    const [bob, ana] = [newHome(), newHome()]
    const {room} = await openRoom(bob)
    await enter(ana, room)
    expect(await say({home: ana, host: 'bob', nick: 'ana', messages: ['hello']})).toMatchObject({peer: 'bob'})
  })

  it('compares words with the host only', async () => {
    const {room} = await openRoom(newHome())
    const {member} = await enter(newHome(), room)
    await enter(newHome(), room, {nick: 'cem'})
    const [atHost, atMember] = await Promise.all([room.verify('ana'), member.verify()])
    expect(atHost.words).toEqual(atMember.words)
    expect((await room.verify('cem')).words).not.toEqual(atHost.words)
    await expect(member.verify('cem')).rejects.toMatchObject({code: 'host-only'})
    await expect(room.verify()).rejects.toMatchObject({code: 'no-recipient'})
  })
})

const asStranger = 'it has to prove the code like a stranger'

describe('a host', () => {
  it('says under which name it remembers who enters', async () => {
    const [bob, ana] = [newHome(), newHome()]
    const {room, events} = await openRoom(bob, {remember: true})
    const {member} = await enter(ana, room)
    await member.leave()
    await enter(ana, room, {nick: 'eve'})
    const joined = events.filter(({event}) => event === 'joined')
    expect(joined).toEqual([
      {event: 'joined', member: {id: expect.any(Number), nick: 'ana'}},
      {event: 'joined', member: {id: expect.any(Number), nick: 'eve'}, knownAs: 'ana'},
    ])
  })

  it('remembers who enters under the nick that the room gave, not the one that was asked for', async () => {
    const {room} = await openRoom(newHome(), {remember: true})
    const {member} = await enter(newHome(), room, {nick: 'bob'})
    await member.leave()
    await room.leave()
    expect(namesIn(room)).toEqual(['bob-2'])
  })

  it('goes on when it cannot write whom it remembers, and says so', async () => {
    const home = newHome()
    const {room, events} = await openRoom(home, {remember: true})
    // Nothing can be appended to a directory, not even by root.
    mkdirSync(journalIn(home))
    const {member} = await enter(newHome(), room, {nick: 'ana'})
    await member.say('still here')
    expect(events.some(event => event.event === 'message' && event.text === 'still here')).toBe(true)
    expect(noticesIn(events).join('\n')).toContain(journalIn(home))
  })

  it('tells of a damaged file after it has told where it listens, and remembers what can be read', async () => {
    const home = newHome()
    mkdirSync(home, {recursive: true})
    const record = {type: 'remember', fingerprint: 'a'.repeat(64), name: 'cem', at: '2026-11-22T12:00:00.000Z'}
    writeFileSync(journalIn(home), `nonsense\n${JSON.stringify(record)}\n`)
    const {room, events} = await openRoom(home)
    expect(events.map(({event}) => event)).toEqual(['listening', 'notice'])
    expect(events[1]).toMatchObject({code: 'damaged-peers', message: expect.stringContaining(journalIn(home))})
    expect(namesIn(room)).toEqual(['cem'])
  })

  it.skipIf(process.getuid?.() === 0)('does not open when it cannot know whom it remembers', async () => {
    const home = newHome()
    mkdirSync(home, {recursive: true})
    writeFileSync(journalIn(home), '')
    chmodSync(journalIn(home), 0)
    await expect(openRoom(home)).rejects.toMatchObject({code: 'not-readable', exitCode: 8})
  })

  it('gives a use of its code back, once, when its guest may not come in', async () => {
    const {room, events} = await openRoom(newHome(), {maxMembers: 2})
    const {member} = await enter(newHome(), room)
    room.invite(1)
    const late = newHome()
    await expect(enter(late, room)).rejects.toMatchObject({code: 'room-full'})
    await (await loadKnownPeers(late)).add(room.fingerprint, 'bob')
    await expect(enter(late, room, {code: neverAsked})).rejects.toThrow('a person was asked')
    const left = new Promise<void>(resolve => room.subscribe(event => event.event === 'left' && resolve()))
    await member.leave()
    await left
    await enter(late, room)
    expect(events.flatMap(event => (event.event === 'invite' ? [event.uses] : []))).toEqual([1, 0, 1, 0])
  })
})

describe("one's own device, though somebody has added its fingerprint", () => {
  async function ownRoom() {
    const home = newHome()
    const {fingerprint} = await loadIdentity(home)
    await (await loadKnownPeers(home)).add(fingerprint, 'myself')
    return {
      home,
      ...(await openRoom(home, {accept: 'none', acceptKnown: true, remember: true, out: temporaryDirectory()})),
    }
  }

  it('proves the code at both ends, and is called by no name', async () => {
    const {home, room, events} = await ownRoom()
    await expect(enter(home, room, {code: neverAsked})).rejects.toThrow('a person was asked')
    const {events: heard} = await enter(home, room)
    expect(heard[0]).toMatchObject({event: 'connected', known: false})
    expect(heard[0]).not.toHaveProperty('knownAs')
    const joined = events.find(({event}) => event === 'joined')
    expect(joined).toMatchObject({member: {nick: 'ana'}})
    expect(joined).not.toHaveProperty('knownAs')
    expect(namesIn(room)).toEqual(['myself'])
  })

  it('brings files as a stranger does', async () => {
    const {home, room} = await ownRoom()
    const path = joinPath(temporaryDirectory(), 'a.txt')
    writeFileSync(path, 'hello')
    const delivery = {home, host: '127.0.0.1', port: room.port, code: room.code ?? '', paths: [path]}
    expect((await sendFile(delivery)).files).toMatchObject([{status: 'declined'}])
  })
})

describe('a room for codes only', () => {
  it('asks the device of a member again when it comes for another session, and tells who it is', async () => {
    const {room} = await openRoom(newHome(), {codeOnly: true})
    const ana = newHome()
    await enter(ana, room)
    await expect(enter(ana, room, {code: neverAsked})).rejects.toThrow('a person was asked')
    const {events} = await enter(ana, room)
    expect(events[0]).toMatchObject({event: 'connected', known: true, knownAs: 'bob'})
    expect(room.members().map(({nick}) => nick)).toEqual(expect.arrayContaining(['ana', 'ana-2']))
  })
})

describe('a member whose connection breaks', () => {
  async function broken(home: string, ana: string, uses: number, meanwhile: (room: HostedRoom) => Promise<void>) {
    const {room, events} = await openRoom(home, {remember: true})
    const proxy = await cuttableProxy(String(room.port))
    const code = room.invite(uses)
    const {member} = await enter(ana, room, {port: Number(proxy.port), code})
    await meanwhile(room)
    const back = new Promise<void>(resolve => member.subscribe(({event}) => event === 'reconnected' && resolve()))
    proxy.cut()
    proxy.mend()
    await Promise.race([back, member.ended])
    await member.say('back again')
    return events.flatMap(event => (event.event === 'invite' ? [event.uses] : []))
  }

  it('returns without a code when it is a device of the host, though the code is used up', async () => {
    const home = newHome()
    expect(await broken(home, home, 1, () => Promise.resolve())).toEqual([1, 0])
  })

  it('gives back the use of a code by which it has only come back', async () => {
    expect(await broken(newHome(), newHome(), 3, room => room.forget('ana'))).toEqual([3, 2, 1, 2])
  })
})
