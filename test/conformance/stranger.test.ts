import {randomBytes} from 'node:crypto'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {generate} from 'selfsigned'
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import type {HostedRoom, RoomEvent} from '../../src/conversation.js'
import {host} from '../../src/host.js'
import {readModule} from '../architecture/source-module.js'
import {newHome} from '../helpers/device.js'
import {packageRoot} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'
import {Stranger} from './stranger.js'

const code = 'legal-zoo-abandon'
const credentials = {key: '', cert: ''}

beforeAll(async () => {
  const made = await generate([{name: 'commonName', value: 'stranger'}], {keyType: 'ec', curve: 'P-256'})
  Object.assign(credentials, {key: made.private, cert: made.cert})
})

interface Meeting {
  room: HostedRoom
  events: RoomEvent[]
  directory: string
  dial: () => Promise<Stranger>
}

/** Opens a room of our own, and lets strangers dial it. */
async function openRoom(): Promise<Meeting> {
  const directory = temporaryDirectory()
  const options = {home: newHome(), out: directory, port: 0, bind: '127.0.0.1', nick: 'bob', accept: 'all'} as const
  const room = await host({...options, code})
  onTestFinished(() => room.leave())
  const events: RoomEvent[] = []
  room.subscribe(event => events.push(event))
  const dial = async () => {
    const stranger = await Stranger.dial(room.port, credentials)
    onTestFinished(() => stranger.destroy())
    return stranger
  }
  return {room, events, directory, dial}
}

async function enterRoom(): Promise<Meeting & {stranger: Stranger; welcome: Record<string, unknown>}> {
  const meeting = await openRoom()
  const stranger = await meeting.dial()
  await stranger.enter(code)
  const welcome = await stranger.attach('stranger')
  return {...meeting, stranger, welcome}
}

describe('a joiner written from docs/protocol.md alone', () => {
  it('shares nothing with ours', () => {
    const imports = ['stranger.ts', 'stranger-cpace.ts'].flatMap(name => {
      const path = `test/conformance/${name}`
      return readModule(path, readFileSync(join(packageRoot, path), 'utf8')).imports.map(({target}) => target)
    })
    const allowed = ['node:crypto', 'node:tls', '@noble/curves/ed25519.js', 'test/conformance/stranger-cpace.ts']
    expect([...new Set(imports)].sort()).toEqual(allowed.sort())
  })

  it('joins with the code, and is welcomed', async () => {
    const {room, welcome} = await enterRoom()
    const bob = {id: 1, nick: 'bob'}
    const stranger = {id: 2, nick: 'stranger'}
    expect(welcome).toEqual({type: 'welcome', you: stranger, host: bob, members: [bob]})
    expect(room.members()).toEqual([stranger])
  })

  it('is turned away with another code', async () => {
    const {room, dial} = await openRoom()
    const stranger = await dial()
    await expect(stranger.enter('legal-zoo-ability')).rejects.toThrow('wrong-code')
    expect(room.members()).toEqual([])
  })

  it('says something, and hears it from the room', async () => {
    const {stranger, events} = await enterRoom()
    stranger.say({type: 'say', kind: 'say', text: 'good morning'})
    const from = {id: 2, nick: 'stranger'}
    const message = await stranger.message('message')
    expect(message).toEqual({type: 'message', id: 1, from, kind: 'say', text: 'good morning'})
    expect(events).toContainEqual({event: 'message', id: 1, from, kind: 'say', text: 'good morning', self: false})
  })

  it('hears and says messages that take several frames', async () => {
    const {room, stranger, events} = await enterRoom()
    const text = '\u0001'.repeat(65_536)
    await room.say(text)
    expect((await stranger.message('message')).text).toBe(text)
    stranger.say({type: 'say', kind: 'me', text})
    await stranger.message('message')
    expect(events).toContainEqual(expect.objectContaining({event: 'message', kind: 'me', text}))
  })

  it.each([0, 1, 65_537, 3_000_000])('receives a file of %i bytes, and confirms it', async size => {
    const {room, stranger, directory} = await enterRoom()
    const file = randomBytes(size)
    writeFileSync(join(directory, 'report.pdf'), file)
    const {delivered} = await room.sendFile(join(directory, 'report.pdf'), {to: 'stranger'})
    const offer = await stranger.message('offer')
    expect(offer).toMatchObject({name: 'report.pdf', bytes: size, files: 1, mediaType: 'application/pdf'})
    expect((await stranger.receiveFile(offer)).equals(file)).toBe(true)
    expect(await delivered).toMatchObject({bytes: size})
  })

  it.each([0, 1, 3_000_000])('sends a file of %i bytes, and hears that it is verified', async size => {
    const {stranger, directory} = await enterRoom()
    const file = randomBytes(size)
    await stranger.sendFile('photo.bin', file)
    expect(readFileSync(join(directory, 'new_photo.bin')).equals(file)).toBe(true)
  })

  it('leaves, and the room hears that it quit', async () => {
    const {stranger, events} = await enterRoom()
    stranger.leave()
    await until(() => events.some(({event}) => event === 'left'))
    expect(events).toContainEqual({event: 'left', member: {id: 2, nick: 'stranger'}, reason: 'quit'})
  })
})
