import {randomBytes} from 'node:crypto'
import {describe, expect, it, onTestFinished, vi} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {failureOf, joinDesks, meetPeer, passTime, type DeskEnd} from '../helpers/transfer-pair.js'
import {until} from '../helpers/until.js'

const movedAt = (end: DeskEnd, transfer = 1) =>
  end.desk.transfers().find(each => each.transfer === transfer)?.moved ?? NaN

/** Two desks that are closed behind the test, whatever is still under way. */
function joinForNow() {
  const pair = joinDesks()
  const over = new ChatctlError('connection-lost', 'the test is over')
  onTestFinished(() => Promise.all([pair.host.desk.close(over), pair.member.desk.close(over)]).then(() => undefined))
  return pair
}

/** A file on its way from the member to the host, which begins when the clocks move. */
async function underWay(limits: {send?: number; receive?: number}, bytes = 1_000_000) {
  const pair = joinForNow()
  pair.member.bandwidth.limit(limits.send)
  pair.host.bandwidth.limit(limits.receive)
  const offered = await pair.member.desk.offer(pair.member.write('a.bin', randomBytes(bytes)))
  offered.delivered.catch(() => undefined)
  const limited = limits.send === undefined ? pair.host : pair.member
  // Its watch, and the turn that it waits for.
  await until(() => limited.deskClock.waiting === 2)
  return {...pair, offered, ends: [pair.host, pair.member]}
}

/** Lets time pass until as many bytes have come as may have come by then. */
async function flow({host, ends}: {host: DeskEnd; ends: DeskEnd[]}, seconds: number, bytesPerSecond: number) {
  const from = movedAt(host)
  for (let step = 1; step <= seconds * 10; step++) {
    await passTime(100, ends, 100)
    await until(() => movedAt(host) - from >= Math.floor((step * bytesPerSecond) / 10) - bytesPerSecond / 10)
  }
  return movedAt(host) - from
}

describe('a limit of bandwidth', () => {
  it.each([{send: 20_000}, {receive: 20_000}])('holds a transfer to it from its first byte on: %o', async limits => {
    const pair = await underWay(limits)
    expect(movedAt(pair.host)).toBe(0)
    const came = await flow(pair, 5, 20_000)
    expect(came).toBeLessThanOrEqual(100_000)
    expect(came).toBeGreaterThanOrEqual(95_000)
    expect(pair.host.desk.transfers()[0]!.rate / 20_000).toBeCloseTo(1, 0)
    expect(movedAt(pair.member) - movedAt(pair.host)).toBeLessThanOrEqual(10_000)
  })

  it.each([{send: 20_000}, {receive: 20_000}])('is lifted under way: %o', async limits => {
    const pair = await underWay(limits)
    await flow(pair, 1, 20_000)
    for (const {bandwidth} of pair.ends) bandwidth.limit(undefined)
    expect(await pair.offered.delivered).toMatchObject({bytes: 1_000_000})
    await pair.host.desk.idle()
    expect(pair.ends.map(({deskClock}) => deskClock.waiting)).toEqual([0, 0])
  })

  it.each([{send: 20_000}, {receive: 20_000}])('is lowered and raised under way: %o', async limits => {
    const pair = await underWay(limits)
    await flow(pair, 1, 20_000)
    const [end] = limits.send ? [pair.member] : [pair.host]
    end.bandwidth.limit(2000)
    expect(await flow(pair, 10, 2000)).toBeLessThanOrEqual(20_000 + 10_000)
    end.bandwidth.limit(200_000)
    expect(await flow(pair, 2, 200_000)).toBeGreaterThanOrEqual(360_000)
  })

  it('for what is sent is shared evenly by six transfers', async () => {
    const {host, member} = joinForNow()
    member.bandwidth.limit(60_000)
    const take = vi.spyOn(member.bandwidth.send, 'take')
    for (let index = 0; index < 6; index++) {
      const offered = await member.desk.offer(member.write(`${index}.bin`, randomBytes(1_000_000)))
      offered.delivered.catch(() => undefined)
    }
    await until(() => take.mock.calls.length === 6)
    for (let second = 1; second <= 10; second++) {
      await passTime(1000, [host, member], 20)
      await until(() => host.desk.transfers().every(({moved}) => moved >= second * 10_000 - 6000))
    }
    for (const {moved} of host.desk.transfers()) expect(Math.abs(moved - 100_000)).toBeLessThanOrEqual(6000)
  })

  it.each([{send: 1}, {receive: 1}])('holds nothing up that is cancelled: %o', async limits => {
    const pair = await underWay(limits)
    const end = limits.send ? pair.member : pair.host
    end.desk.cancel(1)
    expect(await failureOf(pair.offered.delivered)).toMatchObject({code: 'cancelled'})
    await Promise.all(pair.ends.map(({desk}) => desk.idle()))
    expect(pair.ends.map(({deskClock}) => deskClock.waiting)).toEqual([0, 0])
    expect(pair.host.files).toEqual([])
  })
})

describe('a limit of size', () => {
  const offer = {type: 'offer', transfer: 'a'.repeat(32), name: 'a.bin', files: 1, mediaType: 'text/plain'} as const

  it.each(['all', 'ask', 'none'] as const)('turns a larger file down at once, where %s are taken', async accept => {
    const {host, member} = joinDesks()
    Object.assign(host.intake, {accept, maxBytes: 999})
    const offered = await member.desk.offer(member.write('a.bin', randomBytes(1000)))
    const failure = await failureOf(offered.delivered)
    expect(failure).toMatchObject({code: 'too-large', exitCode: 5})
    expect(failure.message).toBe('it is larger than the other side takes')
    expect(host.happened).toEqual(['offer', 'declined'])
    expect(host.events.at(-1)).toMatchObject({code: 'too-large', message: expect.stringContaining('999 B') as string})
    expect(member.events).toMatchObject([{event: 'declined', code: 'too-large'}])
    expect(host.files).toEqual([])
  })

  it('takes a file that just fits', async () => {
    const {host, member} = joinDesks()
    host.intake.maxBytes = 1000
    await (
      await member.desk.offer(member.write('a.bin', randomBytes(1000)))
    ).delivered
    expect(host.files).toEqual(['new_a.bin'])
  })

  it('ends a file of unknown size when more comes, and the sender is told', async () => {
    const {host, peer} = meetPeer()
    host.intake.maxBytes = 1000
    peer.session.send({...offer, bytes: null})
    await peer.until(() => peer.messages.some(({type}) => type === 'accept'))
    const channel = peer.session.openChannel({transfer: offer.transfer})
    await channel.write(randomBytes(1000))
    await until(() => movedAt(host) === 1000)
    await expect(Promise.all([channel.write(randomBytes(1)), channel.write(randomBytes(5_000_000))])).rejects.toThrow()
    await host.desk.idle()
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'too-large'})
    await peer.until(() => peer.messages.some(message => message.type === 'failed' && message.code === 'too-large'))
    expect(host.files).toEqual([])
  })

  it('that the peer finds only under way is told for what it is', async () => {
    const {host, peer} = meetPeer()
    const offered = await host.desk.offer(host.write('a.bin', randomBytes(100_000)))
    await peer.until(() => peer.messages.length === 1)
    const [said] = peer.messages
    const transfer = said?.type === 'offer' ? said.transfer : ''
    peer.session.send({type: 'accept', transfer})
    await peer.until(() => peer.channels.length === 1)
    peer.session.send({type: 'failed', transfer, code: 'too-large'})
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'too-large', exitCode: 5})
    expect(host.events).toMatchObject([{event: 'failed', code: 'too-large'}])
  })
})
