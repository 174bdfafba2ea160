import {describe, expect, it} from 'vitest'
import {Guard, guardLimits} from '../../src/security/guard.js'
import {sourceOf} from '../../src/security/source.js'
import {FakeArrival} from '../helpers/admission.js'
import {FakeClock} from '../helpers/fake-clock.js'

const own = '192.0.2.1'

function wrong(guard: Guard, address: string, count = 1): void {
  for (let done = 0; done < count; done++) guard.countWrong(address)
}

describe('a source', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ])('of %s is %s', (address, source) => {
    expect(sourceOf(address)).toBe(source)
  })
})

describe('wrong codes from one source', () => {
  it('block it for a minute after the third, then twice as long after each', () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    wrong(guard, own, 2)
    expect(guard.mayTry(own)).toBe(true)
    for (const penaltyMs of [60_000, 120_000, 240_000]) {
      wrong(guard, own)
      clock.advance(penaltyMs - 1)
      expect(guard.mayTry(own)).toBe(false)
      clock.advance(1)
      expect(guard.mayTry(own)).toBe(true)
    }
  })

  it('count together for all addresses of an IPv6 network', () => {
    const guard = new Guard(new FakeClock())
    for (const tail of [1, 2, 3]) wrong(guard, `2001:db8::${tail}`)
    expect(guard.mayTry('2001:db8::4')).toBe(false)
    expect(guard.mayTry('2001:db8:0:1::4')).toBe(true)
  })

  it('are forgiven once the code was right', () => {
    const guard = new Guard(new FakeClock())
    wrong(guard, own, 2)
    guard.countRight(own)
    wrong(guard, own, 2)
    expect(guard.mayTry(own)).toBe(true)
  })
})

describe('wrong codes from all sources', () => {
  it('are ten at once, then one each five seconds', () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    for (let source = 0; source < guardLimits.wrongCodes; source++) {
      expect(guard.mayTry(own)).toBe(true)
      wrong(guard, `198.51.100.${source}`)
    }
    expect(guard.mayTry(own)).toBe(false)
    clock.advance(guardLimits.wrongCodeForgottenMs - 1)
    expect(guard.mayTry(own)).toBe(false)
    clock.advance(1)
    expect(guard.mayTry(own)).toBe(true)
    wrong(guard, '203.0.113.1')
    expect(guard.mayTry(own)).toBe(false)
  })
})

describe('arrivals', () => {
  const arriveFrom = (guard: Guard, address: string, stage?: FakeArrival['stage']): FakeArrival => {
    const arrival = new FakeArrival(address, stage)
    guard.arrived(arrival)
    return arrival
  }

  it('over the limit of one source cost the oldest that has come least far of that source', () => {
    const guard = new Guard(new FakeClock())
    const elsewhere = arriveFrom(guard, '192.0.2.2', 'silent')
    const greeted = arriveFrom(guard, own, 'greeted')
    const handshaking = arriveFrom(guard, own, 'handshaking')
    const silent = Array.from({length: guardLimits.arrivalsOfOneSource - 2}, () => arriveFrom(guard, own, 'silent'))
    expect(silent.some(({isDestroyed}) => isDestroyed)).toBe(false)
    const newcomer = arriveFrom(guard, own, 'silent')
    expect(silent.map(({isDestroyed}) => isDestroyed)).toEqual(silent.map((_, index) => index === 0))
    expect([elsewhere, greeted, handshaking, newcomer].some(({isDestroyed}) => isDestroyed)).toBe(false)
  })

  it('over the limit of all cost the oldest that has come least far of all', () => {
    const guard = new Guard(new FakeClock())
    const far = arriveFrom(guard, '198.51.100.255', 'secured')
    const silent = Array.from({length: guardLimits.arrivals - 1}, (_, index) =>
      arriveFrom(guard, `198.51.100.${index % 200}`, 'silent'),
    )
    arriveFrom(guard, '203.0.113.1', 'silent')
    expect(silent.map(({isDestroyed}) => isDestroyed)).toEqual(silent.map((_, index) => index === 0))
    expect(far.isDestroyed).toBe(false)
  })

  it('that have left make room', () => {
    const guard = new Guard(new FakeClock())
    const first = arriveFrom(guard, own)
    const others = Array.from({length: guardLimits.arrivalsOfOneSource - 1}, () => arriveFrom(guard, own))
    guard.left(others[0]!)
    arriveFrom(guard, own)
    expect([first, ...others].some(({isDestroyed}) => isDestroyed)).toBe(false)
  })

  it('of which eight are being proved lose the oldest of these to a ninth', () => {
    const guard = new Guard(new FakeClock())
    const proving = Array.from({length: guardLimits.proofs + 1}, () => new FakeArrival(own, 'greeted'))
    for (const arrival of proving) guard.beginProof(arrival)
    expect(proving.map(({isDestroyed}) => isDestroyed)).toEqual(proving.map((_, index) => index === 0))
  })
})
