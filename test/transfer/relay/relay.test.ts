import {randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {maxOffers, maxRelays} from '../../../src/transfer/limits.js'
import {RoomInMemory} from '../../helpers/room-in-memory.js'
import {failureOf} from '../../helpers/transfer-pair.js'
import {eventLoopTurns} from '../../helpers/until.js'
import type {WirePeer} from '../../helpers/wire-peer.js'

const offerOf = (transfer: string, to?: number) => ({
  type: 'offer',
  transfer,
  name: 'a.txt',
  bytes: 200_000,
  files: 1,
  mediaType: 'text/plain',
  ...(to === undefined ? {} : {to}),
})
const transferId = (number: number): string => number.toString(16).padStart(32, '0')

/** What a peer was told about files, and how it speaks. */
function speak(peer: WirePeer) {
  let said = 0
  const say = (...messages: object[]): void =>
    messages.forEach(message => peer.send(['message', message, {number: ++said}]))
  const heard = (type: string): Record<string, unknown>[] =>
    peer
      .all('message')
      .map(({payload}) => JSON.parse(String(payload)) as Record<string, unknown>)
      .filter(message => message['type'] === type)
  return {say, heard}
}

describe('a file from one member to another', () => {
  it('arrives whole, and the host keeps nothing and hears nothing of it', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    const bytes = randomBytes(3_000_001)
    const {delivered} = await ana.room.sendFile(ana.write('a.bin', bytes), {to: 'cem'})
    const {sha256} = await delivered
    const received = await cem.event('received')
    expect(received).toMatchObject({name: 'a.bin', bytes: bytes.length, sha256})
    expect(readFileSync(received.path).equals(bytes)).toBe(true)
    expect(await cem.event('offer')).toMatchObject({from: {id: 2, nick: 'ana'}})
    expect(ana.happened).toContain('sent')
    expect(room.host.files).toEqual([])
    expect(room.host.happened).toEqual(['joined', 'joined'])
  })

  it('arrives as it was when it is compressed on its way', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    const bytes = Buffer.from('compressible '.repeat(100_000))
    const {delivered} = await ana.room.sendFile(ana.write('a.txt', bytes), {to: 'cem', compression: 'on'})
    await delivered
    expect(readFileSync((await cem.event('received')).path).equals(bytes)).toBe(true)
  })

  it('goes both ways at once, beside files of the host', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    const path = room.host.write('h.bin', randomBytes(500_000))
    const sending = [
      ana.room.sendFile(ana.write('a.bin', randomBytes(900_000)), {to: 'cem'}),
      ana.room.sendFile(ana.write('b.bin', randomBytes(900_000)), {to: 'bob'}),
      cem.room.sendFile(cem.write('c.bin', randomBytes(900_000)), {to: 'ana'}),
      room.host.room.sendFile(path, {to: 'cem'}),
    ]
    await Promise.all((await Promise.all(sending)).map(({delivered}) => delivered))
    expect(ana.files).toContain('new_c.bin')
    expect(cem.files).toEqual(['c.bin', 'new_a.bin', 'new_h.bin'])
    expect(room.host.files).toEqual(['h.bin', 'new_b.bin'])
  })

  it('goes to everyone as one transfer a member', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    const path = ana.write('a.txt', 'hello')
    const sending = ana.room.recipients('all').map(to => ana.room.sendFile(path, {to}))
    await Promise.all((await Promise.all(sending)).map(({delivered}) => delivered))
    expect(room.host.files).toEqual(['new_a.txt'])
    expect(cem.files).toEqual(['new_a.txt'])
    expect(() => ana.room.recipients()).toThrow('for whom')
    await expect(ana.room.sendFile(path, {to: 'all'})).rejects.toMatchObject({code: 'no-recipient'})
  })

  it('may be empty', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    const {delivered} = await ana.room.sendFile(ana.write('empty', ''), {to: 'cem'})
    await delivered
    expect(cem.files).toEqual(['new_empty'])
  })

  it('is turned down by whom it is for, and its sender hears that', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    cem.intake.accept = 'none'
    const {delivered} = await ana.room.sendFile(ana.write('a.txt', 'hello'), {to: 'cem'})
    expect(await failureOf(delivered)).toMatchObject({code: 'declined', exitCode: 5})
    expect(cem.files).toEqual([])
  })

  it('is withdrawn by its sender while it waits', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    cem.intake.accept = 'ask'
    const {transfer, delivered} = await ana.room.sendFile(ana.write('a.txt', 'hello'), {to: 'cem'})
    await cem.event('offer')
    ana.room.cancel(transfer)
    expect(await failureOf(delivered)).toMatchObject({code: 'cancelled'})
    expect(await cem.event('cancelled')).toMatchObject({name: 'a.txt'})
    expect(cem.room.offers()).toEqual([])
  })

  it.each(['ana', 'cem'])('is cancelled under way by %s, and the room goes on', async nick => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    const {delivered} = await ana.room.sendFile(ana.write('a.bin', randomBytes(20_000_000)), {to: 'cem'})
    const failed = failureOf(delivered)
    await cem.event('offer')
    await eventLoopTurns(10)
    const {room: conversation} = nick === 'ana' ? ana : cem
    conversation.cancel(conversation.transfers()[0]!.transfer)
    expect(await failed).toMatchObject({code: 'cancelled', message: expect.stringContaining('cancelled')})
    await cem.event('cancelled')
    expect(cem.files).toEqual([])
    await ana.room.say('the room goes on')
    expect((await cem.event('message')).text).toBe('the room goes on')
  })

  it('ends when the sender, or the receiver, is gone', async () => {
    const room = new RoomInMemory()
    const [ana, cem, dora] = [await room.member('ana'), await room.member('cem'), await room.member('dora')]
    for (const {intake} of [ana, cem, dora]) intake.accept = 'ask'
    const toCem = await ana.room.sendFile(ana.write('a.txt', 'hello'), {to: 'cem'})
    const toDora = await cem.room.sendFile(cem.write('c.txt', 'hello'), {to: 'dora'})
    await Promise.all([cem.event('offer'), dora.event('offer')])
    const failures = [failureOf(toCem.delivered), failureOf(toDora.delivered)]
    await cem.room.leave()
    expect(await Promise.all(failures)).toMatchObject([{exitCode: 6}, {exitCode: 6}])
    expect(await ana.event('failed')).toMatchObject({name: 'a.txt'})
    expect(await dora.event('failed')).toMatchObject({name: 'c.txt'})
    expect(dora.room.offers()).toEqual([])
  })

  it('ends with a connection that is cut under way, at both ends, and keeps no part', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    const {delivered} = await ana.room.sendFile(ana.write('a.bin', randomBytes(20_000_000)), {to: 'cem'})
    const failed = failureOf(delivered)
    await cem.event('offer')
    await eventLoopTurns(10)
    ana.cut()
    expect(await failed).toMatchObject({exitCode: 6})
    // So long a host waits for somebody who is cut off.
    room.clock.advance(5000)
    expect(await cem.event('failed')).toMatchObject({name: 'a.bin'})
    expect(cem.files).toEqual([])
  })
})

describe('a relay', () => {
  /** Three in a room: a sender and a receiver who obey no rule. */
  async function meet() {
    const room = new RoomInMemory()
    const [source, target] = [await room.peer('mal'), await room.peer('eve')]
    const [from, to] = [speak(source), speak(target)]
    const begin = async (): Promise<string> => {
      from.say(offerOf(transferId(1), 3))
      await eventLoopTurns(2)
      const onward = String(to.heard('offer')[0]!['transfer'])
      to.say({type: 'accept', transfer: onward})
      await eventLoopTurns(2)
      source.send(['open', {transfer: transferId(1)}, {channel: 1}])
      await eventLoopTurns(2)
      return onward
    }
    return {room, source, target, from, to, begin}
  }
  const granted = (peer: WirePeer): number => Math.max(0, ...peer.all('credit').map(({number}) => number))

  it('grants upstream only what it was granted downstream', async () => {
    const {source, target, begin} = await meet()
    const onward = await begin()
    expect(target.all('open').map(({payload}): unknown => JSON.parse(String(payload)))).toEqual([{transfer: onward}])
    expect(granted(source)).toBe(0)
    for (const number of [10, 30_000, 60_000]) {
      target.send(['credit', undefined, {channel: 2, number}])
      await eventLoopTurns(2)
      expect(granted(source)).toBe(number)
    }
    source.send(['chunk', Buffer.alloc(50_000), {channel: 1}])
    await eventLoopTurns(4)
    expect(target.all('chunk')).not.toEqual([])
    expect(granted(source)).toBe(60_000)
  })

  it.each(['send', 'receive'] as const)('keeps to what its host may %s a second', async direction => {
    const {room, source, target, begin} = await meet()
    room.host.room.bandwidth[direction].limit(20_000)
    let sent = 0
    await begin()
    target.send(['credit', undefined, {channel: 2, number: 200_000}])
    await eventLoopTurns(3)
    expect(granted(source)).toBeLessThan(10_000)
    for (let second = 0; second < 3; second++) {
      for (let tick = 0; tick < 10; tick++) {
        room.clock.advance(100)
        await eventLoopTurns(1)
      }
      const number = granted(source)
      source.send(['chunk', Buffer.alloc(number - sent), {channel: 1, number: sent}])
      sent = number
      await eventLoopTurns(3)
    }
    expect(granted(source)).toBeGreaterThan(30_000)
    expect(granted(source)).toBeLessThanOrEqual(4 * 20_000)
  })

  it('names the sender by the seat it has, under an id of its own, whatever the offer says', async () => {
    const {from, to} = await meet()
    from.say({...offerOf(transferId(1), 3), from: {id: 1, nick: 'bob'}})
    await eventLoopTurns(2)
    const [offer] = to.heard('offer')
    expect(offer).toMatchObject({from: {id: 2, nick: 'mal'}, name: 'a.txt', bytes: 200_000})
    expect(offer!['transfer']).not.toBe(transferId(1))
    expect(offer).not.toHaveProperty('to')
  })

  it('resets the other channel when one is reset, for the same reason', async () => {
    const {source, target, begin} = await meet()
    await begin()
    target.send(['reset', {code: 'disk-full'}, {channel: 2}])
    await eventLoopTurns(2)
    expect(source.all('reset').map(({payload}) => String(payload))).toEqual(['{"code":"disk-full"}'])
    const again = await meet()
    await again.begin()
    again.source.send(['reset', {code: 'source-changed'}, {channel: 1}])
    await eventLoopTurns(2)
    expect(again.target.all('reset').map(({payload}) => String(payload))).toEqual(['{"code":"source-changed"}'])
  })

  it.each(['is cut off', 'gives it up'])(
    'tells the sender when the receiver %s while the last bytes wait at the host',
    async how => {
      const {source, target, from, begin} = await meet()
      await begin()
      target.send(['credit', undefined, {channel: 2, number: 60_000}])
      await eventLoopTurns(2)
      source.send(
        ['chunk', Buffer.alloc(60_000), {channel: 1}],
        ['end', {sha256: '0'.repeat(64)}, {channel: 1, number: 60_000}],
      )
      if (how === 'is cut off') target.cut()
      else target.send(['reset', {code: 'disk-full'}, {channel: 2}])
      await eventLoopTurns(3)
      expect(target.all('end')).toEqual([])
      expect(from.heard('failed')).toMatchObject([
        {transfer: transferId(1), code: how === 'is cut off' ? 'connection-lost' : 'disk-full'},
      ])
    },
  )

  it('passes on no more than was declared, for which alone the limits of the host hold', async () => {
    const {source, target, from, begin} = await meet()
    await begin()
    target.send(['credit', undefined, {channel: 2, number: 300_000}])
    await eventLoopTurns(2)
    for (let sent = 0; sent <= 200_000;) {
      const number = Math.min(granted(source), sent + 60_000)
      source.send(['chunk', Buffer.alloc(number - sent), {channel: 1, number: sent}])
      sent = number
      await eventLoopTurns(3)
    }
    const passed = target.all('chunk').reduce((sum, {payload}) => sum + payload.length, 0)
    expect(passed).toBeLessThanOrEqual(200_000)
    const resets = [...source.all('reset'), ...target.all('reset')]
    expect(resets.map(({payload}) => String(payload))).toEqual(Array(2).fill('{"code":"size-mismatch"}'))
    expect(from.heard('failed')).toMatchObject([{code: 'size-mismatch'}])
  })

  it('opens nothing before it is accepted, and only once', async () => {
    const {source, target, from, begin} = await meet()
    from.say(offerOf(transferId(7), 3))
    source.send(['open', {transfer: transferId(7)}, {channel: 1}])
    await eventLoopTurns(2)
    expect(target.all('open')).toEqual([])
    expect(source.all('reset')).toHaveLength(1)
    await expect(begin()).resolves.toBeDefined()
  })

  it('declines what is for nobody, for its sender, and what is too much', async () => {
    const {from} = await meet()
    from.say(offerOf(transferId(1), 99), offerOf(transferId(2), 2))
    await eventLoopTurns(2)
    expect(from.heard('decline').map(({code}) => code)).toEqual(['unknown-member', 'unknown-member'])
    for (let number = 10; number < 10 + maxRelays; number++) from.say(offerOf(transferId(number), 3))
    from.say(offerOf(transferId(10), 3), offerOf(transferId(11)), offerOf(transferId(9_999), 3))
    await eventLoopTurns(4)
    expect(from.heard('decline').slice(2)).toEqual(
      [transferId(10), transferId(11), transferId(9_999)].map(transfer => ({
        type: 'decline',
        transfer,
        code: 'too-many',
      })),
    )
  })

  it('lets a passer-by deliver to any member, and one who came to say something to none', async () => {
    const room = new RoomInMemory()
    const cem = await room.member('cem')
    const [courier, herald] = [await room.peer('courier', 'deliver'), await room.peer('herald', 'say')]
    speak(courier).say(offerOf(transferId(1), 2))
    const {say, heard} = speak(herald)
    say(offerOf(transferId(2), 2), offerOf(transferId(3)))
    expect(await cem.event('offer')).toMatchObject({from: {nick: 'courier'}})
    await eventLoopTurns(2)
    expect(heard('decline').map(({code}) => code)).toEqual(['not-a-member', 'not-a-member'])
    expect(cem.happened.filter(event => event === 'offer')).toHaveLength(1)
  })

  it('believes nothing that only the other end may say', async () => {
    const {from, to, source, begin} = await meet()
    const onward = await begin()
    from.say({type: 'verified', transfer: transferId(1)}, {type: 'accept', transfer: transferId(1)})
    to.say(offerOf(onward), {type: 'accept', transfer: onward})
    await eventLoopTurns(2)
    expect(to.heard('verified')).toEqual([])
    expect(from.heard('accept')).toHaveLength(1)
    expect(to.heard('decline')).toMatchObject([{code: 'too-many'}])
    to.say({type: 'verified', transfer: onward})
    await eventLoopTurns(2)
    expect(from.heard('verified')).toMatchObject([{transfer: transferId(1)}])
    expect(source.all('reset')).toHaveLength(1)
  })

  it('holds a member to so many offers to one other, and the next waits at its sender', async () => {
    const room = new RoomInMemory()
    const [ana, cem, dora] = [await room.member('ana'), await room.member('cem'), await room.member('dora')]
    cem.intake.accept = 'ask'
    const path = ana.write('a.txt', 'x')
    const offers = Array.from({length: maxOffers + 1}, () => ana.room.sendFile(path, {to: 'cem'}))
    await Promise.all(offers.slice(0, maxOffers))
    // Who does not answer keeps nobody else waiting.
    const toDora = await ana.room.sendFile(path, {to: 'dora'})
    await toDora.delivered
    expect(dora.files).toEqual(['new_a.txt'])
    await eventLoopTurns(2)
    expect(cem.room.offers()).toHaveLength(maxOffers)
    cem.room.decline(cem.room.offers()[0]!.transfer)
    await offers.at(-1)
  })
})
