import {describe, expect, it} from 'vitest'
import {frameRules, type FrameName} from '../../src/protocol/frame.js'
import {grantAdmission, seekAdmission} from '../../src/security/admission.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {FakeArrival, hostOptions, joinerOptions, outcomeOf, secureMemoryPair} from '../helpers/admission.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {rawFrame} from './raw-frame.js'

/** What each end sends, in this order. */
const steps = ['hello', 'pake', 'confirm', 'ready'] as const
type Step = (typeof steps)[number]
type Side = 'joiner' | 'host'

const names = Object.keys(frameRules) as FrameName[]

/** The same transport, but in place of what is due at one step something else is sent. */
function lieAt(transport: SecureTransport, step: Step, lie: Buffer): SecureTransport {
  const write = transport.write.bind(transport)
  let written = 0
  return Object.assign(transport, {
    write: (buffers: readonly Uint8Array[]) => write(written++ === steps.indexOf(step) ? [lie] : buffers),
  })
}

/** An admission in which one side lies at one step: what the honest one came to, and the timers that are left. */
async function tell(liar: Side, step: Step, lie: Buffer): Promise<{honest: string; timers: number}> {
  const clock = new FakeClock()
  const pair = secureMemoryPair()
  lieAt(pair[liar], step, lie)
  const [joiner, host] = await Promise.all([
    outcomeOf(seekAdmission(pair.joiner, joinerOptions({clock}))),
    outcomeOf(grantAdmission(pair.host, new FakeArrival(), hostOptions({clock}))),
  ])
  return {honest: liar === 'joiner' ? host : joiner, timers: clock.waiting}
}

const ends = (honest: string) => ({honest, timers: 0})

describe.each<Side>(['joiner', 'host'])('a %s that sends, in place of', side => {
  const lies = steps.flatMap(step =>
    names.filter(name => name !== step && name !== 'goaway').map(name => [step, name] as const),
  )
  it.each(lies)('its %s, a frame of type %s, is turned away', async (step, name) => {
    const {minPayloadBytes, isOfChannel} = frameRules[name]
    const lie = rawFrame(name, Buffer.alloc(minPayloadBytes, '{}'), {channel: isOfChannel ? 1 : 0})
    expect(await tell(side, step, lie)).toEqual(ends('protocol-violation'))
  })

  it.each(steps)('its %s, a goaway for a reason of its own, is let go', async step => {
    expect(await tell(side, step, rawFrame('goaway', {code: 'gone-fishing'}))).toEqual(ends('connection-cut'))
  })

  it.each<[string, unknown, string]>([
    ['versions that are too new', {versions: [1, 9], known: false}, 'no-common-version'],
    ['versions upside down', {versions: [3, 0], known: false}, 'no-common-version'],
    ['one version', {versions: [0], known: false}, 'protocol-violation'],
    ['three versions', {versions: [0, 0, 0], known: false}, 'protocol-violation'],
    ['versions in words', {versions: ['0', '0'], known: false}, 'protocol-violation'],
    ['half a version', {versions: [0, 0.5], known: false}, 'protocol-violation'],
    ['a version below all', {versions: [-1, 0], known: false}, 'protocol-violation'],
    ['a version beyond all numbers', '{"versions":[0,1e999],"known":false}', 'protocol-violation'],
    ['no versions', {known: false}, 'protocol-violation'],
    ['no word of whom it knows', {versions: [0, 0]}, 'protocol-violation'],
    ['a word in place of yes or no', {versions: [0, 0], known: 'yes'}, 'protocol-violation'],
    ['a prototype', '{"__proto__":{"versions":[0,0],"known":false}}', 'protocol-violation'],
    ['a list', [[0, 0], false], 'protocol-violation'],
    ['no JSON', 'hello!', 'protocol-violation'],
    ['no UTF-8', Buffer.from([0xc0, 0xaf]), 'protocol-violation'],
  ])('its hello, one with %s, is turned away', async (_, payload, code) => {
    expect(await tell(side, 'hello', rawFrame('hello', payload))).toEqual(ends(code))
  })

  it.each<[string, Step, Buffer]>([
    ['hello of 513 bytes', 'hello', rawFrame('hello', Buffer.alloc(513, ' '))],
    ['hello of 4 GiB', 'hello', rawFrame('hello', '', {length: 2 ** 32 - 1})],
    ['share of 31 bytes', 'pake', rawFrame('pake', Buffer.alloc(31))],
    ['share of 33 bytes', 'pake', rawFrame('pake', Buffer.alloc(33))],
    ['tag of 32 bytes', 'confirm', rawFrame('confirm', Buffer.alloc(32))],
    ['ready with more to say', 'ready', rawFrame('ready', 'and more')],
    ['hello with a number', 'hello', rawFrame('hello', '{}', {number: 1})],
    ['hello with a flag', 'hello', rawFrame('hello', '{}', {flags: 1})],
    ['hello on a channel', 'hello', rawFrame('hello', '{}', {channel: 1})],
  ])('its own, a %s, is turned away', async (_, step, lie) => {
    expect(await tell(side, step, lie)).toEqual(ends('protocol-violation'))
  })

  it.each<[string, Step, Buffer]>([
    ['share, the identity', 'pake', rawFrame('pake', Buffer.alloc(32))],
    ['share, no point', 'pake', rawFrame('pake', Buffer.alloc(32, 255))],
    ['tag, that of nothing', 'confirm', rawFrame('confirm', Buffer.alloc(64))],
  ])('its %s, has proved nothing', async (_, step, lie) => {
    expect(await tell(side, step, lie)).toEqual(ends('wrong-code'))
  })
})
