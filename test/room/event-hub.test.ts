import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../../src/conversation.js'
import {EventHub} from '../../src/room/event-hub.js'

const notice = (message: string): RoomEvent => ({event: 'notice', code: 'test', message})
const bye: RoomEvent = {event: 'bye', reason: 'quit'}

/** Subscribes and notes what comes. */
function listen(hub: EventHub): {heard: string[]; stop: () => void} {
  const heard: string[] = []
  return {heard, stop: hub.subscribe(event => heard.push('message' in event ? event.message : event.event))}
}

async function readAll(events: AsyncIterable<RoomEvent>): Promise<RoomEvent[]> {
  const read: RoomEvent[] = []
  for await (const event of events) read.push(event)
  return read
}

describe('the hub of events', () => {
  it('keeps what happens before anyone listens, for the first who does', () => {
    const hub = new EventHub()
    hub.emit(notice('early'))
    const first = listen(hub)
    const second = listen(hub)
    hub.emit(notice('late'))
    expect(first.heard).toEqual(['early', 'late'])
    expect(second.heard).toEqual(['late'])
  })

  it('keeps all of a thousand messages that come at once, before a shell is there to show them', () => {
    const hub = new EventHub()
    const said = Array.from({length: 1000}, (_, number) => `${number}`)
    for (const message of said) hub.emit(notice(message))
    expect(listen(hub).heard).toEqual(said)
  })

  it('calls nobody who has stopped', () => {
    const hub = new EventHub()
    const {heard, stop} = listen(hub)
    stop()
    hub.emit(notice('late'))
    expect(heard).toEqual([])
  })

  it('tells all who listen, even when one stops, or begins, meanwhile', () => {
    const hub = new EventHub()
    const stopSelf = hub.subscribe(() => stopSelf())
    let later: {heard: string[]} | undefined
    const stopLater = hub.subscribe(() => {
      later ??= listen(hub)
      stopLater()
    })
    const last = listen(hub)
    hub.emit(notice('one'))
    hub.emit(notice('two'))
    expect(last.heard).toEqual(['one', 'two'])
    expect(later?.heard).toEqual(['two'])
  })

  it('gives events to be read at any pace, none lost, up to bye', async () => {
    const hub = new EventHub()
    hub.emit(notice('early'))
    const events = hub.events()
    for (let count = 0; count < 1000; count++) hub.emit(notice(String(count)))
    const reading = readAll(events)
    await Promise.resolve()
    hub.emit(notice('while it is read'))
    hub.emit(bye)
    const read = await reading
    expect(read).toHaveLength(1003)
    expect([read[0], read[1000], read.at(-1)]).toEqual([notice('early'), notice('999'), bye])
  })

  it('gives two readers the same', async () => {
    const hub = new EventHub()
    const readings = [readAll(hub.events()), readAll(hub.events())]
    hub.emit(notice('one'))
    hub.emit(bye)
    expect(await Promise.all(readings)).toEqual([
      [notice('one'), bye],
      [notice('one'), bye],
    ])
  })

  it('ends at once for whoever begins to read when it is over', async () => {
    const hub = new EventHub()
    listen(hub)
    hub.emit(bye)
    expect(await readAll(hub.events())).toEqual([])
  })

  it('forgets a reader who stops', async () => {
    const hub = new EventHub()
    const read: RoomEvent[] = []
    const reading = (async () => {
      for await (const event of hub.events()) {
        read.push(event)
        break
      }
    })()
    hub.emit(notice('one'))
    await reading
    hub.emit(notice('two'))
    expect(read).toEqual([notice('one')])
  })
})
