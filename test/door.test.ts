import {describe, expect, it} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {Door, type DoorOptions} from '../src/door.js'
import {PeerMemory} from '../src/peer-memory.js'
import {encodeFrame, encodeJson} from '../src/protocol/frame-encoder.js'
import {seekAdmission, type Admitted} from '../src/security/admission.js'
import {Codes} from '../src/security/codes.js'
import {guardLimits} from '../src/security/guard.js'
import {Invite} from '../src/security/invite.js'
import {encodeHello} from '../src/security/hello.js'
import type {JoinerOptions} from '../src/security/joiner-steps.js'
import {toChatctlError, type ChatctlError} from '../src/errors/index.js'
import {
  FakeArrival,
  hostFingerprint,
  joinerFingerprint,
  joinerOptions,
  outcomeOf,
  rightCode,
  secureMemoryPair,
  wrongCode,
} from './helpers/admission.js'
import {FakeClock} from './helpers/fake-clock.js'
import {emptyMemory, emptyPeers, JournalInMemory} from './helpers/peer-memory.js'

const yes = (): boolean => true

/** A door in memory at which strangers knock from any address. */
class Entrance {
  readonly clock = new FakeClock()
  readonly told: RoomEvent[] = []
  readonly here = new Set<string>()
  readonly door: Door

  constructor(options: Partial<DoorOptions> = {}) {
    this.door = new Door({
      ownFingerprint: hostFingerprint,
      codes: new Codes(),
      memory: emptyMemory(),
      clock: this.clock,
      ...options,
    })
    this.door.house = {tell: event => this.told.push(event), isHere: fingerprint => this.here.has(fingerprint)}
  }

  /** Somebody comes; returns how they came in, or why not. */
  async knock(changes: Partial<JoinerOptions> = {}, address = '192.0.2.1'): Promise<string> {
    const pair = this.#meet()
    const granting = this.door
      .admit(pair.host, new FakeArrival(address))
      .catch((error: unknown) => this.door.refused(toChatctlError(error), address))
    const outcome = await outcomeOf(seekAdmission(pair.joiner, joinerOptions({code: this.door.code, ...changes})))
    await granting
    return outcome
  }

  /** Somebody is admitted, by the code if nothing else is said, and has not said yet what for. */
  async approach(changes: Partial<JoinerOptions> = {}): Promise<Admitted> {
    const pair = this.#meet()
    const granting = this.door.admit(pair.host, new FakeArrival())
    await seekAdmission(pair.joiner, joinerOptions({code: this.door.code, ...changes}))
    return granting
  }

  /** Somebody proves the code, and gets what it came for. */
  async enter(): Promise<void> {
    this.door.enter(await this.approach(), 'ana')
    await this.door.memory.settled()
  }

  /** So many wrong codes come, each from another address, as fast as they are taken. */
  flood(count: number): void {
    for (let done = 0; done < count; done++) {
      if (!this.door.guard.mayTry('203.0.113.255')) this.clock.advance(guardLimits.wrongCodeForgottenMs)
      this.door.guard.countWrong(`198.51.${done >> 8}.${done & 255}`)
    }
  }

  #meet() {
    const {joiner, host} = secureMemoryPair()
    return {joiner: Object.assign(joiner, {peerFingerprint: this.door.ownFingerprint}), host}
  }

  /** The notices, and the codes in invites, since the last call. */
  heard(): string[] {
    return this.told.splice(0).map(event => {
      if (event.event === 'notice') return event.message
      return event.event === 'invite' ? `${event.code} for ${event.uses}` : event.event
    })
  }
}

describe('a door', () => {
  it('lets in who proves the code, and again without it while it is there', async () => {
    const entrance = new Entrance()
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('no-code')
    await entrance.enter()
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('memory')
  })

  it('asks again who has proved the code and not come in: its use is free for another', async () => {
    const entrance = new Entrance({codes: new Codes(undefined, 1)})
    const {invite} = await entrance.approach()
    entrance.door.giveBack(invite)
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('no-code')
    expect(await entrance.knock({isKnown: yes})).toBe('code')
  })

  it('lets in again, as long as it is tried, who has taken the last use of the code and has not done what it came for', async () => {
    const entrance = new Entrance({codes: new Codes(undefined, 1)})
    entrance.door.tryOut(await entrance.approach())
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('memory')
    entrance.door.turnOut(joinerFingerprint)
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('no-code')
    entrance.door.tryOut(await entrance.approach())
    entrance.door.keepIn(joinerFingerprint, 'ana')
    await entrance.door.memory.settled()
    entrance.door.turnOut(joinerFingerprint)
    expect(entrance.door.memory.has(joinerFingerprint)).toBe(true)
    expect(await entrance.knock()).toBe('wrong-code')
  })

  it.each([
    ['that is for codes only', {isCodeOnly: true}],
    ['that its own device comes to', {ownFingerprint: joinerFingerprint, remember: true}],
  ])('%s lets in without a code only those who return to their session', async (_, options) => {
    const entrance = new Entrance(options)
    await entrance.enter()
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('no-code')
    entrance.here.add(joinerFingerprint)
    const returning = await entrance.approach({code: undefined, isKnown: yes})
    expect(returning.admittedBy).toBe('memory')
    expect(entrance.door.mayOnlyReturn(returning)).toBe(true)
    expect(entrance.door.mayOnlyReturn(await entrance.approach())).toBe(false)
  })

  it('that is open lets anyone in, remembers nobody, and has no code', async () => {
    const entrance = new Entrance({codes: undefined})
    expect(await entrance.knock({acceptOpen: true})).toBe('nothing')
    expect(await entrance.knock({isKnown: yes})).toBe('open-not-accepted')
    expect(() => entrance.door.invite()).toThrow('this room is open')
  })
})

describe('a door that remembers', () => {
  async function acquainted(options: Partial<DoorOptions> = {}): Promise<Entrance> {
    const entrance = new Entrance(options)
    await entrance.door.memory.remember(joinerFingerprint, {name: 'ana'})
    return entrance
  }

  it('lets in without a proof whom it remembers, if that device remembers the host', async () => {
    const entrance = await acquainted()
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('memory')
    expect(await entrance.knock({code: undefined})).toBe('no-code')
  })

  it('asks whom it has forgotten, also when another process did', async () => {
    const entrance = await acquainted()
    await entrance.door.memory.forget('ana')
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('no-code')
  })

  it.each([
    ['', (memory: PeerMemory) => memory.forget('ana')],
    [', also when another process did', (_: PeerMemory, journal: JournalInMemory) => emptyPeers(journal).forget('ana')],
  ])('asks whom it has forgotten since it came in by a code%s', async (_, forget) => {
    const journal = new JournalInMemory()
    const memory = new PeerMemory(emptyPeers(journal), 'guest')
    const entrance = new Entrance({memory, remember: true})
    await entrance.enter()
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('memory')
    await forget(memory, journal)
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('no-code')
  })

  it('asks whom others have remembered and forgotten between two looks, since it came in by a code', async () => {
    const journal = new JournalInMemory()
    const entrance = new Entrance({memory: new PeerMemory(emptyPeers(journal), 'guest')})
    await entrance.enter()
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('memory')
    const others = emptyPeers(journal)
    await others.add(joinerFingerprint, 'ana')
    await others.forget('ana')
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('no-code')
  })

  it('asks everyone when it is for codes only', async () => {
    const entrance = await acquainted({isCodeOnly: true})
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('no-code')
  })

  it.each([
    ['for one guest', 1, false, true],
    ['for two guests', 2, false, false],
    ['for any number', Infinity, false, false],
    ['for any number, when all are to be remembered', Infinity, true, true],
  ])('keeps for good who proved a code %s: %j, %j -> %j', (_, guests, remember, isForGood) => {
    const {door} = new Entrance({remember})
    const invite = new Invite(rightCode, guests)
    expect(door.isForGood({peerFingerprint: joinerFingerprint, invite})).toBe(isForGood)
    expect(door.isForGood({peerFingerprint: hostFingerprint, invite})).toBe(false)
    expect(door.isForGood({peerFingerprint: joinerFingerprint})).toBe(false)
  })
})

describe('an invite for some guests', () => {
  it('is told with the uses that are left, and as used up', async () => {
    const entrance = new Entrance()
    const code = entrance.door.invite(2)
    await entrance.knock()
    await entrance.knock()
    expect(entrance.heard()).toEqual([`${code} for 2`, `${code} for 1`, `${code} for 0`])
    expect(await entrance.knock()).toBe('wrong-code')
  })

  it('can be given back by a guest who came for nothing', async () => {
    const entrance = new Entrance({codes: new Codes(undefined, 1)})
    const {code} = entrance.door
    const {invite} = await entrance.approach()
    expect(await entrance.knock({code})).toBe('wrong-code')
    entrance.heard()
    entrance.door.giveBack(invite)
    expect(entrance.heard()).toEqual([`${code} for 1`])
    expect(await entrance.knock({code})).toBe('code')
  })

  it('ends the code that was made before', async () => {
    const entrance = new Entrance()
    const {code} = entrance.door
    entrance.door.invite(2)
    expect(await entrance.knock({code})).toBe('wrong-code')
  })

  it('lets the code that was given rest, which is good again when it is used up', async () => {
    const entrance = new Entrance({codes: new Codes(rightCode)})
    const code = entrance.door.invite(1)
    expect(entrance.heard()).toEqual([`${code} for 1`, expect.stringContaining('is good again when')])
    expect(await entrance.knock({code: rightCode})).toBe('wrong-code')
    expect(await entrance.knock({code})).toBe('code')
    expect(entrance.heard().slice(1)).toEqual([`${code} for 0`, 'undefined for null'])
    expect(await entrance.knock({code: rightCode})).toBe('code')
  })

  it('is called off by one for any number, which is the code that was given', async () => {
    const entrance = new Entrance({codes: new Codes(rightCode)})
    entrance.door.invite(1)
    entrance.heard()
    expect(entrance.door.invite()).toBe(rightCode)
    expect(entrance.heard()).toEqual(['undefined for null'])
    expect(await entrance.knock({code: rightCode})).toBe('code')
  })
})

describe('a host', () => {
  it('hears of each wrong code, and for how long its source is refused', async () => {
    const entrance = new Entrance()
    const outcomes: string[] = []
    for (let count = 0; count < 4; count++) outcomes.push(await entrance.knock({code: wrongCode}))
    expect(outcomes).toEqual(['wrong-code', 'wrong-code', 'wrong-code', 'too-many-tries'])
    expect(entrance.heard()).toEqual([
      'a wrong code came from 192.0.2.1',
      '2 wrong codes from 192.0.2.1',
      '3 wrong codes from 192.0.2.1; refused for 60 s',
    ])
  })

  it('hears which network is refused where one machine has many addresses', async () => {
    const entrance = new Entrance()
    for (const tail of ['1', '2', '3']) await entrance.knock({code: wrongCode}, `2001:db8::${tail}`)
    expect(entrance.heard().at(-1)).toBe('3 wrong codes from 2001:db8:0:0::/64; refused for 60 s')
  })

  it('hears after ten wrong codes that the code is replaced, and by which', async () => {
    const entrance = new Entrance()
    const {code} = entrance.door
    entrance.flood(9)
    expect(entrance.door.code).toBe(code)
    entrance.flood(1)
    expect(entrance.heard().slice(10)).toEqual([
      '10 wrong codes: the code is replaced',
      `${entrance.door.code} for null`,
    ])
    entrance.clock.advance(guardLimits.wrongCodeForgottenMs)
    expect(await entrance.knock({code})).toBe('wrong-code')
  })

  it('hears after a hundred that only remembered devices come in, until it makes another code', async () => {
    const entrance = new Entrance()
    await entrance.enter()
    entrance.flood(100)
    expect(entrance.heard().at(-1)).toBe(
      '100 wrong codes: the code is withdrawn; only remembered devices come in until /invite',
    )
    entrance.clock.advance(guardLimits.wrongCodeForgottenMs)
    expect(await entrance.knock({}, '192.0.2.9')).toBe('wrong-code')
    expect(await entrance.knock({code: undefined, isKnown: yes})).toBe('memory')
    entrance.door.invite()
    expect(await entrance.knock({}, '192.0.2.9')).toBe('code')
  })

  it('keeps the code that it gave, and takes one try of it in five seconds after ten wrong ones', async () => {
    const entrance = new Entrance({codes: new Codes(rightCode)})
    entrance.flood(10)
    expect(entrance.heard().at(-1)).toBe('10 wrong codes: one try in 5 s is taken now')
    entrance.clock.advance(guardLimits.wrongCodeForgottenMs - 1)
    expect(await entrance.knock()).toBe('too-many-tries')
    entrance.clock.advance(1)
    entrance.flood(1)
    expect(await entrance.knock()).toBe('too-many-tries')
    entrance.flood(200)
    entrance.clock.advance(guardLimits.wrongCodeForgottenMs)
    expect(await entrance.knock({code: rightCode})).toBe('code')
  })

  it('hears nothing of strangers who only make noise', async () => {
    const entrance = new Entrance()
    const {joiner, host} = secureMemoryPair()
    joiner.write([...encodeFrame('goaway', encodeJson({code: 'wrong-code'}))])
    const refused = await entrance.door.admit(host, new FakeArrival()).catch(toChatctlError)
    entrance.door.refused(refused as ReturnType<typeof toChatctlError>, '192.0.2.1')
    expect(entrance.told).toEqual([])
  })

  it.each([
    ['in an open room', false, {codes: undefined}],
    ['whom it remembers', true, {}],
  ])('hears nothing of a right code from somebody %s, where none was proved', async (_, known, options) => {
    const entrance = new Entrance(options)
    if (known) await entrance.door.memory.remember(joinerFingerprint, {name: 'ana'})
    entrance.told.length = 0
    const {joiner, host} = secureMemoryPair()
    joiner.write([...encodeFrame('hello', encodeHello({known}))])
    joiner.write([...encodeFrame('goaway', encodeJson({code: 'wrong-code'}))])
    const refused = (await entrance.door.admit(host, new FakeArrival()).catch(toChatctlError)) as ChatctlError
    expect(refused).toMatchObject({code: 'wrong-code', state: 'entering'})
    entrance.door.refused(refused, '192.0.2.1')
    expect(entrance.told).toEqual([])
  })

  it('hears of a joiner that has the right code, and finds that the host has not', async () => {
    const entrance = new Entrance()
    const {joiner, host} = secureMemoryPair()
    const write = joiner.write.bind(joiner)
    let frames = 0
    joiner.write = (buffers, onFlushed) => {
      // In place of READY.
      if (++frames === 4) write([...encodeFrame('goaway', encodeJson({code: 'wrong-code'}))])
      else write(buffers, onFlushed)
    }
    const granting = entrance.door.admit(host, new FakeArrival()).catch(toChatctlError)
    void outcomeOf(seekAdmission(joiner, joinerOptions({code: entrance.door.code})))
    entrance.door.refused((await granting) as ReturnType<typeof toChatctlError>, '192.0.2.1')
    expect(entrance.heard()).toEqual(['192.0.2.1 had the right code, but not ours: someone may be in the middle'])
  })
})
