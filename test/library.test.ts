import {writeFileSync} from 'node:fs'
import {join as joinPath} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import type {Conversation, HostedRoom, RoomEvent} from '../src/conversation.js'
import {host, join, receive, sendFile, type HostOptions, type JoinOptions} from '../src/index.js'
import {newHome} from './helpers/device.js'
import {packageRoot, runScript} from './helpers/run-chatctl.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'

async function openRoom(options: Partial<HostOptions> = {}): Promise<HostedRoom> {
  const room = await host({home: newHome(), port: 0, bind: '127.0.0.1', nick: 'bob', ...options})
  onTestFinished(() => room.leave())
  return room
}

async function enter({port, code = ''}: HostedRoom, options: Partial<JoinOptions> = {}): Promise<Conversation> {
  const member = await join({home: newHome(), host: '127.0.0.1', port, code, nick: 'ana', ...options})
  onTestFinished(() => member.leave())
  return member
}

function eventOf<Name extends RoomEvent['event']>(room: Conversation, name: Name) {
  return new Promise<Extract<RoomEvent, {event: Name}>>(resolve =>
    room.subscribe(event => event.event === name && resolve(event as Extract<RoomEvent, {event: Name}>)),
  )
}

/** The names of all events that are read until there are no more. */
async function eventsOf(room: Conversation, signal?: AbortSignal): Promise<string[]> {
  const read: string[] = []
  for await (const {event} of room.events(signal && {signal})) read.push(event)
  return read
}

function file(content = 'the report'): string {
  const path = joinPath(temporaryDirectory(), 'report.txt')
  writeFileSync(path, content)
  return path
}

const enough = new Error('enough')

describe('a signal', () => {
  it.each([
    ['host', () => host({home: newHome(), port: 0, signal: AbortSignal.abort(enough)})],
    ['receive', () => receive({home: newHome(), port: 0, signal: AbortSignal.abort(enough)})],
    ['join', () => join({home: newHome(), host: '127.0.0.1', signal: AbortSignal.abort(enough)})],
    ['sendFile', () => sendFile({home: newHome(), host: '127.0.0.1', paths: [], signal: AbortSignal.abort(enough)})],
  ])('that has aborted keeps %s from beginning', async (_, begin) => {
    await expect(begin()).rejects.toBe(enough)
  })

  it('that aborts while a room is opened leaves nobody listening', async () => {
    const giveUp = new AbortController()
    const opening = openRoom({signal: giveUp.signal})
    giveUp.abort(enough)
    await expect(opening).rejects.toBe(enough)
  })

  it('closes a room that it has opened', async () => {
    const giveUp = new AbortController()
    const room = await openRoom({signal: giveUp.signal})
    const ana = await enter(room)
    giveUp.abort()
    expect(await room.ended).toEqual({reason: 'closed'})
    expect(await ana.ended).toEqual({reason: 'closed'})
    await openRoom({port: room.port})
  })

  it('ends a reception', async () => {
    const giveUp = new AbortController()
    const reception = await receive({home: newHome(), port: 0, bind: '127.0.0.1', signal: giveUp.signal})
    giveUp.abort()
    expect(await reception.ended).toEqual({reason: 'closed'})
  })

  it('takes a member out of the room', async () => {
    const room = await openRoom()
    const giveUp = new AbortController()
    const ana = await enter(room, {signal: giveUp.signal})
    const left = eventOf(room, 'left')
    giveUp.abort()
    expect(await ana.ended).toEqual({reason: 'quit'})
    expect(await left).toMatchObject({member: {nick: 'ana'}, reason: 'quit'})
  })

  it('is what join waits for at most when nobody answers the question for the code', async () => {
    const room = await openRoom()
    const giveUp = new AbortController()
    const code = () => {
      giveUp.abort(enough)
      return new Promise<string>(() => undefined)
    }
    await expect(enter(room, {code, signal: giveUp.signal})).rejects.toBe(enough)
  })

  it.each([
    ['say', (one: Conversation, signal: AbortSignal) => one.say('hello', 'say', {signal})],
    ['tell', (one: Conversation, signal: AbortSignal) => one.tell('bob', 'hello', {signal})],
    ['rename', (one: Conversation, signal: AbortSignal) => one.rename('eve', {signal})],
    ['ping', (one: Conversation, signal: AbortSignal) => one.ping('bob', {signal})],
    ['settled', (one: Conversation, signal: AbortSignal) => one.settled({signal})],
  ])('ends the waiting of %s, before it and while it waits', async (_, wait) => {
    const room = await openRoom()
    const ana = await enter(room)
    await ana.sendFile(file())
    await expect(wait(ana, AbortSignal.abort(enough))).rejects.toBe(enough)
    const giveUp = new AbortController()
    const waiting = expect(wait(ana, giveUp.signal)).rejects.toBe(enough)
    giveUp.abort(enough)
    await waiting
  })

  it.each([
    ['say', (room: Conversation, signal: AbortSignal) => room.say('hello', 'say', {signal})],
    ['tell', (room: Conversation, signal: AbortSignal) => room.tell('ana', 'hello', {signal})],
    ['rename', (room: Conversation, signal: AbortSignal) => room.rename('eve', {signal})],
  ])('keeps %s of a host from being heard before its turn', async (_, act) => {
    const room = await openRoom()
    const ana = await enter(room)
    const heard: RoomEvent[] = []
    ana.subscribe(event => heard.push(event))
    await expect(act(room, AbortSignal.abort(enough))).rejects.toBe(enough)
    await room.say('last')
    await room.settled()
    const said = heard.filter(({event}) => event === 'message' || event === 'renamed')
    expect(said).toEqual([expect.objectContaining({text: 'last'})])
  })

  it('gives up a file that waits for its answer', async () => {
    const room = await openRoom()
    const ana = await enter(room)
    const giveUp = new AbortController()
    const offered = eventOf(room, 'offer')
    const {delivered} = await ana.sendFile(file(), {signal: giveUp.signal})
    const cancelled = eventOf(room, 'cancelled')
    await offered
    giveUp.abort()
    await expect(delivered).rejects.toMatchObject({code: 'cancelled'})
    expect(await cancelled).toMatchObject({name: 'report.txt', by: 'peer'})
    expect(ana.transfers()).toEqual([])
  })

  it('that aborts when a file has arrived is no matter', async () => {
    const room = await openRoom({accept: 'all', out: temporaryDirectory()})
    const ana = await enter(room)
    const giveUp = new AbortController()
    const {delivered} = await ana.sendFile(file(), {signal: giveUp.signal})
    await delivered
    giveUp.abort()
    await ana.say('still here')
  })

  it('keeps a file from being offered at all', async () => {
    const room = await openRoom()
    const ana = await enter(room)
    await expect(ana.sendFile(file(), {signal: AbortSignal.abort(enough)})).rejects.toBe(enough)
    expect(ana.transfers()).toEqual([])
  })

  it('that has aborted before lets no event be read', async () => {
    const room = await openRoom()
    await expect(eventsOf(room, AbortSignal.abort(enough))).rejects.toBe(enough)
  })

  it('ends the reading of events', async () => {
    const room = await openRoom()
    const giveUp = new AbortController()
    const read: string[] = []
    const reading = (async () => {
      for await (const {event} of room.events({signal: giveUp.signal})) {
        read.push(event)
        giveUp.abort(enough)
      }
    })()
    await expect(reading).rejects.toBe(enough)
    expect(read).toEqual(['listening'])
  })
})

describe('two rooms in one process', () => {
  it('give what has happened to who reads when they are over', async () => {
    const room = await openRoom()
    await room.leave()
    const [read, again] = [await eventsOf(room), await eventsOf(room)]
    expect(read.at(-1)).toBe('bye')
    expect(again).toEqual([])
  })

  it('know nothing of each other', async () => {
    const rooms = await Promise.all([openRoom({nick: 'bob'}), openRoom({nick: 'cem'})])
    const members = await Promise.all(rooms.map(room => enter(room)))
    const events = rooms.map(() => [] as RoomEvent[])
    rooms.forEach((room, index) => room.subscribe(event => events[index]!.push(event)))
    await Promise.all(members.map((member, index) => member.say(`said in room ${index}`)))
    const texts = events.map(all => all.flatMap(event => (event.event === 'message' ? [event.text] : [])))
    expect(texts).toEqual([['said in room 0'], ['said in room 1']])
    expect(rooms[0].code).not.toBe(rooms[1].code)
    await rooms[0].leave()
    await members[1]!.say('still open')
    expect(members.map(({host}) => host.nick)).toEqual(['bob', 'cem'])
  })
})

describe('a process that uses the library', () => {
  it('ends by itself, with nothing written to its terminal, whatever failed and whoever waits for no promise', async () => {
    const directory = temporaryDirectory()
    writeFileSync(joinPath(directory, 'report.txt'), 'the report')
    writeFileSync(joinPath(directory, 'main.mjs'), quietScript)
    const ended = await runScript(joinPath(directory, 'main.mjs'), [], {cwd: directory})
    expect(ended).toEqual({exitCode: 0, stdout: '', stderr: ''})
  })
})

const quietScript = `
import {writeFileSync} from 'node:fs'
import {host, join, receive, say, sendFile} from ${JSON.stringify(`${packageRoot}/dist/index.js`)}

const open = home => host({home, port: 0, bind: '127.0.0.1', nick: 'bob', accept: 'all', prefix: home + '-'})
const rooms = await Promise.all([open('one'), open('two')])
for (const {port, code, events} of rooms) {
  const way = {host: '127.0.0.1', port, code}
  await join({...way, home: 'eve', code: 'zoo-zoo-zoo'}).catch(error => expectCode(error, 'wrong-code'))
  const ana = await join({...way, home: 'ana', nick: 'ana'})
  await ana.say('hello')
  const {delivered} = await ana.sendFile('report.txt')
  await delivered
  await say({...way, home: 'ci', messages: ['green']})
  await sendFile({...way, home: 'ci', paths: ['report.txt']})
}
const [room, other] = rooms
const ana = await join({home: 'ana', host: '127.0.0.1', port: room.port, code: room.code, nick: 'ana'})
room.events()
const reading = ana.events()[Symbol.asyncIterator]()
reading.next()
// Nobody waits for what becomes of this file, or of this reader.
await ana.sendFile('report.txt', {to: 'bob'})
await room.leave()
await ana.ended
await other.leave()
await join({home: 'ana', host: '127.0.0.1', port: room.port}).catch(error => expectCode(error, 'connection-refused'))
const giveUp = new AbortController()
await receive({home: 'rx', port: 0, bind: '127.0.0.1', signal: giveUp.signal})
giveUp.abort()

function expectCode({code}, expected) {
  if (code !== expected) throw new Error(code)
}
`
