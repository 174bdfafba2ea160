import {createHash, randomBytes} from 'node:crypto'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {FileMessage} from '../../src/protocol/messages.js'
import type {ReceiveChannel} from '../../src/session/receive-channel.js'
import {SendChannel} from '../../src/session/send-channel.js'
import {offerLifetimeMs} from '../../src/transfer/incoming.js'
import {verifyPatienceMs} from '../../src/transfer/outgoing-channels.js'
import {offerPatienceMs} from '../../src/transfer/outgoing.js'
import {PartFile} from '../../src/transfer/part/part-file.js'
import {stallMs} from '../../src/transfer/stall-watch.js'
import {expectNothingLeft} from '../helpers/nothing-left.js'
import {failureOf, joinDesks, meetPeer, passTime, type DeskEnd} from '../helpers/transfer-pair.js'
import {until} from '../helpers/until.js'

type Peer = ReturnType<typeof meetPeer>['peer']

const id = 'a'.repeat(32)
const told = (peer: Peer) => peer.messages.map(message => ('code' in message ? message.code : message.type))

afterEach(() => vi.restoreAllMocks())

/** A sender that offers a file, and then does what a test wants. */
async function meetSender(bytes: number | null = 1_000_000) {
  const {host, peer} = meetPeer()
  peer.session.send({type: 'offer', transfer: id, name: 'a.bin', bytes, files: 1, mediaType: 'text/plain'})
  await peer.until(() => peer.messages.some(({type}) => type === 'accept'))
  return {host, peer}
}

/** A receiver that takes a file, and then does what a test wants. */
async function meetReceiver(bytes = 3_000_000): Promise<{host: DeskEnd; peer: Peer; channel: ReceiveChannel}> {
  const {host, peer} = meetPeer()
  const write = vi.spyOn(SendChannel.prototype, 'write')
  const offered = await host.desk.offer(host.write('a.bin', randomBytes(bytes)))
  offered.delivered.catch(() => undefined)
  await peer.until(() => peer.messages.length === 1)
  peer.session.send({type: 'accept', transfer: (peer.messages[0] as FileMessage).transfer})
  await peer.until(() => peer.channels.length === 1)
  await until(() => bytes === 0 || write.mock.calls.length > 0)
  return {host, peer, channel: peer.channels[0]!}
}

describe('a sender that stays silent', () => {
  it('and opens no channel is given up after a minute, and is told', async () => {
    const {host, peer} = await meetSender()
    await passTime(stallMs - 1000, [host])
    expect(host.happened).toEqual(['offer'])
    await passTime(1000, [host])
    await host.desk.idle()
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'stalled'})
    await peer.until(() => told(peer).includes('stalled'))
    await expectNothingLeft(host, [])
    expect(host.session.isAttached).toBe(true)
  })

  it('in the middle is given up after a minute, and is told', async () => {
    const {host, peer} = await meetSender()
    const channel = peer.session.openChannel({transfer: id})
    await channel.write(randomBytes(1000))
    await passTime(stallMs - 5000, [host])
    const late = channel.write(randomBytes(1000))
    await passTime(stallMs - 5000, [host])
    await late
    expect(host.happened).not.toContain('failed')
    await passTime(10_000, [host])
    await host.desk.idle()
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'stalled'})
    await expect(channel.write(randomBytes(1))).rejects.toThrow('stalled')
    await peer.until(() => told(peer).includes('stalled'))
    await expectNothingLeft(host, [])
  })

  it('behind its last byte, without a digest, is given up after a minute', async () => {
    const {host, peer} = await meetSender(1000)
    await peer.session.openChannel({transfer: id}).write(randomBytes(1000))
    await passTime(stallMs + 5000, [host])
    await host.desk.idle()
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'stalled'})
    await expectNothingLeft(host, [])
  })

  it('because the disk here is slow is no stall', async () => {
    let free: () => void = () => undefined
    const freed = new Promise<void>(resolve => (free = resolve))
    const write: (this: PartFile, pieces: Buffer[]) => Promise<void> = Reflect.get(PartFile.prototype, 'write')
    vi.spyOn(PartFile.prototype, 'write').mockImplementation(async function (this: PartFile, pieces) {
      await freed
      return write.call(this, pieces)
    })
    const bytes = randomBytes(8_000_000)
    const {host, peer} = await meetSender(bytes.length)
    const channel = peer.session.openChannel({transfer: id})
    const sent = channel.write(bytes)
    await until(() => channel.sent > 0 && channel.sent === channel.granted)
    await passTime(3 * stallMs, [host])
    expect(host.happened).toEqual(['offer'])
    free()
    await sent
    await channel.end({sha256: createHash('sha256').update(bytes).digest('hex')})
    await expectNothingLeft(host, ['new_a.bin'])
    expect(host.happened).toContain('received')
  })

  it('because the limit here is low is no stall, at either end', async () => {
    const {host, member} = joinDesks()
    host.bandwidth.limit(1)
    const offered = await member.desk.offer(member.write('a.bin', randomBytes(100)))
    await until(() => host.deskClock.waiting === 2)
    for (let second = 1; second < 100; second++) {
      await passTime(1000, [host, member])
      await until(() => host.desk.transfers()[0]?.moved === second)
    }
    await passTime(1000, [host, member])
    await offered.delivered
    await expectNothingLeft(host, ['new_a.bin'])
    await expectNothingLeft(member, ['a.bin'])
  })
})

describe('a receiver that stays silent', () => {
  it('and lets nothing come is given up after a minute, and is told', async () => {
    const {host, peer} = await meetReceiver()
    await passTime(stallMs - 1000, [host])
    expect(host.events).toEqual([])
    await passTime(6000, [host])
    await host.desk.idle()
    expect(host.events).toMatchObject([{event: 'failed', code: 'stalled'}])
    await peer.until(() => told(peer).includes('stalled'))
    await expectNothingLeft(host, ['a.bin'])
    expect(host.session.isAttached).toBe(true)
  })

  it('and lets a little come, and then no more, is given up after a minute', async () => {
    const {host, channel} = await meetReceiver()
    channel.limitTo(1000)
    channel.receive({bytes: () => undefined, end: () => undefined, failed: () => undefined})
    await until(() => channel.window.received === 1000)
    await passTime(stallMs - 5000, [host])
    channel.limitTo(2000)
    await until(() => channel.window.received === 2000)
    await passTime(stallMs - 5000, [host])
    expect(host.happened).not.toContain('failed')
    expect(host.desk.transfers()).toMatchObject([{moved: 2000, bytes: 3_000_000}])
    await passTime(10_000, [host])
    await host.desk.idle()
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'stalled'})
    await expectNothingLeft(host, ['a.bin'])
  })

  it('because the limit here is low is no stall', async () => {
    const {host, member} = joinDesks()
    member.bandwidth.limit(1)
    const take = vi.spyOn(member.bandwidth.send, 'take')
    const offered = await member.desk.offer(member.write('a.bin', randomBytes(200)))
    await until(() => take.mock.calls.length > 0)
    await passTime(205_000, [host, member])
    await offered.delivered
    await expectNothingLeft(member, ['a.bin'])
  })

  it('once it has everything has ten minutes to make it last', async () => {
    const {host, peer, channel} = await meetReceiver(1000)
    let isAll = false
    channel.receive({bytes: () => undefined, end: () => (isAll = true), failed: () => undefined})
    await until(() => isAll)
    await passTime(verifyPatienceMs - 1000, [host])
    expect(host.events).toEqual([])
    await passTime(1000, [host])
    await host.desk.idle()
    expect(host.events).toMatchObject([{event: 'failed', code: 'stalled'}])
    await peer.until(() => told(peer).includes('stalled'))
    await expectNothingLeft(host, ['a.bin'])
  })
})

describe('an offer that nobody answers', () => {
  it('expires at both ends', async () => {
    const {host, member} = joinDesks()
    host.intake.accept = 'ask'
    const offered = await member.desk.offer(member.write('a.bin', 'x'))
    offered.delivered.catch(() => undefined)
    await until(() => host.desk.offers().length === 1)
    await passTime(offerLifetimeMs - 1000, [host, member])
    expect([host.desk.offers().length, member.events.length]).toEqual([1, 0])
    await passTime(1000, [host, member])
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'no-answer', exitCode: 5})
    expect(host.events.at(-1)).toMatchObject({event: 'declined', code: 'no-answer', by: 'self'})
    expect(member.events).toMatchObject([{event: 'declined', code: 'no-answer', by: 'peer'}])
    await expectNothingLeft(host, [])
    await expectNothingLeft(member, ['a.bin'])
  })

  it('is withdrawn a minute later from who does not even let it expire', async () => {
    const {host, peer} = meetPeer()
    const offered = await host.desk.offer(host.write('a.bin', 'x'))
    offered.delivered.catch(() => undefined)
    await offered.offered
    await passTime(offerPatienceMs - 1000, [host])
    expect(host.events).toEqual([])
    await passTime(1000, [host])
    expect(await failureOf(offered.delivered)).toMatchObject({code: 'no-answer', exitCode: 5})
    await peer.until(() => told(peer).includes('cancel'))
    await expectNothingLeft(host, ['a.bin'])
  })
})
