import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {ChatctlError} from '../src/errors/index.js'
import {PeerMemory} from '../src/peer-memory.js'
import {FakeClock} from './helpers/fake-clock.js'
import {emptyPeers, JournalInMemory} from './helpers/peer-memory.js'
import {until} from './helpers/until.js'

const [ana, bob] = ['a', 'b'].map(digit => digit.repeat(64)) as [string, string]
const address = {host: '10.0.0.1', port: 5000}

function listenTo(memory: PeerMemory): RoomEvent[] {
  const events: RoomEvent[] = []
  memory.onEvent = event => events.push(event)
  return events
}

describe('the memory of a conversation', () => {
  it('tells of a device that it remembers, once', async () => {
    const memory = new PeerMemory(emptyPeers(), 'guest')
    const events = listenTo(memory)
    await memory.remember(ana, {name: 'ana', address})
    await memory.remember(ana, {name: 'eve', address})
    expect(events).toEqual([{event: 'remembered', name: 'ana', fingerprint: ana, role: 'guest'}])
    expect(memory.nameOf(ana)).toBe('ana')
  })

  it('knows who was remembered before it began, as long as they are', async () => {
    const peers = emptyPeers()
    await peers.add(ana, 'ana')
    const memory = new PeerMemory(peers, 'guest')
    await memory.remember(bob, {name: 'bob'})
    expect([ana, bob].map(fingerprint => memory.isFromBefore(fingerprint))).toEqual([true, false])
    await memory.forget('ana')
    expect(memory.isFromBefore(ana)).toBe(false)
  })

  it('knows nobody from before who was forgotten meanwhile, though remembered again', async () => {
    const journal = new JournalInMemory()
    const others = emptyPeers(journal)
    await others.add(ana, 'ana')
    const peers = emptyPeers(journal)
    await peers.refresh()
    const memory = new PeerMemory(peers, 'guest')
    await others.forget('ana')
    await others.add(ana, 'ana')
    await memory.refresh()
    expect([memory.has(ana), memory.isFromBefore(ana)]).toEqual([true, false])
  })

  it('looks every second at what other processes have written, until it is called off', async () => {
    const clock = new FakeClock()
    const journal = new JournalInMemory()
    const others = emptyPeers(journal)
    await others.add(ana, 'ana')
    const memory = new PeerMemory(emptyPeers(journal), 'guest')
    const forgotten: string[] = []
    memory.onForgotten = fingerprint => forgotten.push(fingerprint)
    const over = new AbortController()
    memory.keepLooking(clock, over.signal)
    await others.forget('ana')
    clock.advance(1000)
    await until(() => clock.waiting === 1)
    expect(forgotten).toEqual([ana])
    over.abort()
    expect(clock.waiting).toBe(0)
  })

  it('does not remember a stranger because of where it was met', async () => {
    const memory = new PeerMemory(emptyPeers(), 'host')
    await memory.meet(bob, address)
    expect(memory.list()).toEqual([])
  })

  it('tells what cannot be written, and goes on; again only when it is something else', async () => {
    const journal = new JournalInMemory()
    const memory = new PeerMemory(emptyPeers(journal), 'guest')
    const events = listenTo(memory)
    journal.failure = new ChatctlError('disk-full', 'cannot write peers.jsonl')
    for (const name of ['ana', 'ana', 'bob']) await memory.remember(ana, {name})
    journal.failure = undefined
    await memory.remember(ana, {name: 'ana'})
    expect(events).toEqual([
      {event: 'notice', code: 'disk-full', message: 'ana is not remembered: cannot write peers.jsonl'},
      {event: 'remembered', name: 'ana', fingerprint: ana, role: 'guest'},
    ])
  })

  it('has written everything when it is settled', async () => {
    const journal = new JournalInMemory()
    const memory = new PeerMemory(emptyPeers(journal), 'guest')
    void memory.remember(ana, {name: 'ana'})
    void memory.remember(bob, {name: 'bob'})
    await memory.settled()
    expect(journal.records).toHaveLength(2)
  })
})
