import {describe, expect, it, onTestFinished, vi} from 'vitest'
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

  it('forgets a reader who stops before reading anything, and one whose signal has aborted', async () => {
    const hub = new EventHub()
    const gone = vi.fn()
    const reader = hub.events(gone)
    await reader.return()
    hub.emit(notice('one'))
    expect(gone).toHaveBeenCalledOnce()
    await expect(hub.events(gone, AbortSignal.abort(new Error('enough'))).next()).rejects.toThrow('enough')
    hub.emit(bye)
    expect(reader.waitingBytes).toBe(0)
  })

  it('tells all who listen, even when one throws, which the process hears of', async () => {
    const hub = new EventHub()
    const mistake = new Error('a mistake of the listener')
    const uncaught = new Promise(resolve => replaceUncaughtListeners(resolve))
    hub.subscribe(() => {
      throw mistake
    })
    const {heard} = listen(hub)
    hub.emit(notice('one'))
    expect(heard).toEqual(['one'])
    expect(await uncaught).toBe(mistake)
  })
})

/** The test runner listens, too, and takes what it hears for a failure. */
function replaceUncaughtListeners(hear: (error: unknown) => void): void {
  const others = process.rawListeners('uncaughtException') as ((error: Error) => void)[]
  process.removeAllListeners('uncaughtException').on('uncaughtException', hear)
  onTestFinished(() => {
    process.off('uncaughtException', hear)
    for (const other of others) process.on('uncaughtException', other)
  })
}
