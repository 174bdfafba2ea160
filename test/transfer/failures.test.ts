import {randomBytes} from 'node:crypto'
import {chmodSync, rmSync} from 'node:fs'
import * as fs from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import type {FileMessage} from '../../src/protocol/messages.js'
import {PartFile} from '../../src/transfer/part/part-file.js'
import {expectNothingLeft} from '../helpers/nothing-left.js'
import {failureOf, joinDesks, meetPeer, passTime, type DeskEnd} from '../helpers/transfer-pair.js'
import {eventLoopTurns, until} from '../helpers/until.js'

afterEach(() => vi.restoreAllMocks())

/** Makes every open file answer a call with an error of the system, from its `nth` time on. */
async function breakFiles(call: 'read' | 'writev' | 'datasync' | 'close', code: string, nth = 1): Promise<void> {
  const handle = await fs.open(import.meta.filename)
  const prototype = Object.getPrototypeOf(handle) as fs.FileHandle
  await handle.close()
  const real = Reflect.get(prototype, call) as (...args: unknown[]) => Promise<unknown>
  let count = 0
  vi.spyOn(prototype, call).mockImplementation(function (this: fs.FileHandle, ...args: unknown[]) {
    if (++count < nth) return real.apply(this, args) as never
    return Promise.reject(Object.assign(new Error(`${code}: broken`), {code, syscall: call})) as never
  })
}

async function offerFile({member}: {member: DeskEnd}, bytes = 3_000_000) {
  const offered = await member.desk.offer(member.write('a.bin', randomBytes(bytes)))
  offered.delivered.catch(() => undefined)
  return offered
}

async function expectEnds(pair: {host: DeskEnd; member: DeskEnd}, host: object, member: object): Promise<void> {
  await expectNothingLeft(pair.host, [])
  await expectNothingLeft(pair.member, ['a.bin'])
  await until(() => pair.member.events.length > 0)
  expect(pair.host.events.at(-1)).toMatchObject(host)
  expect(pair.member.events.at(-1)).toMatchObject(member)
  expect([pair.host.session.isAttached, pair.member.session.isAttached]).toEqual([true, true])
}

const failed = (code: string) => ({event: 'failed', code})

describe('the disk of the receiver', () => {
  it.each([
    ['writev', 'EIO', 'not-writable'],
    ['writev', 'EFBIG', 'disk-full'],
    ['datasync', 'EIO', 'not-writable'],
  ] as const)('fails in %s with %s: both ends hear it, and nothing is kept', async (call, errno, code) => {
    await breakFiles(call, errno)
    const pair = joinDesks()
    const offered = await offerFile(pair)
    const failure = await failureOf(offered.delivered)
    expect(failure).toMatchObject({code: 'peer-failed', exitCode: 6})
    expect(failure.message).toContain(code)
    await expectEnds(pair, {...failed(code), accepted: true}, failed('peer-failed'))
  })

  // The permissions of a directory hold nobody back who is root.
  it.skipIf(process.getuid?.() === 0)('is read-only: that is said at both ends', async () => {
    const pair = joinDesks()
    chmodSync(pair.host.directory, 0o555)
    await failureOf((await offerFile(pair)).delivered)
    await expectEnds(pair, failed('not-writable'), failed('peer-failed'))
  })

  it('does not even let a part go: that is told beside the reason', async () => {
    await breakFiles('writev', 'EIO')
    const pair = joinDesks()
    const discard = vi.spyOn(PartFile.prototype, 'discard')
    discard.mockImplementation(async function (this: PartFile) {
      discard.mockRestore()
      await this.discard()
      throw Object.assign(new Error('EROFS'), {code: 'EROFS', syscall: 'rm'})
    })
    await failureOf((await offerFile(pair)).delivered)
    await expectEnds(pair, failed('not-writable'), failed('peer-failed'))
    expect(pair.host.events.at(-2)).toMatchObject({event: 'notice', code: 'part-left'})
  })

  it('is told for why it has ended, although the sender leaves while the traces are cleared away', async () => {
    await breakFiles('writev', 'EIO')
    const pair = joinDesks()
    let goOn: () => void = () => undefined
    const cleared = new Promise<void>(resolve => (goOn = resolve))
    const discard = vi.spyOn(PartFile.prototype, 'discard')
    discard.mockImplementation(async function (this: PartFile) {
      discard.mockRestore()
      await cleared
      await this.discard()
    })
    const offered = await offerFile(pair)
    await failureOf(offered.delivered)
    const closed = pair.host.desk.close(new ChatctlError('connection-lost', 'the other side is gone'))
    goOn()
    await closed
    expect(pair.host.events.at(-1)).toMatchObject(failed('not-writable'))
    await expectNothingLeft(pair.host, [])
  })
})

describe('the source', () => {
  it.each([1, 2])('cannot be read, from part %i on: both ends hear it', async nth => {
    const pair = joinDesks()
    pair.host.intake.accept = 'ask'
    const offered = await offerFile(pair)
    await until(() => pair.host.desk.offers().length === 1)
    await breakFiles('read', 'EIO', nth)
    pair.host.desk.accept(1)
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'not-readable', exitCode: 8})
    await expectEnds(pair, failed('peer-failed'), failed('not-readable'))
  })

  it('cannot be read while the limiter holds what was read: no turn is waited for', async () => {
    const pair = joinDesks()
    pair.member.bandwidth.limit(1)
    await breakFiles('read', 'EIO', 2)
    expect(await failureOf((await offerFile(pair)).delivered)).toMatchObject({code: 'not-readable'})
    await expectEnds(pair, failed('peer-failed'), failed('not-readable'))
  })

  it('loses its name under way: what was offered still arrives whole', async () => {
    const pair = joinDesks()
    pair.member.bandwidth.limit(1)
    const offered = await offerFile(pair)
    await until(() => pair.member.deskClock.waiting === 2)
    rmSync(join(pair.member.directory, 'a.bin'))
    pair.member.bandwidth.limit(undefined)
    expect(await offered.delivered).toMatchObject({bytes: 3_000_000})
    await expectNothingLeft(pair.host, ['new_a.bin'])
    await expectNothingLeft(pair.member, [])
  })
})

describe('a transfer that is cancelled', () => {
  it.each(['host', 'member'] as const)('by the %s while it is made to last is not published', async canceller => {
    let persisted: () => void = () => undefined
    const isPersisted = new Promise<void>(resolve => (persisted = resolve))
    const persist = vi.spyOn(PartFile.prototype, 'persist').mockReturnValue(isPersisted)
    const pair = joinDesks()
    const offered = await offerFile(pair)
    await until(() => persist.mock.calls.length > 0)
    pair[canceller].desk.cancel(1)
    if (canceller === 'member') await pair.member.desk.idle()
    await eventLoopTurns(10)
    persisted()
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'cancelled'})
    const cancelled = {event: 'cancelled', code: 'cancelled'}
    await expectEnds(pair, cancelled, cancelled)
  })

  it('before the sender has opened its channel leaves nothing', async () => {
    const {host, peer} = meetPeer()
    host.desk.handle({
      ...{type: 'offer', transfer: 'a'.repeat(32), name: 'a', bytes: 1, files: 1, mediaType: 'text/plain'},
    })
    await peer.until(() => peer.messages.some(({type}) => type === 'accept'))
    host.desk.cancel(1)
    await expectNothingLeft(host, [])
    expect(host.events.at(-1)).toMatchObject({event: 'cancelled'})
    await peer.until(() => peer.messages.some(({type}) => type === 'cancel'))
  })
})

describe('a connection that is lost', () => {
  it.each([{send: 1}, {receive: 1}])('ends both sides, though a limiter holds them: %o', async limits => {
    const pair = joinDesks()
    pair.member.bandwidth.limit(limits.send)
    pair.host.bandwidth.limit(limits.receive)
    const offered = await offerFile(pair)
    await until(() => pair.host.deskClock.waiting + pair.member.deskClock.waiting === 3)
    pair.cut()
    await passTime(1000, [pair.host, pair.member])
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'connection-lost', exitCode: 6})
    await expectNothingLeft(pair.host, [])
    await expectNothingLeft(pair.member, ['a.bin'])
    expect(pair.host.events.at(-1)).toMatchObject(failed('connection-lost'))
  })
})

describe('a receiver that gives up', () => {
  it.each([
    ['digest-mismatch', 'digest-mismatch'],
    ['stalled', 'stalled'],
    ['disk-full', 'peer-failed'],
  ])('for %s: the sender ends with %s', async (said, code) => {
    const {host, peer} = meetPeer()
    const offered = await host.desk.offer(host.write('a.bin', randomBytes(1000)))
    offered.delivered.catch(() => undefined)
    await peer.until(() => peer.messages.length === 1)
    const {transfer} = peer.messages[0] as FileMessage
    peer.session.send({type: 'accept', transfer})
    await peer.until(() => peer.channels.length === 1)
    peer.channels[0]!.receive({bytes: () => undefined, end: () => undefined, failed: () => undefined})
    peer.session.send({type: 'failed', transfer, code: said})
    const failure = await failureOf(offered.delivered)
    expect(failure).toMatchObject({code, exitCode: 6})
    expect(failure.message).toContain(said)
    expect(host.events).toMatchObject([{event: 'failed', code}])
    await expectNothingLeft(host, ['a.bin'])
  })
})
