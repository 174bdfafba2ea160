import {createServer, type AddressInfo} from 'node:net'
import {describe, expect, it, onTestFinished} from 'vitest'
import {enter, type EnterOptions, type Entered} from '../../src/security/enter.js'
import {systemClock} from '../../src/transport/clock.js'
import {rightCode, wrongCode} from '../helpers/admission.js'
import {admittingHost} from '../helpers/admitting-host.js'
import {newIdentity} from '../helpers/new-identity.js'

const host = newIdentity()
const joiner = newIdentity()

/** Enters a host on loopback, as someone who knows nothing but what a test says. */
async function enterAt(port: number, options: Partial<EnterOptions>): Promise<Entered> {
  const identity = await joiner
  const fixed = {host: '127.0.0.1', port, identity, timeoutMs: 5000, clock: systemClock, isKnown: () => false}
  const entered = await enter({...fixed, ...options})
  onTestFinished(() => entered.transport.destroy())
  return entered
}

/** Gives answers one after the other, and counts the questions. */
function answers(...given: string[]) {
  const person = {questions: 0, ask: () => Promise.resolve(given[person.questions++] ?? '')}
  return person
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
})
