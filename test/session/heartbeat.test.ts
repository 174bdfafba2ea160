import {describe, expect, it} from 'vitest'
import {Heartbeat, heartbeatIntervalMs} from '../../src/session/heartbeat.js'
import {FakeClock} from '../helpers/fake-clock.js'

function start() {
  const clock = new FakeClock()
  const happened: string[] = []
  const note = (what: string) => () => void happened.push(`${what} at ${clock.now() / 1000} s`)
  const heartbeat = new Heartbeat(clock, {ping: note('ping'), lost: note('lost')})
  return {clock, heartbeat, happened}
}

describe('a heartbeat', () => {
  it('gives up a silent peer 15 s after the first ping without an answer', () => {
    const {clock, happened} = start()
    clock.advance(60_000)
    expect(happened).toEqual(['ping at 5 s', 'ping at 10 s', 'ping at 15 s', 'lost at 20 s'])
    expect(clock.waiting).toBe(0)
  })

  it('goes on for ever with a peer of whom a byte comes now and then', () => {
    const {clock, heartbeat, happened} = start()
    for (let count = 0; count < 100; count++) {
      clock.advance(14_000)
      heartbeat.heard()
    }
    expect(happened.some(what => what.startsWith('lost'))).toBe(false)
  })

  it('counts from the last byte', () => {
    const {clock, heartbeat, happened} = start()
    clock.advance(12_000)
    heartbeat.heard()
    clock.advance(60_000)
    expect(happened.at(-1)).toBe('lost at 30 s')
  })

  it('is still once it is stopped, and leaves no timer', () => {
    const {clock, heartbeat, happened} = start()
    heartbeat.stop()
    expect(clock.waiting).toBe(0)
    clock.advance(60_000)
    expect(happened).toEqual([])
  })

  it('leaves no timer when its own ping is what stops it', () => {
    const clock = new FakeClock()
    const heartbeat: Heartbeat = new Heartbeat(clock, {ping: () => heartbeat.stop(), lost: () => undefined})
    clock.advance(heartbeatIntervalMs)
    expect(clock.waiting).toBe(0)
  })
})
