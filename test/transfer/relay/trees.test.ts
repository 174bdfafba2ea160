import {join} from 'node:path'
import {describe, expect, it, onTestFinished, vi} from 'vitest'
import type {OutgoingFile} from '../../../src/conversation.js'
import type {HostConversation} from '../../../src/host-conversation.js'
import type {Membership} from '../../../src/membership.js'
import {TreeReader} from '../../../src/transfer/tree/tree-reader.js'
import {RoomInMemory, type Participant} from '../../helpers/room-in-memory.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {harvest, plant, type Plan} from '../../helpers/trees.js'
import {until} from '../../helpers/until.js'

const plan: Plan = {
  empty: null,
  'a/b/c.txt': 'c',
  'a/large.bin': 'x'.repeat(3_000_000),
  'run.sh*': '#!/bin/sh',
  '日本語/עברית.txt': 'names',
}
const arrived = {...plan, a: null, 'a/b': null, 日本語: null}

/** Counts the readings of trees. */
function watchReadings() {
  const spy = vi.spyOn(TreeReader.prototype, 'close')
  onTestFinished(() => spy.mockRestore())
  return {count: () => new Set(spy.mock.contexts).size}
}

/** Offers a directory to everyone else in the room; resolves with what was delivered to each. */
async function deliverToAll({room}: Participant<Membership | HostConversation>, root: string) {
  const members = room.recipients('all')
  const offered: OutgoingFile[] = []
  for (const to of members) offered.push(await room.sendFile(root, {to, recipients: members.length}))
  return Promise.all(offered.map(({delivered}) => delivered))
}

async function meet() {
  const room = new RoomInMemory()
  const ana = await room.member('ana')
  const others = await Promise.all(['cem', 'dora', 'eve'].map(nick => room.member(nick)))
  const root = plant(join(temporaryDirectory(), 'src'), {...plan, 'bad\nname': 'b'})
  return {room, ana, others, root}
}

const skipped = {count: 1, first: [{path: 'bad\nname', code: 'unsafe-name'}]}

describe('a directory of a member', () => {
  it('comes to another through the host, who keeps nothing of it, and what it could not keep is listed at both ends', async () => {
    const {room, ana, others, root} = await meet()
    const [cem] = others
    const {delivered} = await ana.room.sendFile(root, {to: 'cem'})
    expect(await delivered).toMatchObject({name: 'src', files: 4, skipped})
    expect(harvest(join(cem!.intake.directory, 'new_src'))).toEqual(arrived)
    expect(await cem!.event('received')).toMatchObject({name: 'src', files: 4, skipped})
    expect(room.host.files).toEqual([])
    expect(room.host.happened.filter(event => event !== 'joined')).toEqual([])
  })

  it('comes to everyone by one reading, sent once', async () => {
    const {room, ana, others, root} = await meet()
    const readings = watchReadings()
    const before = ana.link.sentBytes
    for (const each of await deliverToAll(ana, root)) expect(each).toMatchObject({files: 4, skipped})
    for (const {intake} of [room.host, ...others]) expect(harvest(join(intake.directory, 'new_src'))).toEqual(arrived)
    expect(readings.count()).toBe(1)
    expect(ana.link.sentBytes - before).toBeLessThan(1.05 * 3_000_000)
  })

  it('goes on to each of them alone when the connection of its sender was lost', async () => {
    const {room, ana, others, root} = await meet()
    const delivering = deliverToAll(ana, root)
    await until(() => others[0]!.room.transfers().some(({moved}) => moved > 500_000))
    ana.link.interrupt()
    for (const each of await delivering) expect(each).toMatchObject({files: 4, skipped})
    for (const {intake} of [room.host, ...others]) expect(harvest(join(intake.directory, 'new_src'))).toEqual(arrived)
  })
})

describe('a directory of the host', () => {
  it('comes to everyone by one reading', async () => {
    const {room, ana, others, root} = await meet()
    const readings = watchReadings()
    for (const each of await deliverToAll(room.host, root)) expect(each).toMatchObject({files: 4, skipped})
    for (const {intake} of [ana, ...others]) expect(harvest(join(intake.directory, 'new_src'))).toEqual(arrived)
    expect(readings.count()).toBe(1)
  })
})
