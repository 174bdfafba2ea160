import {randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {maxSharers} from '../../../src/protocol/payloads.js'
import {RoomInMemory} from '../../helpers/room-in-memory.js'
import {eventLoopTurns} from '../../helpers/until.js'

const bytes = randomBytes(200_000)

it('a file for more than can share a channel comes to all of them: the last have their turn when others have it', async () => {
  const room = new RoomInMemory()
  const ana = await room.member('ana')
  const crowd = []
  for (let index = 0; index < maxSharers + 10; index++) crowd.push(await room.member(`m${index}`))
  const path = ana.write('a.bin', bytes)
  const members = ana.room.recipients('all')
  const offered = []
  for (const to of members) offered.push(await ana.room.sendFile(path, {to, recipients: members.length}))
  const time = {passes: true}
  const delivered = Promise.all(offered.map(each => each.delivered)).finally(() => (time.passes = false))
  while (time.passes) {
    room.clock.advance(10)
    await eventLoopTurns(50)
    // It comes behind all that the disk was asked for: by this clock nobody falls behind for that.
    await stat(path)
  }
  await delivered
  for (const {intake} of [room.host, ...crowd])
    expect(readFileSync(join(intake.directory, 'new_a.bin')).equals(bytes)).toBe(true)
  expect(ana.link.sentBytes).toBeLessThan(2.5 * bytes.length)
})
