import {describe, expect, it, vi} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {EventReader} from '../../src/room/event-reader.js'

const notice = (message: string): RoomEvent => ({event: 'notice', code: 'test', message})
const bye: RoomEvent = {event: 'bye', reason: 'quit'}
const done = {done: true, value: undefined}

function reader(signal?: AbortSignal) {
  const gone = vi.fn()
  return {gone, reading: new EventReader(gone, signal)}
}

describe('who reads events', () => {
  it('is handed each in the order of the calls, whether it waits or the event does', async () => {
    const {reading} = reader()
    const [first, second] = [reading.next(), reading.next()]
    for (const name of ['one', 'two', 'three']) reading.add(notice(name))
    const steps = await Promise.all([first, second, reading.next()])
    expect(steps.map(({value}) => value)).toEqual([notice('one'), notice('two'), notice('three')])
  })

  it('has read all after bye', async () => {
    const {reading, gone} = reader()
    const calls = [reading.next(), reading.next()]
    reading.add(bye)
    expect(await Promise.all([...calls, reading.next()])).toEqual([{done: false, value: bye}, done, done])
    expect(gone).toHaveBeenCalledOnce()
  })

  it('who stops before it has begun keeps nobody', async () => {
    const {reading, gone} = reader()
    reading.add(notice('one'))
    expect(await reading.return()).toEqual(done)
    reading.add(notice('two'))
    expect({waiting: reading.waitingBytes, next: await reading.next()}).toEqual({waiting: 0, next: done})
    expect(gone).toHaveBeenCalledOnce()
  })

  it('who stops while it waits is let go at once', async () => {
    const {reading} = reader()
    const waiting = reading.next()
    await reading.return()
    expect(await waiting).toEqual(done)
  })

  it.each([
    ['while it waits', true],
    ['before it waits', false],
  ])('is called off by a signal %s: its reason is thrown once, and all is over', async (_, isWaiting) => {
    const giveUp = new AbortController()
    const {reading, gone} = reader(giveUp.signal)
    if (!isWaiting) reading.add(notice('not read any more'))
    const waiting = isWaiting ? reading.next() : undefined
    giveUp.abort(new Error('enough'))
    await expect(waiting ?? reading.next()).rejects.toThrow('enough')
    expect(await reading.next()).toEqual(done)
    expect(gone).toHaveBeenCalledOnce()
  })

  it('leaves nothing at a signal that lives longer', async () => {
    const {signal} = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    await reader(signal).reading.return()
    expect(remove).toHaveBeenCalledOnce()
  })
})
