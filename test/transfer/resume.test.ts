import {createHash, randomBytes} from 'node:crypto'
import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import type {FileMessage} from '../../src/protocol/messages.js'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {ResumablePair} from '../helpers/resumable-pair.js'
import {DeskEnd, failureOf, passTime} from '../helpers/transfer-pair.js'
import {TestSession} from '../helpers/test-session.js'
import {eventLoopTurns, until} from '../helpers/until.js'

const size = 8_000_000
const content = randomBytes(size)
const sha256 = createHash('sha256').update(content).digest('hex')
const lost = new ChatctlError('connection-lost', 'the line was cut')
/** What one percent, and the frames of a session that ends, may cost. */
const mostBytes = size * 1.01

/** A whole second: whoever gives a file its time back does so exactly. */
const writtenAt = new Date('2026-01-01')

/** A pair whose member has a file, and a transfer of it that was broken off by the loss of everything but the disks. */
async function breakOff(after = size / 2) {
  const pair = new ResumablePair()
  const path = join(pair.directories.member, 'a.bin')
  writeFileSync(path, content)
  utimesSync(path, writtenAt, writtenAt)
  const {host, member, line} = pair.begin()
  line.cutAfter(after)
  const offered = await member.desk.offer(path)
  offered.delivered.catch(() => undefined)
  await until(() => !host.session.isAttached && !member.session.isAttached)
  await Promise.all([host.desk.close(lost), member.desk.close(lost)])
  return {pair, path, host, member, offered}
}

/** A pair whose line was cut half way, and whose host has asked for the rest, though nobody is there. */
async function waitForSender() {
  const pair = new ResumablePair()
  const {host, member, line} = pair.begin()
  const said = vi.spyOn(host.session, 'send')
  const accepts = () => said.mock.calls.filter(([{type}]) => type === 'accept').length
  line.cutAfter(size / 2)
  const {delivered} = await member.desk.offer(member.write('a.bin', content))
  await until(() => !member.session.isAttached && accepts() === 2)
  await eventLoopTurns(10)
  return {pair, host, member, delivered}
}

function noticesOf({events}: DeskEnd): string[] {
  return events.flatMap(event => (event.event === 'notice' ? [event.message] : []))
}

function replace(path: string): void {
  rmSync(path)
  writeFileSync(path, Buffer.alloc(size))
}

async function expectArrived(host: DeskEnd): Promise<void> {
  await host.desk.idle()
  expect(readFileSync(join(host.directory, 'new_a.bin')).equals(content)).toBe(true)
  expect(host.files).toEqual(['new_a.bin'])
}

const twentieths = Array.from({length: 19}, (_, index) => Math.round((size * (index + 1)) / 20))

describe('a file that is offered again', () => {
  it.each(twentieths)('after all was lost but the disks, at byte %i, goes on there', async cutAt => {
    const {pair, path, host: before} = await breakOff(cutAt)
    expect(before.files.filter(name => name.endsWith('.part'))).toHaveLength(1)
    const {host, member} = pair.begin()
    const {delivered} = await member.desk.offer(path)
    const sent = await delivered
    expect(sent).toMatchObject({bytes: size, sha256})
    expect(sent.resumedFrom).toBeGreaterThan(cutAt - size / 100)
    expect(host.events.at(-1)).toMatchObject({event: 'received', sha256, resumedFrom: sent.resumedFrom})
    expect(pair.sentBytes).toBeLessThan(mostBytes)
    await expectArrived(host)
  })
})

describe('a transfer whose session is back', () => {
  it.each(twentieths)('goes on by itself where it was cut: at byte %i', async cutAt => {
    const pair = new ResumablePair()
    const {host, member, line} = pair.begin()
    line.cutAfter(cutAt)
    const {delivered} = await member.desk.offer(member.write('a.bin', content))
    await until(() => !host.session.isAttached && !member.session.isAttached)
    pair.connect(host, member)
    const sent = await delivered
    expect(sent).toMatchObject({bytes: size, sha256})
    expect(sent.resumedFrom).toBeGreaterThan(cutAt - size / 100)
    expect(pair.sentBytes).toBeLessThan(mostBytes)
    expect(host.happened).toContain('received')
    await expectArrived(host)
  })

  it.each(twentieths)('goes on by itself where its line fell silent: at byte %i', async silentAt => {
    const pair = new ResumablePair()
    const {host, member, line} = pair.begin()
    line.silenceAfter(silentAt)
    const {delivered} = await member.desk.offer(member.write('a.bin', content))
    await until(() => line.sentBytes >= silentAt)
    while (host.session.isAttached || member.session.isAttached) await passTime(5000, [host, member])
    pair.connect(host, member)
    const sent = await delivered
    expect(sent).toMatchObject({bytes: size, sha256})
    expect(sent.resumedFrom).toBeGreaterThan(silentAt - size / 100)
    expect(pair.sentBytes).toBeLessThan(mostBytes)
    await expectArrived(host)
  })

  it('whatever step of the offer was cut', async () => {
    const small = content.subarray(0, 100_000)
    for (let cutAt = 1; cutAt < 800; cutAt += 20) {
      const pair = new ResumablePair()
      const {host, member, line} = pair.begin()
      line.cutAfter(cutAt)
      const {delivered} = await member.desk.offer(member.write('a.bin', small))
      await until(() => !host.session.isAttached && !member.session.isAttached)
      pair.connect(host, member)
      expect(await delivered).toMatchObject({bytes: small.length})
      expect(readFileSync(join(host.directory, 'new_a.bin')).equals(small)).toBe(true)
    }
  })
})

describe('what is kept', () => {
  it('and is not what belongs there is started over once, and both ends say so', async () => {
    const {pair, path, host: before} = await breakOff()
    const [part] = before.files.filter(name => name.endsWith('.part'))
    const file = openSync(join(before.directory, part!), 'r+')
    writeSync(file, Buffer.from([content[0]! ^ 1]), 0, 1, 0)
    closeSync(file)
    const {host, member} = pair.begin()
    const {delivered} = await member.desk.offer(path)
    expect(await delivered).toMatchObject({sha256, resumedFrom: 0})
    await host.desk.idle()
    for (const {events} of [host, member])
      expect(events.flatMap(event => (event.event === 'notice' ? [event.code] : []))).toEqual([
        'resumed',
        'started-over',
      ])
    await expectArrived(host)
  })

  it('is said to go on when it does, and not when it is asked for', async () => {
    const {pair, host, member, delivered} = await waitForSender()
    expect(noticesOf(host)).toEqual([])
    pair.connect(host, member)
    await delivered
    expect(noticesOf(host)).toEqual([expect.stringMatching(/^#1 a\.bin goes on at \d\d%$/)])
  })

  it('is said to go on at neither end when its file has changed meanwhile', async () => {
    const {pair, host, member, delivered} = await waitForSender()
    appendFileSync(join(member.directory, 'a.bin'), 'more')
    pair.connect(host, member)
    expect(await failureOf(delivered)).toMatchObject({code: 'source-changed'})
    await host.desk.idle()
    expect([...noticesOf(host), ...noticesOf(member)]).toEqual([])
    expect(host.files).toEqual([])
  })

  it('is not said to go on when its sender never comes back', async () => {
    const {host, member, delivered} = await waitForSender()
    const failed = failureOf(delivered)
    await Promise.all([host.desk.close(lost), member.desk.close(lost)])
    await failed
    expect(host.happened.filter(event => event !== 'progress')).toEqual(['offer', 'failed'])
  })

  it('is left alone when all of it is to come anew', async () => {
    const {pair, path} = await breakOff()
    const {host, member} = pair.begin()
    const sent = await (await member.desk.offer(path, {isResumable: false})).delivered
    expect(sent).toMatchObject({sha256, resumedFrom: 0})
    expect(readFileSync(join(host.directory, 'new_a.bin')).equals(content)).toBe(true)
    expect(host.files.filter(name => name.endsWith('.part'))).toHaveLength(1)
  })

  it.each<[string, (path: string) => void]>([
    ['written again, and given its size and time back', path => writeFileSync(path, Buffer.alloc(size))],
    ['replaced by another one of its size and time', replace],
  ])('is nothing for a file that was %s', async (_, change) => {
    const {pair, path} = await breakOff()
    change(path)
    utimesSync(path, writtenAt, writtenAt)
    const {host, member} = pair.begin()
    expect(await (await member.desk.offer(path)).delivered).toMatchObject({resumedFrom: 0})
    expect(member.happened).not.toContain('notice')
    await host.desk.idle()
    expect(noticesOf(host)).toEqual(['#1 a.bin begins anew: it has changed'])
    expect(host.files).toEqual(['new_a.bin'])
    expect(readFileSync(join(host.directory, 'new_a.bin')).equals(Buffer.alloc(size))).toBe(true)
  })

  it('stays when the room is closed, however often its desk is', async () => {
    const pair = new ResumablePair()
    const path = join(pair.directories.member, 'a.bin')
    writeFileSync(path, content)
    const {host, member} = pair.begin()
    member.bandwidth.limit(1)
    const failed = failureOf((await member.desk.offer(path)).delivered)
    await until(() => readdirSync(host.directory).length > 0)
    const closed = new ChatctlError('cancelled', 'the room was closed')
    await Promise.all([host.desk.close(closed), host.desk.close(closed), member.desk.close(closed)])
    await failed
    expect(host.files.filter(name => name.endsWith('.part'))).toHaveLength(1)
  })

  it('is given up when its file has become longer', async () => {
    const {pair, path} = await breakOff()
    appendFileSync(path, 'x')
    const {host, member} = pair.begin()
    const sent = await (await member.desk.offer(path)).delivered
    expect(sent).toMatchObject({bytes: size + 1, resumedFrom: 0})
    await host.desk.idle()
    expect(noticesOf(host)).toEqual(['#1 a.bin begins anew: it has changed'])
    expect(host.files).toEqual(['new_a.bin'])
  })

  it.each(['host', 'member'] as const)('is nothing when the %s cancelled it', async canceller => {
    const pair = new ResumablePair()
    const {host, member} = pair.begin()
    member.bandwidth.limit(1)
    const {delivered} = await member.desk.offer(member.write('a.bin', content))
    const failed = failureOf(delivered)
    await until(() => readdirSync(host.directory).length > 0)
    ;({host, member})[canceller].desk.cancel(1)
    expect(await failed).toMatchObject({code: 'cancelled'})
    await Promise.all([host.desk.idle(), member.desk.idle()])
    expect(host.files).toEqual([])
  })
})

describe('a receiver that lies', () => {
  it.each([
    ['wants to go on in what cannot be resumed', undefined, 5],
    ['wants to go on beyond the end', Buffer.alloc(32), 100_001],
  ])('and %s is told so, and gets nothing', async (_, jobKey, offset) => {
    const [host, peer] = [new DeskEnd('host', jobKey ? {jobKey} : {}), new TestSession('joiner')]
    const {a, b} = memoryPair()
    host.attach(a)
    peer.attach(b, 0, host.clock)
    const {delivered} = await host.desk.offer(host.write('a.bin', Buffer.alloc(100_000)))
    const failed = failureOf(delivered)
    await peer.until(() => peer.messages.length === 1)
    const {transfer} = peer.messages[0] as FileMessage
    peer.session.send({type: 'accept', transfer, offset})
    expect(await failed).toMatchObject({code: 'peer-failed'})
    await peer.until(() => peer.messages.length === 2)
    expect(peer.messages[1]).toMatchObject({type: 'failed', code: 'peer-failed'})
    expect(peer.channels).toEqual([])
  })
})
