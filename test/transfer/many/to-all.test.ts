import {createHash, randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished, vi} from 'vitest'
import type {OutgoingFile} from '../../../src/conversation.js'
import type {HostConversation} from '../../../src/host-conversation.js'
import type {Membership} from '../../../src/membership.js'
import {FileReader} from '../../../src/transfer/file-source.js'
import {gatherMs} from '../../../src/transfer/many/sharing-pool.js'
import {RoomInMemory, type Participant} from '../../helpers/room-in-memory.js'
import {failureOf} from '../../helpers/transfer-pair.js'
import {eventLoopTurns, until} from '../../helpers/until.js'

const bytes = randomBytes(24 * 2 ** 20)
const sha256 = createHash('sha256').update(bytes).digest('hex')

type Someone = Participant<Membership | HostConversation>

/** A room of six, of whom one has a file for the others. */
async function meet(size = bytes.length) {
  const room = new RoomInMemory()
  const ana = await room.member('ana')
  const others = await Promise.all(['cem', 'dora', 'eve', 'finn'].map(nick => room.member(nick)))
  const path = ana.write('a.bin', bytes.subarray(0, size))
  return {room, ana, others, path}
}

/** Offers a file to everyone else in the room. */
async function offerToAll({room}: Someone, path: string): Promise<OutgoingFile[]> {
  const members = room.recipients('all')
  const offered: OutgoingFile[] = []
  for (const to of members) offered.push(await room.sendFile(path, {to, recipients: members.length}))
  return offered
}

/** Counts what is read of files that are offered. */
function watchDisk(): {readonly bytes: number} {
  const {read} = FileReader.prototype as {read: (this: FileReader, buffer: Buffer) => Promise<Buffer>}
  const disk = {bytes: 0}
  const spy = vi.spyOn(FileReader.prototype, 'read').mockImplementation(async function (this: FileReader, buffer) {
    const chunk = await read.call(this, buffer)
    disk.bytes += chunk.length
    return chunk
  })
  onTestFinished(() => spy.mockRestore())
  return disk
}

function expectWhole({intake}: Someone, whole = bytes): void {
  expect(readFileSync(join(intake.directory, 'new_a.bin')).equals(whole)).toBe(true)
}

/** Lets time pass until something has happened, but less than after which who reads nothing counts as gone. */
async function passTimeUntil({clock}: RoomInMemory, happened: Promise<unknown>): Promise<void> {
  const time = {passes: true}
  const end = happened.finally(() => (time.passes = false))
  const latestMs = clock.now() + 10_000
  while (time.passes) {
    if (clock.now() < latestMs) clock.advance(20)
    // Six disks have their turn meanwhile, on a busy machine too.
    await eventLoopTurns(40)
  }
  await end
}

/** Lets those who have accepted begin without the others. */
async function begin({clock}: RoomInMemory, offered: OutgoingFile[]): Promise<void> {
  await Promise.all(offered.map(({answered}) => answered))
  await eventLoopTurns(2)
  clock.advance(gatherMs)
}

const delivered = (offered: OutgoingFile[]) => Promise.all(offered.map(({delivered}) => delivered))

describe('a file of a member for everyone else', () => {
  it('is read once and sent once, when all keep pace, the host among them', async () => {
    const {room, ana, others, path} = await meet()
    const disk = watchDisk()
    const before = ana.link.sentBytes
    const results = await delivered(await offerToAll(ana, path))
    expect(ana.link.sentBytes - before).toBeLessThan(1.02 * bytes.length)
    expect(disk.bytes).toBe(bytes.length)
    expect(results.map(result => [result.transfer, result.sha256, result.resumedFrom])).toEqual(
      [1, 2, 3, 4, 5].map(number => [number, sha256, 0]),
    )
    for (const one of [room.host, ...others]) expectWhole(one)
    expect(ana.happened.filter(event => event === 'sent')).toHaveLength(5)
  })

  it('waits for nobody who reads nothing: that one gets the rest later, by a reading of its own', async () => {
    const {room, ana, others, path} = await meet()
    const [cem, ...rest] = others
    const offered = await offerToAll(ana, path)
    await until(() => ana.room.transfers().filter(({state}) => state === 'moving').length === 5)
    cem!.link.stopReading()
    const [toHost, , ...toRest] = offered
    await until(() => ana.link.sentBytes > 8_000_000)
    await passTimeUntil(room, delivered([toHost!, ...toRest]))
    for (const one of [room.host, ...rest]) expectWhole(one)
    expect(cem!.files).not.toContain('new_a.bin')
    cem!.link.readOn()
    const late = await offered[1]!.delivered
    expect(late).toMatchObject({sha256, resumedFrom: expect.any(Number)})
    expectWhole(cem!)
    expect(ana.link.sentBytes).toBeLessThan(2.1 * bytes.length)
  })

  it('goes to who accepts later as a whole, from a second reading', async () => {
    const {room, ana, others, path} = await meet()
    const disk = watchDisk()
    const [cem] = others
    cem!.intake.accept = 'ask'
    const offered = await offerToAll(ana, path)
    const prompt = offered.filter((_, index) => index !== 1)
    await begin(room, prompt)
    await delivered(prompt)
    expect(disk.bytes).toBe(bytes.length)
    cem!.room.accept((await cem!.event('offer')).transfer)
    await begin(room, offered)
    await offered[1]!.delivered
    expectWhole(cem!)
    expect(disk.bytes).toBe(2 * bytes.length)
  })

  it('reaches the others when one declines, one cancels and one is gone midway', async () => {
    const {room, ana, others, path} = await meet()
    const [cem, dora, eve, finn] = others
    cem!.intake.accept = 'none'
    const offered = await offerToAll(ana, path)
    await begin(room, offered)
    const failures = [1, 2, 3].map(index => failureOf(offered[index]!.delivered))
    await eve!.event('offer')
    await until(() => dora!.room.transfers().some(({moved}) => moved > 0))
    dora!.room.cancel(dora!.room.transfers()[0]!.transfer)
    await eve!.room.leave()
    expect(await Promise.all(failures)).toMatchObject([
      {code: 'declined'},
      {code: 'cancelled'},
      {code: 'connection-lost'},
    ])
    await delivered([offered[0]!, offered[4]!])
    expectWhole(room.host)
    expectWhole(finn!)
  })

  it.each(['by its sender', 'by its receiver'])('stands still for one alone, paused %s', async by => {
    const {ana, others, path} = await meet()
    const [cem] = others
    const offered = await offerToAll(ana, path)
    await until(() => ana.room.transfers().filter(({state}) => state === 'moving').length === 5)
    const one = by === 'by its sender' ? ana : cem!
    const {transfer} = one.room.transfers().find(({peer}) => peer.nick === (one === ana ? 'cem' : 'ana'))!
    one.room.pause(transfer)
    await delivered(offered.filter((_, index) => index !== 1))
    expect(cem!.files).not.toContain('new_a.bin')
    one.room.resume(transfer)
    await offered[1]!.delivered
    expectWhole(cem!)
  })

  it('goes on to each alone, from where that one is, when the connection of its sender was lost', async () => {
    const {room, ana, others, path} = await meet()
    const disk = watchDisk()
    const offered = await offerToAll(ana, path)
    await until(() => [room.host, ...others].every(one => one.room.transfers().some(({moved}) => moved > 4_000_000)))
    ana.link.interrupt()
    const results = await delivered(offered)
    for (const one of [room.host, ...others]) expectWhole(one)
    const missing = results.map(({resumedFrom}) => bytes.length - resumedFrom)
    expect(Math.max(...missing)).toBeLessThan(bytes.length - 4_000_000)
    const inCommon = disk.bytes - missing.reduce((sum, each) => sum + each, 0)
    expect(inCommon).toBeLessThan(bytes.length)
    expect(results.map(result => result.sha256)).toEqual(Array(5).fill(sha256))
  })

  it('costs its sender once, of what it may send a second', async () => {
    const {ana, room, path} = await meet(400_000)
    ana.room.limitBandwidth(100_000)
    const offered = await offerToAll(ana, path)
    await Promise.all(offered.map(({answered}) => answered))
    await eventLoopTurns(2)
    await passTimeUntil(room, delivered(offered))
    expect(room.clock.now()).toBeGreaterThan(3500)
    expect(ana.link.sentBytes).toBeLessThan(420_000)
  })
})

describe('a file of the host for everyone else', () => {
  it('is read once, and sent to each over its own link', async () => {
    const {room, ana, others} = await meet()
    const disk = watchDisk()
    const path = room.host.write('a.bin', bytes)
    const results = await delivered(await offerToAll(room.host, path))
    expect(disk.bytes).toBe(bytes.length)
    expect(results.map(result => result.sha256)).toEqual(Array(5).fill(sha256))
    for (const one of [ana, ...others].slice(1)) expectWhole(one)
  })

  it('waits for nobody who reads nothing', async () => {
    const {room, others} = await meet()
    const [cem, ...rest] = others
    const path = room.host.write('a.bin', bytes)
    const offered = await offerToAll(room.host, path)
    await until(() => cem!.room.transfers().some(({moved}) => moved > 0))
    cem!.link.stopReading()
    await until(() => rest.every(one => one.room.transfers().some(({moved}) => moved > 3_000_000)))
    await passTimeUntil(room, delivered(offered.filter((_, index) => index !== 1)))
    for (const one of rest) expectWhole(one)
    cem!.link.readOn()
    await offered[1]!.delivered
    expectWhole(cem!)
  })
})
