import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {WaitingRow} from '../../src/repl/waiting-row.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {ana} from '../helpers/fake-conversation.js'

const listening: RoomEvent = {event: 'listening', addresses: [], port: 5000, fingerprint: 'f'}
const minuteMs = 60_000

function watch() {
  const clock = new FakeClock()
  const changes = {count: 0}
  return {clock, changes, row: new WaitingRow(clock, () => changes.count++)}
}

describe('the row of a room that waits for its first guest', () => {
  it('moves, twice a second at most', () => {
    const {clock, changes, row} = watch()
    expect(row.rows(80)).toEqual([])
    row.observe(listening)
    const first = row.rows(80)
    expect(first[0]).toMatch(/^\S waiting for the first guest$/)
    clock.advance(500)
    expect(row.rows(80)).not.toEqual(first)
    clock.advance(9500)
    expect(changes.count).toBe(21)
  })

  it('stands still after two minutes, and wakes nobody any more', () => {
    const {clock, changes, row} = watch()
    row.observe(listening)
    clock.advance(2 * minuteMs)
    const {count} = changes
    clock.advance(60 * minuteMs)
    expect(changes.count).toBe(count)
    expect(clock.waiting).toBe(0)
    expect(row.rows(80)).toHaveLength(1)
  })

  it('goes when somebody comes, and does not come back', () => {
    const {clock, row} = watch()
    row.observe(listening)
    row.observe({event: 'joined', member: ana})
    expect(row.rows(80)).toEqual([])
    row.observe({event: 'left', member: ana, reason: 'quit'})
    expect(row.rows(80)).toEqual([])
    expect(clock.waiting).toBe(0)
  })

  it('fits a narrow window', () => {
    const {row} = watch()
    row.observe(listening)
    expect(row.rows(12)[0]).toMatch(/^\S waiting f…$/)
  })
})
