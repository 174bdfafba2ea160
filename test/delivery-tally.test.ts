import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {DeliveryTally} from '../src/delivery-tally.js'

function isWhole(...events: RoomEvent['event'][]): boolean {
  const tally = new DeliveryTally()
  for (const event of events) tally.observe({event} as RoomEvent)
  return tally.isWhole
}

describe('a delivery', () => {
  it.each<RoomEvent['event'][]>([
    ['offer', 'received'],
    ['offer', 'offer', 'progress', 'received', 'received'],
    ['offer', 'received', 'offer', 'received'],
  ])('is whole when each file that was offered has arrived: %s, %s ...', (...events) => {
    expect(isWhole(...events)).toBe(true)
  })

  it.each<RoomEvent['event'][]>([
    [],
    ['offer'],
    ['offer', 'declined'],
    ['offer', 'offer', 'received', 'failed'],
    ['offer', 'received', 'offer', 'cancelled'],
  ])('is not whole otherwise: %s, %s ...', (...events) => {
    expect(isWhole(...events)).toBe(false)
  })
})
