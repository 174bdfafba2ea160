import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {patienceMs, SharedWindow} from '../../../src/transfer/many/shared-window.js'

const windowBytes = 1000

/** A window of so many followers, each of whom lets everything come. */
function windowOf(...followers: string[]): SharedWindow<string> {
  const window = new SharedWindow<string>()
  window.resize(windowBytes)
  for (const follower of followers) {
    window.add(follower)
    window.grant(follower, 1_000_000)
  }
  return window
}

describe('the window that followers share', () => {
  it('lets no more be written than the last one has passed on, and the window', () => {
    const window = windowOf('a', 'b')
    window.write(700)
    window.pass('a', 700)
    window.pass('b', 100)
    expect([window.leastPassedBytes, window.limitBytes]).toEqual([100, 1100])
    window.remove('b')
    expect(window.limitBytes).toBe(1700)
  })

  it('asks for no more than the one lets come that wants most', () => {
    const window = new SharedWindow<string>()
    window.resize(windowBytes)
    window.add('a')
    window.add('b')
    window.grant('a', 20)
    window.grant('b', 300)
    window.grant('b', 200)
    expect(window.limitBytes).toBe(300)
  })

  it('sees who has held another up for too long, and no sooner', () => {
    const window = windowOf('fast', 'slow')
    window.write(900)
    window.pass('fast', 900)
    expect(window.fallenBehind(1000)).toEqual([])
    expect(window.dueMs).toBe(patienceMs)
    expect(window.fallenBehind(1000 + patienceMs - 1)).toEqual([])
    expect(window.dueMs).toBe(1)
    expect(window.fallenBehind(1000 + patienceMs)).toEqual(['slow'])
  })

  it.each([
    ['is no more than half of the window behind', 400, 1_000_000],
    ['has as much as the other one wants', 900, 900],
    ['leaves as much room as the other one wants', 900, 1000],
  ])('lets who %s be', (_, byteLength, grantedBytes) => {
    const window = new SharedWindow<string>()
    window.resize(windowBytes)
    for (const follower of ['fast', 'slow']) window.add(follower)
    window.grant('fast', grantedBytes)
    window.write(byteLength)
    window.pass('fast', byteLength)
    window.fallenBehind(0)
    expect(window.fallenBehind(10 * patienceMs)).toEqual([])
    expect(window.dueMs).toBeUndefined()
  })

  it('counts for who has held nobody up for as long', () => {
    const window = windowOf('fast', 'slow')
    window.write(900)
    window.pass('fast', 900)
    window.fallenBehind(0)
    window.pass('slow', 900)
    window.fallenBehind(400)
    window.fallenBehind(800)
    window.write(900)
    window.pass('fast', 900)
    window.fallenBehind(800)
    expect(window.dueMs).toBe(patienceMs)
  })

  it('keeps its books whatever happens: no more is held than the window, and somebody always goes on', () => {
    const step = fc.record({
      follower: fc.nat(4),
      what: fc.constantFrom('pass', 'grant', 'remove', 'write', 'time'),
      share: fc.double({min: 0, max: 1, noNaN: true}),
    })
    fc.assert(
      fc.property(fc.array(step, {maxLength: 300}), steps => {
        const window = new SharedWindow<number>()
        window.resize(windowBytes)
        const passed = new Map<number, number>()
        const granted = new Map<number, number>()
        for (let follower = 0; follower < 5; follower++) {
          window.add(follower)
          passed.set(follower, 0)
        }
        let [written, nowMs] = [0, 0]
        const fallen = new Set<number>()
        for (const {follower, what, share} of steps) {
          const behind = written - (passed.get(follower) ?? written)
          const most = Math.max(0, ...[...passed.keys()].map(each => granted.get(each) ?? 0))
          const limit = Math.min(most, Math.min(written, ...passed.values()) + windowBytes)
          expect(window.limitBytes).toBe(limit)
          if (what === 'write') {
            const byteLength = Math.floor(share * Math.max(0, limit - written))
            window.write(byteLength)
            written += byteLength
          } else if (what === 'pass' && passed.has(follower)) {
            const byteLength = Math.floor(share * behind)
            window.pass(follower, byteLength)
            passed.set(follower, passed.get(follower)! + byteLength)
          } else if (what === 'grant') {
            const total = Math.floor(share * 10_000)
            window.grant(follower, total)
            if (passed.has(follower)) granted.set(follower, Math.max(total, granted.get(follower) ?? 0))
          } else if (what === 'remove') {
            window.remove(follower)
            passed.delete(follower)
          } else nowMs += Math.floor(share * 1000)
          for (const each of window.fallenBehind(nowMs)) {
            expect(written - passed.get(each)!).toBeGreaterThan(windowBytes / 2)
            window.remove(each)
            passed.delete(each)
            fallen.add(each)
          }
          expect(written - window.leastPassedBytes).toBeLessThanOrEqual(windowBytes)
          if (fallen.size > 0 && what !== 'remove') expect(window.dueMs ?? 1).toBeGreaterThan(0)
        }
      }),
    )
  })
})
