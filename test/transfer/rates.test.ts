import {randomBytes} from 'node:crypto'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {ChatctlError} from '../../src/errors/index.js'
import {ResumablePair} from '../helpers/resumable-pair.js'
import {joinDesks, passTime, type DeskEnd} from '../helpers/transfer-pair.js'
import {until} from '../helpers/until.js'

const bytesPerSecond = 200_000
/** At first the limiter lets something pass at once, and a disk may keep the first bytes waiting. */
const mostRate = 3 * bytesPerSecond
const leastRate = bytesPerSecond / 3

/** The next rates that an end tells, as time passes. */
async function nextRates(ends: DeskEnd[]): Promise<number[][]> {
  const before = ends.map(({events}) => events.length)
  const rates = () => ends.map(({events}, index) => events.slice(before[index]).flatMap(rateOf))
  while (rates().some(({length}) => length < 15)) {
    await passTime(100, ends, 20)
    // Time stands still for the disk.
    await until(() => new Set(ends.map(movedAt)).size === 1)
  }
  return rates()
}

const movedAt = ({desk}: DeskEnd) => desk.transfers()[0]?.moved

function rateOf(event: RoomEvent): number[] {
  return event.event === 'progress' ? [event.rate] : []
}

/** A file that was broken off half way. */
async function breakOff() {
  const pair = new ResumablePair()
  const path = join(pair.directories.member, 'a.bin')
  writeFileSync(path, randomBytes(8_000_000))
  const {host, member, line} = pair.begin()
  line.cutAfter(4_000_000)
  const {delivered} = await member.desk.offer(path)
  delivered.catch(() => undefined)
  await until(() => !host.session.isAttached && !member.session.isAttached)
  const lost = new ChatctlError('connection-lost', 'the line was cut')
  await Promise.all([host.desk.close(lost), member.desk.close(lost)])
  return {pair, path}
}

describe('the rate that both ends tell', () => {
  it('of what goes on is of what moves, without what was there', async () => {
    const {pair, path} = await breakOff()
    const {host, member} = pair.begin()
    member.bandwidth.limit(bytesPerSecond)
    const {delivered} = await member.desk.offer(path)
    delivered.catch(() => undefined)
    await until(() => [host, member].every(({happened}) => happened.includes('notice')))
    for (const rates of await nextRates([host, member])) expect(Math.max(...rates)).toBeLessThan(mostRate)
    member.desk.cancel(1)
    await host.desk.idle()
  })

  it('is after a pause of what moves since', async () => {
    const {host, member} = joinDesks()
    member.bandwidth.limit(bytesPerSecond)
    const {delivered} = await member.desk.offer(member.write('a.bin', randomBytes(8_000_000)))
    delivered.catch(() => undefined)
    await nextRates([host, member])
    member.desk.pause(1)
    await passTime(20_000, [host, member])
    member.desk.resume(1)
    for (const rates of await nextRates([host, member])) {
      expect(Math.max(...rates)).toBeLessThan(mostRate)
      expect(rates[7]).toBeGreaterThan(leastRate)
    }
    member.desk.cancel(1)
    await host.desk.idle()
  })
})
