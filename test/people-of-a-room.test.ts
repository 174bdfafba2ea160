import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {RoomInMemory} from './helpers/room-in-memory.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'
import {eventLoopTurns} from './helpers/until.js'
import {joinerFingerprint} from './helpers/admission.js'

describe('a member whom the host removes', () => {
  it('is told, and is gone for everyone', async () => {
    const room = new RoomInMemory()
    const [ana, eve] = [await room.member('ana'), await room.member('eve')]
    room.host.room.kick('eve')
    expect(await eve.room.ended).toMatchObject({reason: 'kicked', error: {code: 'kicked', exitCode: 4}})
    expect(await ana.event('left')).toMatchObject({member: {nick: 'eve'}, reason: 'kicked'})
    expect(await room.host.event('left')).toMatchObject({reason: 'kicked'})
    expect(eve.events.at(-1)).toEqual({event: 'bye', reason: 'kicked'})
    expect(room.host.room.members().map(({nick}) => nick)).toEqual(['ana'])
  })

  it('has to be here, and is never the host', () => {
    const {host} = new RoomInMemory()
    for (const nick of ['eve', 'bob'])
      expect(() => host.room.kick(nick)).toThrow(expect.objectContaining({code: 'unknown-member'}))
  })
})

describe('a ping', () => {
  it('takes the way to the host and back', async () => {
    const room = new RoomInMemory()
    const ana = await room.member('ana')
    expect(await ana.room.ping()).toEqual({member: {id: 1, nick: 'bob'}, ms: 0})
    expect(await room.host.room.ping('ana')).toMatchObject({member: {nick: 'ana'}})
    expect(await room.host.room.ping()).toMatchObject({member: {nick: 'ana'}})
  })

  it('from member to member there is none', async () => {
    const room = new RoomInMemory()
    const [ana] = [await room.member('ana'), await room.member('eve')]
    await expect(ana.room.ping('eve')).rejects.toMatchObject({code: 'host-only'})
    await expect(room.host.room.ping()).rejects.toMatchObject({code: 'no-recipient'})
  })

  it('ends with its connection', async () => {
    const room = new RoomInMemory()
    const ana = await room.member('ana')
    const pinging = ana.room.ping()
    ana.cut()
    await expect(pinging).rejects.toMatchObject({code: 'connection-lost'})
  })
})

it('an identity is what this end has met of it', async () => {
  const room = new RoomInMemory()
  const ana = await room.member('ana')
  await room.member('eve')
  expect(room.host.room.identify('ana')).toEqual({member: {id: 2, nick: 'ana'}, fingerprint: joinerFingerprint})
  expect(ana.room.identify('eve')).toEqual({member: {id: 3, nick: 'eve'}})
})

it('files that are taken from now on go where they are wanted', async () => {
  const room = new RoomInMemory()
  const ana = await room.member('ana')
  const [before, after] = [ana.room.out, temporaryDirectory()]
  await ana.room.receiveInto(after)
  const {delivered} = await room.host.room.sendFile(room.host.write('a.txt', 'x'), {to: 'ana'})
  await delivered
  await eventLoopTurns(2)
  expect([before, after].map(directory => existsSync(join(directory, 'new_a.txt')))).toEqual([false, true])
})

it('alone in a room one is told that whoever comes is announced', () => {
  const room = new RoomInMemory()
  expect(() => room.host.room.recipients()).toThrow(
    expect.objectContaining({code: 'no-recipient', suggestions: [expect.stringContaining('Whoever comes')]}),
  )
})
