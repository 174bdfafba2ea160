import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {encodeJson} from '../../src/protocol/frame-encoder.js'
import {frameRules, type FrameName} from '../../src/protocol/frame.js'
import {admissionTable, nextStep, type AdmissionState, type Step} from '../../src/security/admission-steps.js'
import {encodeHello} from '../../src/security/hello.js'
import {beginHosting} from '../../src/security/host-steps.js'
import {beginJoining} from '../../src/security/joiner-steps.js'
import {FakeArrival, hostFingerprint, hostOptions, joinerFingerprint, joinerOptions} from '../helpers/admission.js'

const exporter = (): Buffer => Buffer.alloc(32, 7)
const joinerEnds = {ownFingerprint: joinerFingerprint, peerFingerprint: hostFingerprint, exporter}
const hostEnds = {ownFingerprint: hostFingerprint, peerFingerprint: joinerFingerprint, exporter}

const begin = {
  joiner: (): Step => beginJoining(joinerEnds, joinerOptions()),
  host: (): Step => beginHosting(hostEnds, new FakeArrival(), hostOptions()),
}

type Role = keyof typeof begin

/** Every state that each end passes through in an admission by code, with the frame that leads on from it. */
function walk(): Record<Role, {step: Step; payload?: Buffer}[]> {
  const steps = {joiner: begin.joiner(), host: begin.host()}
  const walked: ReturnType<typeof walk> = {joiner: [], host: []}
  const waiting: Record<Role, {name: FrameName; payload: Buffer}[]> = {joiner: [], host: []}
  const other = {joiner: 'host', host: 'joiner'} as const
  const post = (from: Role): void => {
    for (const [name, payload] of steps[from].send) waiting[other[from]].push({name, payload: Buffer.from(payload)})
  }
  post('joiner')
  for (let role: Role = 'host'; steps.joiner.state !== 'open' || steps.host.state !== 'open'; role = other[role]) {
    for (const {name, payload} of waiting[role].splice(0)) {
      walked[role].push({step: steps[role], payload})
      steps[role] = nextStep(steps[role], name, payload)
      post(role)
    }
  }
  for (const role of ['joiner', 'host'] as const) walked[role].push({step: steps[role]})
  return walked
}

const states = Object.keys(admissionTable) as AdmissionState[]
const names = Object.keys(frameRules) as FrameName[]

const walked = walk()

describe.each(['joiner', 'host'] as const)('the %s', role => {
  it('passes through every state of the table, in order, to open', () => {
    expect(walked[role].map(({step}) => step.state)).toEqual(states)
  })

  it.each(states.filter(state => state !== 'open'))('goes from state %s to where the table says', state => {
    const index = walked[role].findIndex(({step}) => step.state === state)
    expect(admissionTable[state].leadsTo).toContain(walked[role][index + 1]!.step.state)
  })

  describe.each(states)('in state %s', state => {
    const {step, payload = Buffer.alloc(0)} = walked[role].find(({step}) => step.state === state)!
    const others = names.filter(name => name !== admissionTable[state].takes && name !== 'goaway')

    it.each(others)('ends at a %s frame', name => {
      expect(() => nextStep(step, name, payload)).toThrow(expect.objectContaining({code: 'protocol-violation'}))
    })

    it('ends at a goaway, and shows nothing of its words', () => {
      const farewell = encodeJson({code: 'room-full', message: 'words of a stranger'})
      expect(() => nextStep(step, 'goaway', farewell)).toThrow(
        expect.objectContaining({code: 'room-full', message: 'the room is full'}),
      )
    })

    it('ends at a goaway for a reason that nobody here knows, and does not show that either', () => {
      const farewell = encodeJson({code: 'send-money'})
      expect(() => nextStep(step, 'goaway', farewell)).toThrow(
        expect.objectContaining({code: 'connection-cut', message: 'the other side closed the connection'}),
      )
    })
  })
})

describe('the table', () => {
  it('leads to open only by a ready frame', () => {
    const ways = states.filter(state => (admissionTable[state].leadsTo as readonly string[]).includes('open'))
    expect(ways.map(state => admissionTable[state].takes)).toEqual(['ready'])
  })

  it('has a way past the proof only from the greeting', () => {
    const ways = states.filter(state => (admissionTable[state].leadsTo as readonly string[]).includes('entering'))
    expect(ways).toEqual(['greeting', 'confirming'])
  })
})

/** Frames as someone sends them who knows no code: some as they should be, some not. */
const anyFrame = fc.oneof(
  fc.constantFrom<[FrameName, Buffer]>(
    ['hello', encodeHello({known: true, open: true})],
    ['hello', encodeHello({known: true})],
    ['hello', encodeHello({known: false})],
    ['ready', Buffer.alloc(0)],
  ),
  fc.tuple(
    fc.constantFrom<FrameName>('hello', 'pake', 'confirm', 'ready'),
    fc.uint8Array({maxLength: 64}).map(bytes => Buffer.from(bytes)),
  ),
  fc.tuple(
    fc.constant<FrameName>('confirm'),
    fc.uint8Array({minLength: 64, maxLength: 64}).map(bytes => Buffer.from(bytes)),
  ),
  fc.constant<[FrameName, Buffer]>([
    'pake',
    Buffer.from('d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157', 'hex'),
  ]),
)

describe.each(['joiner', 'host'] as const)('a stranger who sends the %s whatever frames', role => {
  it('never opens it', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, {maxLength: 6}), frames => {
        let step = begin[role]()
        try {
          for (const [name, payload] of frames) step = nextStep(step, name, payload)
        } catch {
          return
        }
        expect(['greeting', 'sharing', 'confirming']).toContain(step.state)
      }),
      {numRuns: 300},
    )
  })
})
