import {createServer, type AddressInfo} from 'node:net'
import {describe, expect, it, onTestFinished} from 'vitest'
import {grantAdmission} from '../../src/security/admission.js'
import {enter, type EnterOptions, type Entered} from '../../src/security/enter.js'
import type {HostOptions} from '../../src/security/host-steps.js'
import {Invite} from '../../src/security/invite.js'
import {systemClock} from '../../src/transport/clock.js'
import {listen} from '../../src/transport/tls-listener.js'
import {hostOptions, outcomeOf, rightCode, wrongCode} from '../helpers/admission.js'
import {admittingHost} from '../helpers/admitting-host.js'
import {newIdentity} from '../helpers/device.js'
import {until} from '../helpers/until.js'

const host = newIdentity()
const joiner = newIdentity()

/** Enters a host on loopback, as someone who knows nothing but what a test says. */
async function enterAt(port: number, options: Partial<EnterOptions>): Promise<Entered> {
  const identity = await joiner
  const fixed = {host: '127.0.0.1', port, identity, timeoutMs: 60_000, clock: systemClock, isKnown: () => false}
  const entered = await enter({...fixed, ...options})
  onTestFinished(() => entered.transport.destroy())
  return entered
}

/** Gives answers one after the other, and counts the questions. */
function answers(...given: string[]) {
  const person = {questions: 0, ask: () => Promise.resolve(given[person.questions++] ?? '')}
  return person
}

/** A host that cuts each connection at a moment of its admission; `dials` grows with each. */
async function cuttingHost(cutAt: 'pake' | 'confirm') {
  const credentials = await host
  const seen = {dials: 0}
  const listener = await listen({
    port: 0,
    bind: '127.0.0.1',
    credentials,
    onTransport: (transport, arrival) => {
      seen.dials++
      const invite = new Invite(rightCode)
      invite.reserve = () => cutAt === 'confirm' && (transport.destroy(), true)
      const whenShared = (): Invite => {
        if (cutAt === 'pake') transport.destroy()
        return invite
      }
      const options: Partial<HostOptions> = {invite: () => whenShared()}
      void outcomeOf(
        grantAdmission(transport, arrival, hostOptions({...options, ownFingerprint: credentials.fingerprint})),
      )
    },
  })
  onTestFinished(() => listener.close())
  return {port: listener.port, seen}
}

describe('entering', () => {
  it('asks a person only after the host has said that it wants a code', async () => {
    const {port, outcomes} = await admittingHost(await host)
    const person = answers(rightCode)
    const entered = await enterAt(port, {code: person.ask})
    expect(entered).toMatchObject({code: rightCode, admittedBy: 'code'})
    expect(person.questions).toBe(1)
    expect(outcomes[0]).toBe('no-code')
  })

  it('asks again when a code was wrong, three times in all', async () => {
    const {port} = await admittingHost(await host)
    const forgiven = answers(wrongCode, wrongCode, rightCode)
    expect(await enterAt(port, {code: forgiven.ask})).toMatchObject({code: rightCode})
    const hopeless = answers(wrongCode, wrongCode, wrongCode, rightCode)
    await expect(enterAt(port, {code: hopeless.ask})).rejects.toMatchObject({code: 'wrong-code'})
    expect(hopeless.questions).toBe(3)
  })

  it('makes one try of a code that was given', async () => {
    const {port, outcomes} = await admittingHost(await host)
    await expect(enterAt(port, {code: wrongCode})).rejects.toMatchObject({code: 'wrong-code', exitCode: 4})
    expect(outcomes).toEqual(['wrong-code'])
  })

  it('without a code and without anybody to ask is refused as that', async () => {
    const {port} = await admittingHost(await host)
    await expect(enterAt(port, {})).rejects.toMatchObject({code: 'no-code', exitCode: 4})
  })

  it('refuses a code that is none before it dials', async () => {
    await expect(enterAt(1, {code: 'legal-zoo-xyzzy'})).rejects.toMatchObject({code: 'bad-code', exitCode: 2})
  })

  it('dials again when it is cut before a decision, and gives up in the end', async () => {
    let dials = 0
    const server = createServer(socket => {
      dials++
      socket.destroy()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const {port} = server.address() as AddressInfo
    await expect(enterAt(port, {code: rightCode})).rejects.toMatchObject({code: 'connection-cut', exitCode: 3})
    expect(dials).toBe(4)
  })

  it.each([
    ['again when it is cut before it has confirmed the code', 'pake', 4],
    ['only once when it is cut after that: each dial would be a guess', 'confirm', 1],
  ] as const)('dials %s', async (_, cutAt, dials) => {
    const {port, seen} = await cuttingHost(cutAt)
    await expect(enterAt(port, {code: rightCode})).rejects.toMatchObject({code: 'connection-cut', exitCode: 3})
    expect(seen.dials).toBe(dials)
  })

  it('says nothing to another device than the one it means', async () => {
    const {port, outcomes, rejected} = await admittingHost(await host)
    const onMet = (): never => {
      throw new Error('another device answers')
    }
    const entering = enterAt(port, {code: rightCode, onMet, isKnown: () => true})
    await expect(entering).rejects.toThrow('another device answers')
    // Whether the host has seen the end of the TLS handshake by then is chance.
    await until(() => outcomes.length + rejected.length > 0)
    expect(outcomes.filter(outcome => outcome !== 'connection-cut')).toEqual([])
  })

  it('tells which device answers, and enters if nobody minds', async () => {
    const {port} = await admittingHost(await host)
    const met: string[] = []
    const onMet = (fingerprint: string): void => void met.push(fingerprint)
    expect(await enterAt(port, {code: rightCode, onMet})).toMatchObject({admittedBy: 'code'})
    expect(met).toEqual([(await host).fingerprint])
  })

  it('is called off in the middle of an admission, and closes', async () => {
    const giveUp = new AbortController()
    let isClosed = false
    const listener = await listen({
      port: 0,
      bind: '127.0.0.1',
      credentials: await host,
      onTransport: transport => {
        transport.onClose = () => (isClosed = true)
        transport.onData = () => giveUp.abort(new Error('enough'))
      },
    })
    onTestFinished(() => listener.close())
    await expect(enterAt(listener.port, {code: rightCode, signal: giveUp.signal})).rejects.toThrow('enough')
    await until(() => isClosed)
  })
})
