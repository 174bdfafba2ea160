import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Guard, guardLimits, type WrongCode} from '../../src/security/guard.js'
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

describe('a guard', () => {
  it('tells of each wrong code: whose, how many, for how long that source is refused, and whether it is a flood', () => {
    const told: WrongCode[] = []
    const clock = new FakeClock()
    const guard = new Guard(clock, wrong => told.push(wrong))
    wrong(guard, '2001:db8::1', 2)
    wrong(guard, '2001:db8::2', 1)
    const source = '2001:db8:0:0::/64'
    expect(told).toEqual([
      {address: '2001:db8::1', source, count: 1, refusedForMs: 0, isFlood: false},
      {address: '2001:db8::1', source, count: 2, refusedForMs: 0, isFlood: false},
      {address: '2001:db8::2', source, count: 3, refusedForMs: 60_000, isFlood: false},
    ])
    for (let other = 0; other < 7; other++) wrong(guard, `198.51.100.${other}`)
    expect(told.map(({isFlood}) => isFlood)).toEqual([...Array<boolean>(9).fill(false), true])
  })

  it('takes exactly the tries that its limits leave, whatever comes from wherever and whenever', () => {
    const anyTry = fc.record({
      source: fc.nat(5),
      isRight: fc.boolean(),
      waitMs: fc.oneof(fc.constant(0), fc.integer({min: 1, max: 20_000}), fc.integer({min: 60_000, max: 10_000_000})),
    })
    fc.assert(
      fc.property(fc.array(anyTry, {maxLength: 120}), tries => {
        const clock = new FakeClock()
        const guard = new Guard(clock)
        const model = new GuardModel()
        for (const {source, isRight, waitMs} of tries) {
          clock.advance(waitMs)
          const address = `192.0.2.${source}`
          expect(guard.mayTry(address)).toBe(model.mayTry(address, clock.now()))
          if (!guard.mayTry(address)) continue
          if (isRight) guard.countRight(address)
          else guard.countWrong(address)
          model.count(address, clock.now(), isRight)
        }
        expect(model.mostWrongIn(60_000)).toBeLessThanOrEqual(10 + 60_000 / 5000)
      }),
    )
  })
})

/** The limits once more, said in another way: over the list of all that has happened. */
class GuardModel {
  readonly #wrong: {address: string; at: number}[] = []
  readonly #rows = new Map<string, {at: number; until: number}[]>()

  mayTry(address: string, now: number): boolean {
    const until = this.#rows.get(address)?.at(-1)?.until ?? -Infinity
    return until <= now && this.#level(now) <= 9
  }

  count(address: string, at: number, isRight: boolean): void {
    if (isRight) return void this.#rows.delete(address)
    this.#wrong.push({address, at})
    const last = this.#rows.get(address) ?? []
    const row = (last.at(-1)?.until ?? Infinity) + 3_600_000 <= at ? [] : last
    const until = at + (row.length < 2 ? 0 : 60_000 * 2 ** (row.length - 2))
    this.#rows.set(address, [...row, {at, until}])
  }

  /** The most wrong codes that were taken in any stretch of time. */
  mostWrongIn(ms: number): number {
    return Math.max(
      0,
      ...this.#wrong.map(({at: from}) => this.#wrong.filter(({at}) => at >= from && at < from + ms).length),
    )
  }

  #level(now: number): number {
    let [level, since] = [0, 0]
    for (const {at} of this.#wrong) {
      level = Math.max(0, level - (at - since) / 5000) + 1
      since = at
    }
    return Math.max(0, level - (now - since) / 5000)
  }
}

describe('arrivals', () => {
  const arriveFrom = (guard: Guard, address: string, stage?: FakeArrival['stage']): FakeArrival => {
    const arrival = new FakeArrival(address, stage)
    guard.arrived(arrival)
    return arrival
  }

  it('over the limit of one source cost the oldest that has come least far of that source, a moment later', () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    const elsewhere = arriveFrom(guard, '192.0.2.2', 'silent')
    const greeted = arriveFrom(guard, own, 'greeted')
    const handshaking = arriveFrom(guard, own, 'handshaking')
    const silent = Array.from({length: guardLimits.arrivalsOfOneSource - 2}, () => arriveFrom(guard, own, 'silent'))
    expect(silent.some(({isDestroyed}) => isDestroyed)).toBe(false)
    const newcomer = arriveFrom(guard, own, 'silent')
    clock.advance(guardLimits.reprieveMs - 1)
    expect(silent[0]!.isDestroyed).toBe(false)
    clock.advance(1)
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

  it('over the limit of all cost the source that has most, not somebody honest who has just come', () => {
    const guard = new Guard(new FakeClock())
    const sources = ['198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4']
    const greedy = sources.flatMap(source =>
      Array.from({length: guardLimits.arrivalsOfOneSource}, () => arriveFrom(guard, source, 'greeted')),
    )
    const honest = arriveFrom(guard, own, 'silent')
    for (const source of sources) arriveFrom(guard, source, 'silent')
    expect(honest.isDestroyed).toBe(false)
    expect(greedy[0]!.isDestroyed).toBe(true)
  })

  it('that have lost their place to others of their source get one again when they come further in time', () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    const honest = arriveFrom(guard, own, 'handshaking')
    const crowd = Array.from({length: guardLimits.arrivalsOfOneSource}, () => arriveFrom(guard, own, 'handshaking'))
    clock.advance(guardLimits.reprieveMs / 2)
    honest.advance('secured')
    clock.advance(guardLimits.reprieveMs / 2)
    for (let turn = 0; turn < 3; turn++) {
      crowd.push(...crowd.slice(0, 60).map(() => arriveFrom(guard, own, 'handshaking')))
      clock.advance(guardLimits.reprieveMs)
    }
    expect(honest.isDestroyed).toBe(false)
    expect(crowd.filter(({isDestroyed}) => !isDestroyed)).toHaveLength(guardLimits.arrivalsOfOneSource - 1)
  })

  it('of a source that comes back as soon as it is closed leave an honest one of it the time for its next step', () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    let crowd = Array.from({length: 200}, () => arriveFrom(guard, own, 'handshaking'))
    const honest = arriveFrom(guard, own, 'handshaking')
    for (let passedMs = 0; passedMs < guardLimits.reprieveMs; passedMs += 10) {
      crowd = crowd.map(arrival => (arrival.isDestroyed ? arriveFrom(guard, own, 'handshaking') : arrival))
      expect(honest.isDestroyed).toBe(false)
      clock.advance(10)
    }
  })

  it('that have come further keep their place however many press at that moment', () => {
    const guard = new Guard(new FakeClock())
    const honest = arriveFrom(guard, own, 'handshaking')
    const press = (count: number): void => {
      for (let number = 0; number < count; number++) arriveFrom(guard, own, 'handshaking')
    }
    press(guardLimits.arrivalsOfOneSource)
    honest.advance('secured')
    press(20 * guardLimits.arrivals)
    expect(honest.isDestroyed).toBe(false)
  })

  it('are never more than the limit of all, those included that have lost their place', () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    const arrivals = Array.from({length: 3 * guardLimits.arrivals}, () => arriveFrom(guard, own))
    expect(arrivals.filter(({isDestroyed}) => !isDestroyed)).toHaveLength(guardLimits.arrivals)
    clock.advance(guardLimits.reprieveMs)
    expect(arrivals.filter(({isDestroyed}) => !isDestroyed)).toHaveLength(guardLimits.arrivalsOfOneSource)
    expect(clock.waiting).toBe(0)
  })

  it('that are admitted keep their place until they have said what for, and are the last to lose it', () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    const admitted = Array.from({length: guardLimits.arrivalsOfOneSource}, () => arriveFrom(guard, own))
    for (const arrival of admitted) guard.admitted(arrival)
    const [first, second] = admitted
    guard.left(second!)
    const stranger = arriveFrom(guard, own)
    arriveFrom(guard, own)
    clock.advance(guardLimits.reprieveMs)
    expect([stranger.isDestroyed, first!.isDestroyed]).toEqual([true, false])
  })

  it('that leave while they have a moment left are forgotten', () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    const [first] = Array.from({length: guardLimits.arrivalsOfOneSource + 1}, () => arriveFrom(guard, own))
    guard.left(first!)
    expect(clock.waiting).toBe(0)
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

  it('of which eight of one source are being proved never cost somebody else the proof', () => {
    const guard = new Guard(new FakeClock())
    const honest = new FakeArrival('192.0.2.2', 'greeted')
    guard.beginProof(honest)
    for (let count = 0; count < 100; count++) guard.beginProof(new FakeArrival(own, 'greeted'))
    expect(honest.isDestroyed).toBe(false)
  })

  it('that were being proved and have left make room for another proof', () => {
    const guard = new Guard(new FakeClock())
    const proving = Array.from({length: guardLimits.proofs}, () => arriveFrom(guard, own, 'greeted'))
    for (const arrival of proving) guard.beginProof(arrival)
    guard.left(proving[3]!)
    guard.beginProof(arriveFrom(guard, own, 'greeted'))
    expect(proving.some(({isDestroyed}) => isDestroyed)).toBe(false)
  })
})
