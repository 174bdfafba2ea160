import {randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {roomPatienceMs} from '../../src/transfer/room-wait.js'
import {systemClock} from '../../src/session/clock.js'
import {stallMs} from '../../src/transfer/stall-watch.js'
import {ResumablePair} from '../helpers/resumable-pair.js'
import {fillDisk} from '../helpers/disk-calls.js'
import {expectNothingLeft} from '../helpers/nothing-left.js'
import {failureOf, joinDesks, passTime, type DeskEnd} from '../helpers/transfer-pair.js'
import {until} from '../helpers/until.js'

afterEach(() => vi.restoreAllMocks())

async function offerFile(member: DeskEnd, bytes = randomBytes(3_000_000), name = 'a.bin') {
  const offered = await member.desk.offer(member.write(name, bytes))
  offered.delivered.catch(() => undefined)
  return {...offered, bytes, delivered: offered.delivered}
}

const states = (...ends: DeskEnd[]) => ends.map(({desk}) => desk.transfers()[0]?.pause)
const isPaused = (...ends: DeskEnd[]) => states(...ends).every(pause => pause !== undefined)

describe.each([
  ['writev', 'ENOSPC', 1],
  ['writev', 'EDQUOT', 3],
  ['datasync', 'ENOSPC', 1],
] as const)('a disk without room for %s (%s, from time %i on)', (call, errno, nth) => {
  it('pauses the file, which goes on by itself when there is room', async () => {
    const disk = await fillDisk(call, errno, nth)
    const {host, member} = joinDesks()
    const {delivered, bytes} = await offerFile(member)
    await until(() => isPaused(host, member))
    expect(states(host, member)).toEqual([
      {by: 'self', code: 'disk-full'},
      {by: 'peer', code: 'disk-full'},
    ])
    // Nobody takes that for a stall.
    await passTime(3 * stallMs, [host, member])
    expect(isPaused(host, member)).toBe(true)
    disk.makeRoom()
    await passTime(2000, [host, member])
    await delivered
    expect(readFileSync(join(host.directory, 'new_a.bin')).equals(bytes)).toBe(true)
    const told = (end: DeskEnd) => end.happened.filter(event => event === 'paused' || event === 'resumed')
    expect([told(host), told(member)]).toEqual([
      ['paused', 'resumed'],
      ['paused', 'resumed'],
    ])
    expect(host.events.find(({event}) => event === 'paused')).toEqual({
      ...{event: 'paused', transfer: 1, name: 'a.bin', by: 'self', code: 'disk-full'},
      message: expect.stringMatching(/^paused: cannot write .*; it goes on when there is room$/),
    })
    await expectNothingLeft(host, ['new_a.bin'])
    await expectNothingLeft(member, ['a.bin'])
  })
})

describe('a full disk', () => {
  it('is tried again at once by who says that there is room', async () => {
    const disk = await fillDisk('writev')
    const {host, member} = joinDesks()
    const {delivered} = await offerFile(member)
    await until(() => isPaused(host))
    disk.makeRoom()
    host.desk.resume(1)
    await delivered
    expect(host.clock.now()).toBe(0)
  })

  it('answers who tries in vain, and goes on waiting', async () => {
    const disk = await fillDisk('writev')
    const {host, member} = joinDesks()
    const {delivered} = await offerFile(member)
    await until(() => isPaused(host))
    host.desk.resume(1)
    await until(() => host.events.at(-1)?.event === 'notice')
    expect(host.events.at(-1)).toEqual({
      ...{event: 'notice', code: 'disk-full'},
      message: expect.stringMatching(/^#1 a\.bin cannot go on yet: cannot write .*: the disk is full$/) as string,
    })
    expect(isPaused(host)).toBe(true)
    disk.makeRoom()
    host.desk.resume(1)
    await delivered
  })

  it('cannot be helped from the other side', async () => {
    await fillDisk('writev')
    const {host, member} = joinDesks()
    const {delivered} = await offerFile(member)
    await until(() => isPaused(member))
    expect(() => member.desk.resume(1)).toThrow(expect.objectContaining({code: 'bad-argument', exitCode: 2}))
    member.desk.cancel(1)
    expect(await failureOf(delivered)).toMatchObject({code: 'cancelled'})
    await expectNothingLeft(host, [])
  })

  it('is not waited for by a file that is cancelled here, or whose sender is gone', async () => {
    await fillDisk('datasync')
    const {host, member} = joinDesks()
    const {delivered} = await offerFile(member, randomBytes(10))
    await offerFile(member, randomBytes(10), 'b.bin')
    await until(() => host.desk.transfers().filter(({pause}) => pause !== undefined).length === 2)
    host.desk.cancel(1)
    expect(await failureOf(delivered)).toMatchObject({code: 'cancelled'})
    await host.desk.close(new ChatctlError('connection-lost', 'the other side is gone'))
    await expectNothingLeft(host, [])
  })

  it('is waited for an hour, and no longer', async () => {
    await fillDisk('writev')
    const {host, member} = joinDesks()
    const {delivered} = await offerFile(member)
    await until(() => isPaused(host, member))
    const paused = host.clock.now()
    while (host.desk.transfers().length > 0) {
      await passTime(2000, [host, member], 2000)
      // It looks again: at the disk, and at the clock.
      await until(() => host.deskClock.waiting !== 1)
    }
    expect(host.clock.now() - paused).toBeGreaterThanOrEqual(roomPatienceMs)
    expect(host.clock.now() - paused).toBeLessThan(roomPatienceMs + 60_000)
    expect(await failureOf(delivered)).toMatchObject({code: 'peer-failed', exitCode: 6})
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'disk-full'})
    await expectNothingLeft(host, [])
    await expectNothingLeft(member, ['a.bin'])
  })
})

describe('a disk that has room for a file, and not for the first record of its journal', () => {
  it('pauses the file, which goes on when there is room', async () => {
    let nowMs = 0
    // A record is due with every batch.
    vi.spyOn(systemClock, 'now').mockImplementation(() => (nowMs += 2000))
    const disk = await fillDisk('appendFile')
    const {host, member} = new ResumablePair().begin()
    const {delivered, bytes} = await offerFile(member)
    await until(() => isPaused(host, member))
    expect(states(host)).toEqual([{by: 'self', code: 'disk-full'}])
    disk.makeRoom()
    await passTime(2000, [host, member])
    await delivered
    expect(readFileSync(join(host.directory, 'new_a.bin')).equals(bytes)).toBe(true)
    await expectNothingLeft(host, ['new_a.bin'])
  })
})
