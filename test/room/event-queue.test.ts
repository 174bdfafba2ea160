import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {EventQueue, maxQueuedBytes} from '../../src/room/event-queue.js'

const notice = (message: string): RoomEvent => ({event: 'notice', code: 'test', message})
const large = (): RoomEvent => notice('x'.repeat(maxQueuedBytes / 4))
const bye: RoomEvent = {event: 'bye', reason: 'quit'}

function takeAll(queue: EventQueue): RoomEvent[] {
  const taken: RoomEvent[] = []
  for (let event = queue.take(); event; event = queue.take()) taken.push(event)
  return taken
}

const names = (events: readonly RoomEvent[]) =>
  events.map(event => (event.event === 'notice' && event.code === 'missed' ? 'missed' : event.event))

describe('a queue of events', () => {
  it('gives them in order, and counts what waits and what was taken', () => {
    const queue = new EventQueue()
    queue.add(notice('one'))
    queue.add(notice('two'))
    expect(queue.waitingBytes).toBe(2 * Buffer.byteLength(JSON.stringify(notice('one'))))
    expect(takeAll(queue)).toEqual([notice('one'), notice('two')])
    expect({waiting: queue.waitingBytes, taken: queue.takenCount}).toEqual({waiting: 0, taken: 2})
  })

  it('keeps no more than 8 MiB, and says how many are missing where they are', () => {
    const queue = new EventQueue()
    for (let count = 0; count < 10; count++) queue.add(large())
    expect(queue.waitingBytes).toBeLessThanOrEqual(maxQueuedBytes)
    const taken = takeAll(queue)
    expect(names(taken)).toEqual(['notice', 'notice', 'notice', 'missed'])
    expect(taken.at(-1)).toMatchObject({message: expect.stringMatching(/^7 events are missing here/)})
  })

  it('leaves out what follows a gap until the gap has been told, and then goes on', () => {
    const queue = new EventQueue()
    for (let count = 0; count < 4; count++) queue.add(large())
    queue.add(notice('small'))
    queue.take()
    queue.add(notice('small too'))
    expect(names(takeAll(queue))).toEqual(['notice', 'notice', 'missed'])
    queue.add(notice('after'))
    expect(takeAll(queue)).toEqual([notice('after')])
  })

  it('keeps the last event of all, behind the gap', () => {
    const queue = new EventQueue()
    for (let count = 0; count < 5; count++) queue.add(large())
    queue.add(bye)
    expect(names(takeAll(queue))).toEqual(['notice', 'notice', 'notice', 'missed', 'bye'])
  })
})
