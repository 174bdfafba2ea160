import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {encodeFrame} from '../../src/protocol/frame-encoder.js'
import {admissionDeadlineMs, grantAdmission, seekAdmission} from '../../src/security/admission.js'
import {Guard, guardLimits} from '../../src/security/guard.js'
import {encodeHello} from '../../src/security/hello.js'
import {Invite} from '../../src/security/invite.js'
import {
  FakeArrival,
  hostFingerprint,
  hostOptions,
  joinerFingerprint,
  joinerOptions,
  meet,
  outcomeOf,
  rightCode,
  secureMemoryPair,
  wrongCode,
} from '../helpers/admission.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {eventLoopTurns, until} from '../helpers/until.js'

const yes = (): boolean => true

describe('a joiner and a host', () => {
  it.each([
    ['the right code', {}, {}, 'code', 'code'],
    ['a wrong code', {code: wrongCode}, {}, 'wrong-code', 'wrong-code'],
    ['no code', {code: undefined}, {}, 'no-code', 'no-code'],
    ['no code and a wish to enter open rooms', {code: undefined, acceptOpen: true}, {}, 'no-code', 'no-code'],
    ['a code for a host that takes none', {}, {invite: () => undefined}, 'wrong-code', 'wrong-code'],
    ['both ends remembered', {code: undefined, isKnown: yes}, {isKnown: yes}, 'memory', 'memory'],
    ['both ends remembered, and a wrong code', {code: wrongCode, isKnown: yes}, {isKnown: yes}, 'memory', 'memory'],
    ['only the host remembered', {code: undefined, isKnown: yes}, {}, 'no-code', 'no-code'],
    ['only the joiner remembered', {code: undefined}, {isKnown: yes}, 'no-code', 'no-code'],
    ['only one remembered, and the right code', {isKnown: yes}, {}, 'code', 'code'],
    ['an open host that is accepted', {code: undefined, acceptOpen: true}, {isOpen: true}, 'nothing', 'nothing'],
    ['an open host that is not accepted', {code: undefined}, {isOpen: true}, 'open-not-accepted', 'open-not-accepted'],
    ['an open host, but a code', {acceptOpen: true}, {isOpen: true}, 'open-not-accepted', 'open-not-accepted'],
    ['an open host, both remembered', {isKnown: yes}, {isOpen: true, isKnown: yes}, 'memory', 'memory'],
  ])('with %s', async (_, joiner, host, atJoiner, atHost) => {
    expect(await meet(joiner, host)).toEqual([atJoiner, atHost])
  })

  it('come to the same end however the bytes between them are split', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 40}), fc.constantFrom(rightCode, wrongCode), async (size, code) => {
        const split = (bytes: Buffer): Buffer[] =>
          Array.from({length: Math.ceil(bytes.length / size)}, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          )
        const outcome = code === rightCode ? 'code' : 'wrong-code'
        expect(await meet({code}, {}, split)).toEqual([outcome, outcome])
      }),
      {numRuns: 20},
    )
  })

  it('say whether the other was remembered before', async () => {
    const {joiner, host} = secureMemoryPair()
    const [atJoiner, atHost] = await Promise.all([
      seekAdmission(joiner, joinerOptions({isKnown: fingerprint => fingerprint === hostFingerprint})),
      grantAdmission(host, new FakeArrival(), hostOptions()),
    ])
    expect(atJoiner).toMatchObject({isKnown: true, peerFingerprint: hostFingerprint, admittedBy: 'code'})
    expect(atHost).toMatchObject({isKnown: false, peerFingerprint: joinerFingerprint, admittedBy: 'code'})
  })

  it('lose nothing of what follows at once behind the admission', async () => {
    const {joiner, host} = secureMemoryPair()
    const granted = grantAdmission(host, new FakeArrival(), hostOptions())
    const atJoiner = await seekAdmission(joiner, joinerOptions())
    const atHost = await granted
    atJoiner.transport.write([Buffer.from('first words')])
    await eventLoopTurns(2)
    const received: Buffer[] = [atHost.rest]
    atHost.transport.onData = bytes => received.push(bytes)
    await until(() => Buffer.concat(received).toString() === 'first words')
  })
})

describe('an admission', () => {
  it('leaves no timer behind', async () => {
    const clock = new FakeClock()
    await meet({clock}, {clock})
    await meet({clock, code: wrongCode}, {clock})
    expect(clock.waiting).toBe(0)
  })

  it('ends after its deadline, at either end, when the other stays silent', async () => {
    const clock = new FakeClock()
    const pair = secureMemoryPair()
    const seeking = outcomeOf(seekAdmission(pair.joiner, joinerOptions({clock})))
    const granting = outcomeOf(grantAdmission(secureMemoryPair().host, new FakeArrival(), hostOptions({clock})))
    clock.advance(admissionDeadlineMs)
    expect(await Promise.all([seeking, granting])).toEqual(['connection-timeout', 'connection-timeout'])
  })

  it('ends as a cut, at both ends, when the connection ends', async () => {
    const {joiner, host, cut} = secureMemoryPair()
    const outcomes = Promise.all([
      outcomeOf(seekAdmission(joiner, joinerOptions())),
      outcomeOf(grantAdmission(host, new FakeArrival(), hostOptions())),
    ])
    cut()
    expect(await outcomes).toEqual(['connection-cut', 'connection-cut'])
  })

  it.each([
    ['newer ones only', [1, 9]],
    ['a range that is upside down', [1, 0]],
  ])('ends when the versions of the other are %s', async (_, versions) => {
    const {joiner, host} = secureMemoryPair()
    const granting = outcomeOf(grantAdmission(host, new FakeArrival(), hostOptions()))
    joiner.write(encodeFrame('hello', Buffer.from(JSON.stringify({versions, known: false}))))
    expect(await granting).toBe('no-common-version')
  })

  it('takes a version range that reaches beyond its own, and keys that it does not know', async () => {
    const {joiner, host} = secureMemoryPair()
    const arrival = new FakeArrival()
    void outcomeOf(grantAdmission(host, arrival, hostOptions()))
    joiner.write(encodeFrame('hello', Buffer.from(JSON.stringify({versions: [0, 9], known: false, shoe: 43}))))
    await until(() => arrival.stage === 'greeted')
    joiner.destroy()
  })
})

describe('an arrival that is admitted', () => {
  it('counts, until it is known what it came for', async () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    const arrive = (arrival: FakeArrival): FakeArrival => {
      guard.arrived(arrival)
      return arrival
    }
    const {joiner, host} = secureMemoryPair()
    const admitted = arrive(new FakeArrival())
    const granting = outcomeOf(grantAdmission(host, admitted, hostOptions({guard, clock})))
    expect([await outcomeOf(seekAdmission(joiner, joinerOptions({clock}))), await granting]).toEqual(['code', 'code'])
    for (let count = 0; count < guardLimits.arrivalsOfOneSource; count++) arrive(new FakeArrival(undefined, 'admitted'))
    clock.advance(guardLimits.reprieveMs)
    expect(admitted.isDestroyed).toBe(true)
  })
})

describe('an invite', () => {
  it('lets in as many guests as it has uses, and no more', async () => {
    const invite = new Invite(rightCode, 2)
    const host = {invite: () => invite}
    expect([await meet({}, host), await meet({}, host), await meet({}, host)]).toEqual([
      ['code', 'code'],
      ['code', 'code'],
      ['wrong-code', 'wrong-code'],
    ])
  })

  it('lets in one of two who race for the last use', async () => {
    const invite = new Invite(rightCode, 1)
    const outcomes = await Promise.all([meet({}, {invite: () => invite}), meet({}, {invite: () => invite})])
    expect(outcomes.map(([joiner]) => joiner).sort()).toEqual(['code', 'wrong-code'])
  })

  it('gets a use back whose guest was cut off before READY', async () => {
    const invite = new Invite(rightCode, 1)
    const {joiner, host, cut} = secureMemoryPair()
    const granting = outcomeOf(grantAdmission(host, new FakeArrival(), hostOptions({invite: () => invite})))
    const seeking = outcomeOf(seekAdmission(joiner, joinerOptions()))
    while (invite.uses === 1) await Promise.resolve()
    cut()
    expect(await Promise.all([granting, seeking])).toEqual(['connection-cut', 'connection-cut'])
    expect(invite.uses).toBe(1)
  })

  it('that has been replaced while it was proved is good no more', async () => {
    const [old, replacement] = [new Invite(rightCode), new Invite(wrongCode)]
    let asked = 0
    expect(await meet({}, {invite: () => (asked++ === 0 ? old : replacement)})).toEqual(['wrong-code', 'wrong-code'])
  })
})

describe('a code', () => {
  it('that was replaced while it was proved is good no more, and is no wrong one', async () => {
    const invite = new Invite(rightCode)
    const wrong: unknown[] = []
    const guard = new Guard(new FakeClock(), event => wrong.push(event))
    const beginProof = guard.beginProof.bind(guard)
    guard.beginProof = arrival => {
      beginProof(arrival)
      queueMicrotask(() => invite.replaceCode(wrongCode))
    }
    expect(await meet({}, {invite: () => invite, guard})).toEqual(['wrong-code', 'wrong-code'])
    expect(wrong).toEqual([])
  })
})

describe('wrong codes', () => {
  it('block their source after three, even for the right code, until the penalty is over', async () => {
    const clock = new FakeClock()
    const guard = new Guard(clock)
    const outcomes: string[] = []
    for (let count = 0; count < 3; count++) outcomes.push((await meet({code: wrongCode}, {guard}))[0])
    outcomes.push((await meet({}, {guard}))[0])
    clock.advance(guardLimits.firstPenaltyMs)
    outcomes.push((await meet({}, {guard}))[0])
    expect(outcomes).toEqual(['wrong-code', 'wrong-code', 'wrong-code', 'too-many-tries', 'code'])
  })

  it('get no more verdicts side by side than one after the other', async () => {
    const guard = new Guard(new FakeClock())
    const tries = Array.from({length: 8}, () => meet({code: wrongCode}, {guard}))
    const outcomes = (await Promise.all(tries)).map(([joiner]) => joiner)
    expect(outcomes.filter(outcome => outcome === 'wrong-code')).toHaveLength(3)
    expect(outcomes.filter(outcome => outcome === 'too-many-tries')).toHaveLength(5)
  })
})

describe('a room that is entered without a proof', () => {
  it('does so only by what the joiner itself has said, never by what the host says it remembers', async () => {
    const {joiner, host} = secureMemoryPair()
    const seeking = outcomeOf(seekAdmission(joiner, joinerOptions({code: undefined})))
    host.onData = () => undefined
    host.write([
      ...encodeFrame('hello', encodeHello({known: true, open: false})),
      ...encodeFrame('ready', Buffer.alloc(0)),
    ])
    expect(await seeking).toBe('no-code')
  })
})
