import {randomBytes} from 'node:crypto'
import {describe, expect, it} from 'vitest'
import {pausePatienceMs, Pauses} from '../../src/transfer/pauses.js'
import {PausableClock} from '../../src/transfer/pausable-clock.js'
import {stallMs} from '../../src/transfer/stall-watch.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {expectNothingLeft} from '../helpers/nothing-left.js'
import {RoomInMemory} from '../helpers/room-in-memory.js'
import {failureOf, joinDesks, meetPeer, passTime, type DeskEnd} from '../helpers/transfer-pair.js'
import {eventLoopTurns, until} from '../helpers/until.js'

const paused = (by: 'self' | 'peer') => ({event: 'paused', transfer: 1, name: 'a.bin', by, code: 'asked'})
const resumed = {event: 'resumed', transfer: 1, name: 'a.bin'}
const told = ({events}: DeskEnd) => events.filter(({event}) => event === 'paused' || event === 'resumed')
const moved = ({desk}: DeskEnd) => desk.transfers()[0]?.moved ?? 0

/** A file under way from a member to the host, slow enough to be met there. */
async function sending(bytes = 30_000_000) {
  const pair = joinDesks()
  const offered = await pair.member.desk.offer(pair.member.write('a.bin', randomBytes(bytes)))
  offered.delivered.catch(() => undefined)
  await until(() => moved(pair.host) > 0)
  return {...pair, delivered: offered.delivered}
}

/** Lets what was on its way arrive; returns how much that was in all. */
async function standstill({host, member}: {host: DeskEnd; member: DeskEnd}): Promise<number> {
  await eventLoopTurns(100)
  await until(() => moved(host) === moved(member))
  return moved(host)
}

describe.each(['host', 'member'] as const)('a file that is paused at the %s', where => {
  const other = where === 'host' ? 'member' : 'host'

  it('stands still at both ends, and goes on when it is resumed there', async () => {
    const {delivered, ...pair} = await sending()
    expect(() => pair[where].desk.resume(1)).toThrow('#1 is not paused')
    pair[where].desk.pause(1)
    await until(() => told(pair[other]).length > 0)
    const before = await standstill(pair)
    expect(before).toBeLessThan(30_000_000)
    expect(told(pair[where])).toMatchObject([paused('self')])
    expect(told(pair[other])).toMatchObject([paused('peer')])
    expect(pair[where].desk.transfers()).toMatchObject([{state: 'paused', pause: {by: 'self', code: 'asked'}}])
    await passTime(3 * stallMs, [pair.host, pair.member])
    expect(moved(pair.host)).toBe(before)
    expect(() => pair[other].desk.resume(1)).toThrow('is paused by the other side')
    pair[where].desk.resume(1)
    await delivered
    expect(told(pair[other])).toMatchObject([paused('peer'), resumed])
    await expectNothingLeft(pair.host, ['new_a.bin'])
    await expectNothingLeft(pair.member, ['a.bin'])
  })

  it('goes on only when both ends let it', async () => {
    const {delivered, ...pair} = await sending()
    pair[where].desk.pause(1)
    await until(() => told(pair[other]).length > 0)
    pair[other].desk.pause(1)
    await eventLoopTurns(10)
    pair[where].desk.resume(1)
    await until(() => pair[where].desk.transfers()[0]?.pause?.by === 'peer')
    const before = await standstill(pair)
    expect(before).toBeLessThan(30_000_000)
    pair[other].desk.resume(1)
    await delivered
  })

  it('is cancelled like any other', async () => {
    const {delivered, ...pair} = await sending()
    pair[where].desk.pause(1)
    await until(() => told(pair[other]).length > 0)
    pair[other].desk.cancel(1)
    expect(await failureOf(delivered)).toMatchObject({code: 'cancelled'})
    await expectNothingLeft(pair.host, [])
    await expectNothingLeft(pair.member, ['a.bin'])
  })

  it('holds up no other: a second one arrives meanwhile', async () => {
    const {member, host} = await sending()
    const desk = {host, member}[where].desk
    desk.pause(1)
    await until(() => told({host, member}[other]).length > 0)
    await (
      await member.desk.offer(member.write('b.bin', randomBytes(5_000_000)))
    ).delivered
    expect(host.files).toContain('new_b.bin')
    desk.cancel(1)
    await host.desk.idle()
  })
})

describe('a transfer', () => {
  it('cannot be paused before it has begun', async () => {
    const {host, member} = joinDesks()
    host.intake.accept = 'ask'
    const {delivered} = await member.desk.offer(member.write('a.bin', 'a'))
    await until(() => host.desk.offers().length === 1)
    for (const {desk} of [host, member]) {
      expect(() => desk.pause(1)).toThrow('#1 is not on its way')
      expect(() => desk.pause(9)).toThrow(
        expect.objectContaining({
          ...{code: 'unknown-transfer', message: 'no file of number 9 waits here or is on its way'},
          suggestions: [expect.stringContaining('`/transfers`')],
        }),
      )
    }
    host.desk.accept(1)
    await delivered
  })

  it('that nobody lets go on is given up after a day', () => {
    const clock = new FakeClock()
    const reasons: string[] = []
    const services = {clock, say: () => undefined, emit: () => undefined}
    const giveUp = ({message}: Error) => reasons.push(message)
    const pauses = new Pauses({...services, id: 'a'.repeat(32), transfer: 1, name: 'a.bin', giveUp})
    pauses.begin()
    pauses.takePause('asked')
    clock.advance(pausePatienceMs - 1)
    pauses.takeResume()
    pauses.takePause('asked')
    clock.advance(pausePatienceMs - 1)
    expect(reasons).toEqual([])
    clock.advance(1)
    expect(reasons).toEqual(['it was paused for a day'])
    pauses.close()
    expect(clock.waiting).toBe(0)
  })

  it('takes any reason of a peer, and tells of each once', async () => {
    const {host, peer} = meetPeer()
    const id = 'a'.repeat(32)
    peer.session.send({type: 'pause', transfer: id, code: 'asked'})
    peer.session.send({type: 'offer', transfer: id, name: 'a.bin', bytes: 1000, files: 1, mediaType: 'text/plain'})
    await until(() => peer.messages.some(({type}) => type === 'accept'))
    for (const code of ['constructor', 'constructor', 'idle']) peer.session.send({type: 'pause', transfer: id, code})
    peer.session.send({type: 'resume', transfer: id})
    peer.session.send({type: 'resume', transfer: id})
    peer.session.send({type: 'cancel', transfer: id})
    await host.desk.idle()
    expect(host.happened).toEqual(['offer', 'paused', 'resumed', 'cancelled'])
  })
})

describe('a file that is relayed', () => {
  it.each(['ana', 'cem'])('is paused by %s for both, and goes on', async nick => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    ana.room.limitBandwidth(20_000_000)
    const {delivered} = await ana.room.sendFile(ana.write('a.bin', randomBytes(4_000_000)), {to: 'cem'})
    const [own, other] = nick === 'ana' ? [ana, cem] : [cem, ana]
    await until(() => [ana, cem].every(end => end.room.transfers()[0]?.state === 'moving'))
    own.room.pause(1)
    expect(await other.event('paused')).toMatchObject({by: 'peer', code: 'asked'})
    own.room.resume(1)
    await other.event('resumed')
    ana.room.limitBandwidth(undefined)
    await delivered
    expect(cem.files).toEqual(['new_a.bin'])
  })
})

describe('the clock of a transfer', () => {
  it('stands still while the transfer does', () => {
    const clock = new FakeClock()
    const own = new PausableClock(clock)
    const fired: number[] = []
    own.setTimeout(() => fired.push(own.now()), 100)
    const callOff = own.setTimeout(() => fired.push(-1), 50)
    clock.advance(40)
    own.stop()
    own.stop()
    own.setTimeout(() => fired.push(own.now()), 10)
    clock.advance(1000)
    expect([fired, own.now(), clock.waiting]).toEqual([[], 40, 0])
    own.go()
    own.go()
    callOff()
    clock.advance(59)
    expect(fired).toEqual([50])
    clock.advance(1)
    expect([fired, clock.waiting]).toEqual([[50, 100], 0])
  })
})
