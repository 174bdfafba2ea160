import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {DeliveryTally} from '../src/delivery-tally.js'

type Happening = RoomEvent['event'] | 'changed'

function isWhole(...events: Happening[]): boolean {
  const tally = new DeliveryTally()
  for (const event of events)
    tally.observe((event === 'changed' ? {event: 'failed', code: 'source-changed'} : {event}) as RoomEvent)
  return tally.isWhole
}

describe('a delivery', () => {
  it.each<Happening[]>([
    ['offer', 'received'],
    ['offer', 'offer', 'progress', 'received', 'received'],
    ['offer', 'received', 'offer', 'received'],
    ['offer', 'changed', 'offer', 'received'],
    ['offer', 'offer', 'changed', 'received'],
    ['offer', 'changed', 'offer', 'offer', 'received', 'received'],
  ])('is whole when each file that was offered has arrived: %s, %s ...', (...events) => {
    expect(isWhole(...events)).toBe(true)
  })

  it.each<Happening[]>([
    [],
    ['offer'],
    ['offer', 'declined'],
    ['offer', 'offer', 'received', 'failed'],
    ['offer', 'received', 'offer', 'cancelled'],
    ['offer', 'changed'],
    ['offer', 'changed', 'offer', 'changed'],
    ['offer', 'offer', 'offer', 'received', 'changed'],
  ])('is not whole otherwise: %s, %s ...', (...events) => {
    expect(isWhole(...events)).toBe(false)
  })
})
