import {randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {Compression} from '../../src/conversation.js'
import {ChatctlError} from '../../src/errors/index.js'
import {ReceiveChannel} from '../../src/session/receive-channel.js'
import {fillDisk, holdDisk} from '../helpers/disk-calls.js'
import {visibleFiles} from '../helpers/kept-parts.js'
import {ResumablePair} from '../helpers/resumable-pair.js'
import {passTime, type DeskEnd} from '../helpers/transfer-pair.js'
import {eventLoopTurns, until} from '../helpers/until.js'

afterEach(() => vi.restoreAllMocks())

const lost = new ChatctlError('connection-lost', 'the line was cut')
/** Of the first window nearly all. */
const silentAt = 60_000
/** Of that all but the talk. */
const arrivedBytes = 52_000
/** Lines that are much smaller in a block: several of those have arrived by then. */
const text = Buffer.from(Array.from({length: 2000}, () => `${randomBytes(32).toString('hex')}\n`.repeat(30)).join(''))
const expandedBytes = 3 * 512 * 1024

/** A disk that writes has some of the pieces in hand. */
const pieceBytes = 4096

/** A file that is on its way, piece by piece, over a line that falls silent, of which the receiver does not know. */
async function fallSilent({compression = 'off', after = silentAt}: {compression?: Compression; after?: number} = {}) {
  const pair = new ResumablePair(pieceBytes)
  const {host, member, line} = pair.begin()
  line.silenceAfter(after)
  const path = member.write('a.txt', text)
  const {delivered} = await member.desk.offer(path, {compression})
  delivered.catch(() => undefined)
  await until(() => line.sentBytes >= after)
  await eventLoopTurns(10)
  await member.desk.close(lost)
  return {pair, path, host}
}

async function offerAnew(pair: ResumablePair, path: string) {
  const {host, member} = pair.begin()
  return {host, member, delivered: (await member.desk.offer(path)).delivered}
}

function expectArrived(host: DeskEnd): void {
  expect(readFileSync(join(host.directory, 'new_a.txt')).equals(text)).toBe(true)
  expect(visibleFiles(host.directory)).toEqual(['new_a.txt'])
}

describe('a file that another session takes over while the first one still has something to write', () => {
  it.each<[string, Compression, number, (host: DeskEnd) => void]>([
    ['as it is', 'off', arrivedBytes, () => undefined],
    ['in blocks', 'on', expandedBytes, () => undefined],
    ['and stands still', 'off', arrivedBytes, host => host.desk.pause(1)],
  ])('goes on behind all that came %s', async (_, compression, leastBytes, prepare) => {
    const disk = await holdDisk('writev')
    const hasStopped = vi.spyOn(ReceiveChannel.prototype, 'reset')
    const {pair, path, host: before} = await fallSilent({compression})
    prepare(before)
    const {host, delivered} = await offerAnew(pair, path)
    await until(() => hasStopped.mock.calls.length > 0)
    disk.goOn()
    expect((await delivered).resumedFrom).toBeGreaterThan(leastBytes)
    expect(before.events.at(-1)).toMatchObject({event: 'failed', code: 'taken-over'})
    expectArrived(host)
  })

  it('is not waited for where the disk is full', async () => {
    const disk = await fillDisk('writev')
    const {pair, path, host: before} = await fallSilent({after: 20_000})
    await until(() => before.happened.includes('paused'))
    const {host, member, delivered} = await offerAnew(pair, path)
    await until(() => host.happened.includes('paused'))
    expect(before.events.at(-1)).toMatchObject({event: 'failed', code: 'taken-over'})
    disk.makeRoom()
    await passTime(2000, [host, member])
    await delivered
    expectArrived(host)
  })
})

it('a file that is left while something waits to be written goes on behind that', async () => {
  const disk = await holdDisk('writev')
  const {pair, path, host: before} = await fallSilent()
  const closing = before.desk.close(lost)
  disk.goOn()
  await closing
  const {host, delivered} = await offerAnew(pair, path)
  expect((await delivered).resumedFrom).toBeGreaterThan(arrivedBytes)
  expectArrived(host)
})
