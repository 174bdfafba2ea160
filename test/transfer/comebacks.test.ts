import {describe, expect, it} from 'vitest'
import type {FileMessage} from '../../src/protocol/messages.js'
import {comebackLimits, Comebacks} from '../../src/transfer/comebacks.js'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {TestSession} from '../helpers/test-session.js'
import {DeskEnd, failureOf, meetPeer} from '../helpers/transfer-pair.js'
import {until} from '../helpers/until.js'

const transfer = 'a'.repeat(32)

it('lets a transfer go on often at once, and then once a minute', () => {
  const clock = new FakeClock()
  const comebacks = new Comebacks(clock)
  const take = (): void => comebacks.take()
  for (let count = 0; count < comebackLimits.atOnce; count++) take()
  expect(take).toThrow('again and again')
  clock.advance(comebackLimits.intervalMs)
  take()
  expect(take).toThrow(expect.objectContaining({code: 'peer-failed'}))
})

describe('a peer that interrupts again and again', () => {
  it('what it sends is given up', async () => {
    const {host, peer} = meetPeer()
    const offer = {name: 'a.bin', bytes: 1_000_000, files: 1, mediaType: 'text/plain', job: 'b'.repeat(32)}
    peer.session.send({type: 'offer', transfer, ...offer})
    for (let count = 1; count <= comebackLimits.atOnce + 1; count++) {
      await peer.until(() => heard(peer, 'accept').length === count)
      const channel = peer.session.openChannel({transfer})
      await until(() => channel.isAnnounced)
      channel.reset('connection-lost')
    }
    await peer.until(() => heard(peer, 'failed').length === 1)
    expect(host.events.at(-1)).toMatchObject({event: 'failed', code: 'peer-failed', by: 'self'})
    expect(heard(peer, 'accept')).toHaveLength(comebackLimits.atOnce + 1)
  })

  it('what it asks for is given up', async () => {
    const [host, peer] = [new DeskEnd('host', {jobKey: Buffer.alloc(32)}), new TestSession('joiner')]
    const {a, b} = memoryPair()
    host.attach(a)
    peer.attach(b, 0, host.clock)
    const {delivered} = await host.desk.offer(host.write('a.bin', Buffer.alloc(1_000_000)))
    const failed = failureOf(delivered)
    await peer.until(() => peer.messages.length === 1)
    const {transfer} = peer.messages[0] as FileMessage
    for (let count = 1; count <= comebackLimits.atOnce + 1; count++) {
      peer.session.send({type: 'accept', transfer})
      await peer.until(() => peer.channels.length === count)
      peer.channels.at(-1)!.reset('connection-lost')
    }
    peer.session.send({type: 'accept', transfer})
    expect(await failed).toMatchObject({code: 'peer-failed'})
    expect(peer.channels).toHaveLength(comebackLimits.atOnce + 1)
  })
})

function heard(peer: TestSession, type: string): unknown[] {
  return peer.messages.filter(message => message.type === type)
}
