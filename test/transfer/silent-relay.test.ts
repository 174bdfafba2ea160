import {expect, it, vi} from 'vitest'
import {RoomInMemory} from '../helpers/room-in-memory.js'
import {failureOf} from '../helpers/transfer-pair.js'
import {eventLoopTurns} from '../helpers/until.js'

/** Lets time pass in steps short enough for the answers to pings to come. */
async function pass(room: RoomInMemory, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed++) {
    room.clock.advance(1000)
    await eventLoopTurns(2)
  }
}

it('a receiver that falls silent ends its relay after 20 s, and leaves the room a minute later; its sender goes on', async () => {
  const room = new RoomInMemory()
  const ana = await room.member('ana')
  // It accepts, and says nothing any more: no credit, and no pong.
  const eve = await room.peer('eve')
  const {delivered} = await ana.room.sendFile(ana.write('a.bin', Buffer.alloc(200_000)), {to: 'eve'})
  const failed = failureOf(delivered)
  const offered = () =>
    eve
      .all('message')
      .map(({payload}) => JSON.parse(String(payload)) as {type: string; transfer: string})
      .find(({type}) => type === 'offer')
  await vi.waitFor(() => expect(offered()).toBeDefined())
  eve.send(['message', {type: 'accept', transfer: offered()!.transfer}, {number: 1}])
  await vi.waitFor(() => expect(eve.all('open')).toHaveLength(1))

  await pass(room, 19)
  expect(eve.isClosed).toBe(false)
  expect(ana.happened).not.toContain('failed')
  await pass(room, 2)
  expect(eve.isClosed).toBe(true)
  expect(await failed).toMatchObject({code: 'connection-lost', exitCode: 6})
  expect(room.host.happened).not.toContain('left')
  await pass(room, 60)
  expect(await room.host.event('left')).toMatchObject({member: {nick: 'eve'}, reason: 'lost'})
  const again = await ana.room.sendFile(ana.write('b.txt', 'hello'), {to: 'bob'})
  await again.delivered
  expect(room.host.files).toEqual(['new_b.txt'])
})
