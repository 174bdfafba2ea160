import assert from 'node:assert/strict'
import {FrameDecoder} from '../../src/protocol/frame-decoder.js'
import {encodeFrame} from '../../src/protocol/frame-encoder.js'
import {frameRules, type FrameName} from '../../src/protocol/frame.js'
import {nextStep, type Outgoing, type Step} from '../../src/security/admission-steps.js'
import {encodeHello} from '../../src/security/hello.js'
import {beginHosting} from '../../src/security/host-steps.js'
import {beginJoining} from '../../src/security/joiner-steps.js'
import {Proof} from '../../src/security/proof.js'
import {
  FakeArrival,
  hostFingerprint,
  hostOptions,
  joinerFingerprint,
  joinerOptions,
  wrongCode,
} from '../helpers/admission.js'
import {Choices} from './choices.js'
import {outcomeOf} from './expected.js'
import type {FuzzTarget} from './target.js'

const exporter = (): Buffer => Buffer.alloc(32, 7)
const ends = {
  host: {ownFingerprint: hostFingerprint, peerFingerprint: joinerFingerprint, exporter},
  joiner: {ownFingerprint: joinerFingerprint, peerFingerprint: hostFingerprint, exporter},
}
const roles = ['host', 'joiner'] as const
const admissionFrames = Object.keys(frameRules) as [FrameName]

const hello = encodeHello({known: false})
const raw = (name: FrameName, payload: Uint8Array): Buffer =>
  Buffer.from([1, admissionFrames.indexOf(name), payload.length, ...payload])

/** Whatever frames a stranger sends, in whatever order, echoes and wrong codes among them: nobody is let in. */
export const admission: FuzzTarget = {
  name: 'admission',
  isSlow: true,
  seeds: roles.flatMap((_, role) => [
    Buffer.from([role, 2, 0, 3, 4, 5]),
    Buffer.from([role, 2, 1, 3, 4, 5]),
    Buffer.from([role, 0, 0, 0, 1, 0, 2, 5]),
    Buffer.concat([Buffer.of(role), raw('hello', hello), raw('pake', Buffer.alloc(32, 1))]),
    Buffer.concat([Buffer.of(role), raw('goaway', Buffer.from('{"code":"bye"}'))]),
  ]),
  dictionary: [
    ...[[0, 0], [2, 3], [3, 4], [5], [6]].map(codes => Buffer.from(codes)),
    raw('hello', Buffer.from('{"versions":[0,9],"known":true,"open":true}')),
    raw('ready', Buffer.alloc(0)),
    raw('confirm', Buffer.alloc(64)),
  ],
  run(bytes) {
    const choices = new Choices(bytes)
    const role = choices.pick(roles)
    const stranger = new Stranger(role, choices)
    const outcome = outcomeOf(
      () => stranger.talk(),
      ...(['protocol-violation', 'wrong-code', 'no-common-version', 'open-not-accepted'] as const),
      ...(['connection-cut', 'too-many-tries', 'room-full', 'no-code'] as const),
    )
    assert.ok(['greeting', 'sharing', 'confirming'].includes(stranger.state), `a stranger came to ${stranger.state}`)
    return `${role} ${stranger.state} ${'code' in outcome ? outcome.code : 'goes on'}`
  },
}

/** The other end of an admission, which knows no code and keeps to no rule. */
class Stranger {
  readonly #role: (typeof roles)[number]
  readonly #choices: Choices
  readonly #heard: Outgoing[] = []
  readonly #decoder: FrameDecoder
  #hello: Uint8Array = hello
  #proof: Proof | undefined
  #step: Step

  constructor(role: (typeof roles)[number], choices: Choices) {
    this.#role = role
    this.#choices = choices
    this.#step =
      role === 'host'
        ? beginHosting(ends.host, new FakeArrival(), hostOptions())
        : beginJoining(ends.joiner, joinerOptions({acceptOpen: true}))
    this.#heard.push(...this.#step.send)
    this.#decoder = new FrameDecoder('admission', {
      frame: ({name}, payload) => {
        this.#step = nextStep(this.#step, name, payload)
        this.#heard.push(...this.#step.send)
      },
      chunk: () => assert.fail('a chunk before admission'),
    })
  }

  get state(): Step['state'] {
    return this.#step.state
  }

  talk(): void {
    for (let count = 0; count < 12 && this.#choices.hasMore; count++) this.#act()
  }

  #act(): void {
    switch (this.#choices.byte() % 7) {
      case 0:
        return this.#echo()
      case 1:
        return this.#send(this.#choices.pick(admissionFrames), this.#choices.bytes())
      case 2:
        return this.#greet()
      case 3:
        return this.#share()
      case 4:
        return this.#confirm()
      case 5:
        return this.#send('ready', Buffer.alloc(0))
      default:
        this.#decoder.push(this.#choices.bytes())
    }
  }

  #send(name: FrameName, payload: Uint8Array): void {
    const {minPayloadBytes, maxPayloadBytes, isOfChannel} = frameRules[name]
    if (payload.length < minPayloadBytes || payload.length > maxPayloadBytes) return
    for (const bytes of encodeFrame(name, payload, {channel: isOfChannel ? 1 : 0}))
      this.#decoder.push(Buffer.from(bytes))
  }

  #echo(): void {
    const [name, payload] = this.#heard[this.#choices.byte() % Math.max(1, this.#heard.length)] ?? []
    if (name !== undefined && payload !== undefined) this.#send(name, payload)
  }

  #greet(): void {
    const says = this.#choices.byte()
    this.#hello = encodeHello({known: (says & 1) === 1, ...((says & 2) === 2 && {open: (says & 4) === 4})})
    this.#send('hello', this.#hello)
  }

  /** As an honest end would, but for the code. */
  #share(): void {
    const theirs = this.#heard.find(([name]) => name === 'hello')?.[1] ?? hello
    const [own, other] = this.#role === 'host' ? (['joiner', 'host'] as const) : (['host', 'joiner'] as const)
    const hellos = {[own]: this.#hello, [other]: theirs} as Record<'host' | 'joiner', Uint8Array>
    this.#proof = new Proof(own, wrongCode, ends[own], hellos)
    this.#send('pake', this.#proof.share)
  }

  #confirm(): void {
    const share = this.#heard.find(([name]) => name === 'pake')?.[1]
    if (share && this.#proof) this.#send('confirm', this.#proof.meet(share))
  }
}
