import {describe, expect, it} from 'vitest'
import {heldBackAboveBytes, stuckAfterMs, TalkGate} from '../../src/session/talk-gate.js'
import {TalkPace} from '../../src/session/talk-pace.js'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {maxInFlightBytes} from '../../src/session/outbox.js'
import {WirePeer} from '../helpers/wire-peer.js'
import {attachBoth, TestSession} from '../helpers/test-session.js'

const text = 'x'.repeat(65_000)

/** A session with so much to say to a listener that speakers have to wait. */
function farBehind(): TestSession {
  const listener = new TestSession('host')
  while (listener.session.waitingBytes <= heldBackAboveBytes) listener.say(text)
  return listener
}

describe('the talk gate', () => {
  it('is open while everyone keeps up', () => {
    expect(new TalkGate(new FakeClock(), () => [new TestSession('host').session]).isOpen()).toBe(true)
  })

  it('is shut while a listener is far behind, and opens when it has caught up', async () => {
    const listener = farBehind()
    const gate = new TalkGate(new FakeClock(), () => [listener.session])
    expect(gate.isOpen()).toBe(false)
    const pair = memoryPair()
    attachBoth(listener, new TestSession('joiner'), {host: pair.a, joiner: pair.b})
    await listener.session.acknowledged()
    expect(gate.isOpen()).toBe(true)
  })

  it('gives up a listener that takes nothing at all, so that it holds up nobody for long', () => {
    const clock = new FakeClock()
    const listener = farBehind()
    const gate = new TalkGate(clock, () => [listener.session])
    expect(gate.isOpen()).toBe(false)
    clock.advance(stuckAfterMs - 1)
    expect(gate.isOpen()).toBe(false)
    expect(listener.ended).toBeUndefined()
    clock.advance(1)
    gate.isOpen()
    expect(listener.ended).toMatchObject({by: 'self', code: 'slow'})
    expect(gate.isOpen()).toBe(true)
  })

  it('is open for who says little, however far behind a listener is', () => {
    const clock = new FakeClock()
    const listener = farBehind()
    const gate = new TalkGate(clock, () => [listener.session])
    const [calm, flood] = [new TalkPace(clock), new TalkPace(clock)]
    calm.said(100)
    flood.said(1_000_000)
    expect([gate.isOpen(calm), gate.isOpen(flood)]).toEqual([true, false])
    clock.advance(stuckAfterMs)
    gate.isOpen(calm)
    expect(listener.ended).toMatchObject({code: 'slow'})
  })

  it('lets those who wait for it go on as soon as it opens', async () => {
    const clock = new FakeClock()
    const listener = farBehind()
    const gate = new TalkGate(clock, () => [listener.session])
    let isThrough = false
    const through = gate.opened().then(() => (isThrough = true))
    await Promise.resolve()
    expect(isThrough).toBe(false)
    listener.session.close('bye')
    clock.advance(20)
    await through
  })
})

describe('a session whose acknowledgements are held', () => {
  it('ends when the speaker goes on all the same', async () => {
    const host = new TestSession('host', () => false)
    const pair = memoryPair()
    host.attach(pair.a, 0, new FakeClock())
    const liar = new WirePeer(pair.b).read()
    const message = Buffer.from(JSON.stringify({type: 'say', kind: 'say', text: 'x'.repeat(65_000)}))
    for (let number = 1; number * message.length <= maxInFlightBytes; number++) {
      liar.send(['message', message, {number}])
      await host.until(() => host.texts.length === number)
    }
    expect(host.ended).toBeUndefined()
    liar.send(['message', message, {number: host.texts.length + 1}])
    await host.until(() => host.ended !== undefined)
    expect(host.ended).toMatchObject({by: 'self', code: 'protocol-violation'})
  })

  it('gives them when they may go, and the speaker has lost nothing', async () => {
    let mayAcknowledge = false
    const host = new TestSession('host', () => mayAcknowledge)
    const joiner = new TestSession('joiner')
    const pair = memoryPair()
    attachBoth(host, joiner, {host: pair.a, joiner: pair.b})
    joiner.say('one')
    await host.until(() => host.texts.length === 1)
    host.say('nor with a message of its own')
    await joiner.until(() => joiner.texts.length === 1)
    expect(joiner.session.takenCount).toBe(0)
    mayAcknowledge = true
    await joiner.session.acknowledged()
    expect(host.texts).toEqual(['one'])
  })
})
