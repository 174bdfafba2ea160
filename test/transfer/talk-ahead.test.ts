import {randomBytes} from 'node:crypto'
import {expect, it} from 'vitest'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {DeskEnd} from '../helpers/transfer-pair.js'
import {eventLoopTurns, until} from '../helpers/until.js'
import {watchLeaving} from '../helpers/watch-leaving.js'
import {WirePeer} from '../helpers/wire-peer.js'

it('what is said while bulk waits in a transport that does not drain leaves at once, and no more of it before it drains', async () => {
  const {a, b} = memoryPair()
  const leaving = watchLeaving(a)
  const [host, peer] = [new DeskEnd('host'), new WirePeer(b).read()]
  host.attach(a)
  const {delivered} = await host.desk.offer(host.write('large.bin', randomBytes(4_000_000)))
  delivered.catch(() => undefined)
  await until(() => peer.all('message').length > 0)
  const {transfer} = JSON.parse(String(peer.all('message')[0]!.payload)) as {transfer: string}
  peer.send(['message', {type: 'accept', transfer}, {number: 1}])
  await until(() => peer.all('open').length > 0)
  b.pause()
  peer.send(['credit', undefined, {channel: peer.all('open')[0]!.channel, number: 4_000_000}])
  await until(() => leaving.includes('chunk'))
  await eventLoopTurns(20)
  const before = leaving.length
  host.session.send({type: 'message', id: 1, from: {id: 1, nick: 'bob'}, kind: 'say', text: 'ahead'})
  await eventLoopTurns(20)
  expect(leaving.slice(before)).toContain('message')
  expect(leaving.slice(before)).not.toContain('chunk')
  b.resume()
  await until(() => leaving.slice(before).includes('chunk'))
})
