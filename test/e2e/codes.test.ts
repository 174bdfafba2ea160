import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, LiveChatctl, liveHost, type LiveChatctl as Chatctl} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'

const wrongCode = 'legal-zoo-ability'

/** Joins with a code, from a device of its own if none is named, says nothing, and leaves. */
function visit(port: string, tried: string, home = newHome()) {
  return runChatctl(['join', '-h', '127.0.0.1', '-p', port], {env: {CHATCTL_HOME: home, CHATCTL_CODE: tried}})
}

/** A host whose code is made anew, in event mode. */
async function hostWithGeneratedCode(): Promise<{host: Chatctl; port: string; code: string}> {
  const {host, port} = await liveHost(['--json'], {env: {CHATCTL_CODE: ''}})
  const {code: made} = await host.event('listening')
  return {host, port, code: String(made)}
}

describe('a code that the host has made', () => {
  it('is ended by /invite N, whose code admits N and answers afterwards that it is used', async () => {
    const {host, port, code: first} = await hostWithGeneratedCode()
    host.type('/invite 1')
    const made = await host.event('invite')
    expect(made).toMatchObject({uses: 1, code: expect.stringMatching(/^\w+-\w+-\w+$/) as unknown})
    const late = await visit(port, first)
    expect(late).toMatchObject({exitCode: 4})
    expect(late.stderr).toContain('wrong, or already used: ask for a new one')
    expect(await visit(port, String(made['code']))).toMatchObject({exitCode: 0})
    await host.event('invite', ({uses}) => uses === 0)
    const second = await visit(port, String(made['code']))
    expect(second).toMatchObject({exitCode: 4})
    expect(second.stderr).toContain('wrong, or already used: ask for a new one')
  })

  it('is guessed at three times from one place, of which the host hears', async () => {
    const {host, port, code: right} = await hostWithGeneratedCode()
    const exits: (number | null)[] = []
    for (let count = 0; count < 3; count++) exits.push((await visit(port, wrongCode)).exitCode)
    const refused = await visit(port, right)
    expect([...exits, refused.exitCode]).toEqual([4, 4, 4, 4])
    expect(refused.stderr).toContain('too many wrong codes')
    const message = '3 wrong codes from 127.0.0.1; refused for 60 s'
    expect(await host.event('notice', event => event['message'] === message)).toMatchObject({code: 'wrong-code'})
  })
})

describe('a code that the host was given', () => {
  it('rests while a code for one guest is good, and is never shown', async () => {
    const {host, port} = await liveHost(['--json'])
    host.type('/invite 1')
    const {code: made} = await host.event('invite')
    expect(await visit(port, code)).toMatchObject({exitCode: 4})
    expect(await visit(port, String(made))).toMatchObject({exitCode: 0})
    await host.event('invite', ({uses}) => uses === null)
    expect(await visit(port, code)).toMatchObject({exitCode: 0})
    expect(host.stdout).not.toContain(code)
  })
})

describe('--code-only', () => {
  it('asks a device again that has been let in before', async () => {
    const {port} = await liveHost(['--code-only'])
    const home = newHome()
    expect(await visit(port, code, home)).toMatchObject({exitCode: 0})
    const again = await visit(port, wrongCode, home)
    expect(again).toMatchObject({exitCode: 4})
    expect(again.stderr).toContain('wrong, or already used')
  })

  it.each(['host', 'receive'])('makes no sense with --open, which %s says', async command => {
    const {exitCode, stderr} = await runChatctl([command, '-p', '0', '--open', '--code-only'])
    expect({exitCode, stderr}).toMatchObject({exitCode: 2, stderr: expect.stringContaining('--open') as unknown})
  })
})

describe('an open room', () => {
  it('says that anyone gets in, is entered only by who says so, and remembers nobody', async () => {
    const {host, port} = await liveHost(['--open'], {env: {CHATCTL_CODE: ''}})
    expect(host.stderr).toContain('whoever reaches the port gets in')
    const home = newHome()
    const argv = ['join', '-h', '127.0.0.1', '-p', port]
    expect(await runChatctl([...argv, '--open'], {env: {CHATCTL_HOME: home}})).toMatchObject({exitCode: 0})
    expect(await runChatctl(argv, {env: {CHATCTL_HOME: home}})).toMatchObject({exitCode: 4})
    expect(await visit(port, code, home)).toMatchObject({exitCode: 4})
    const withCode = await runChatctl([...argv, '--open'], {env: {CHATCTL_HOME: home, CHATCTL_CODE: code}})
    expect(withCode).toMatchObject({exitCode: 4})
    host.type('/invite 1')
    await host.tells('this room is open')
  })
})

describe('receive', () => {
  it('tells of wrong codes too', async () => {
    const reception = new LiveChatctl(['receive', '-p', '0'], {env: {CHATCTL_CODE: code}})
    await reception.tells(/^listening on .*:\d+$/m)
    const port = /^listening on .*:(\d+)$/m.exec(reception.stderr)![1]!
    expect(await visit(port, wrongCode)).toMatchObject({exitCode: 4})
    await reception.tells('a wrong code came from 127.0.0.1')
  })
})
