import {writeFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, hasMetBob, LiveChatctl, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const withCode = {CHATCTL_CODE: code}

/** Runs `say` as a device of its own. */
function say(port: string, argv: readonly string[], {input = '', env = withCode, home = newHome()} = {}) {
  return runChatctl(['say', '--to', `127.0.0.1:${port}`, ...argv], {input, env: {CHATCTL_HOME: home, ...env}})
}

async function listening(onConnection: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(onConnection)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return String((server.address() as AddressInfo).port)
}

describe('say', () => {
  it('says one message to everyone, and is never in the room', async () => {
    const {host, port} = await liveHost(['--json'])
    const member = liveMember(port, ['--nick', 'ana'])
    await host.event('joined')
    const said = await say(port, ['--nick', 'ci', 'the build', 'is green'])
    expect(said).toEqual({exitCode: 0, stdout: '', stderr: hasMetBob})
    expect(await host.event('message')).toMatchObject({from: {nick: 'ci'}, text: 'the build is green', kind: 'say'})
    await member.says('ci: the build is green\n')
    expect(host.events.filter(({event}) => event === 'joined' || event === 'left')).toHaveLength(1)
    expect(member.stderr).not.toContain('ci')
  })

  it('says each line of standard input, in order, and blank ones not', async () => {
    const {host, port} = await liveHost()
    const lines = Array.from({length: 500}, (_, index) => `line ${index}`)
    const {exitCode} = await say(port, ['-n', 'ci', '-'], {input: `${lines.join('\n\n')}\r\n \n`})
    expect(exitCode).toBe(0)
    await host.says('line 499\n')
    expect(host.stdout).toBe(lines.map(line => `ci: ${line}\n`).join(''))
  })

  it('says a line as it comes, not at the end of the input', async () => {
    const {host, port} = await liveHost()
    const speaker = new LiveChatctl(['say', '--to', `127.0.0.1:${port}`, '-'], {env: withCode})
    speaker.type('now')
    await host.says('now\n')
    speaker.endInput()
    expect(await speaker.exit).toBe(0)
  })

  it('reads the code from the first line of standard input, and says the others', async () => {
    const {host, port} = await liveHost()
    const said = await say(port, ['--code-file', '-', '-'], {env: {CHATCTL_CODE: ''}, input: `${code}\nhello\n`})
    expect(said.exitCode).toBe(0)
    await host.says('hello\n')
    expect(host.stdout).not.toContain(code)
  })

  it('gives one JSON result', async () => {
    const {port} = await liveHost()
    const {exitCode, stdout, stderr} = await say(port, ['--json', '-'], {input: 'a\nb\n'})
    expect(JSON.parse(stdout)).toEqual({v: 1, ok: true, peer: 'bob', messages: 2, ms: expect.any(Number)})
    expect(stdout.split('\n')).toHaveLength(2)
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: hasMetBob})
  })
})

describe('exit code 2 of say', () => {
  it.each([
    ['an empty message', [''], '', 'empty-message'],
    ['a blank message', [' ', '\t'], '', 'empty-message'],
    ['input without a message', ['-'], '\n \n', 'empty-message'],
    ['a message that is too long', ['x'.repeat(65_537)], '', 'message-too-long'],
    ['a line that is too long', ['-'], `${'x'.repeat(65_537)}\n`, 'message-too-long'],
  ])('is for %s', async (_, argv, input, error) => {
    const {host, port} = await liveHost()
    const {exitCode, stdout} = await say(port, ['--json', ...argv], {input})
    expect(JSON.parse(stdout)).toMatchObject({v: 1, ok: false, exitCode: 2, error: {code: error}})
    expect(exitCode).toBe(2)
    expect(host.stdout).toBe('')
  })

  it.each([
    ['no address', ['say', 'hello']],
    ['no text', ['say', '--to', '127.0.0.1']],
    ['a bad nick', ['say', '--to', '127.0.0.1', '-n', 'a b', 'hello']],
  ])('is for %s', async (_, argv) => {
    const {exitCode, stderr} = await runChatctl(argv, {env: withCode})
    expect(stderr).toMatch(/^Error: [^\n]+\n {2}[^\n]+\n$/)
    expect(exitCode).toBe(2)
  })
})

describe('the other exit codes of say', () => {
  it('3: nobody listens', async () => {
    const {exitCode} = await runChatctl(['say', '--to', '127.0.0.1:1', 'hello'], {env: withCode})
    expect(exitCode).toBe(3)
  })

  it('3: the port stays silent for longer than --timeout', async () => {
    const port = await listening(() => undefined)
    expect((await say(port, ['--timeout', '0.5', 'hello'])).exitCode).toBe(3)
  })

  it('4: a wrong code, or none', async () => {
    const {port} = await liveHost()
    expect((await say(port, ['hello'], {env: {CHATCTL_CODE: 'zoo-zoo-zoo'}})).exitCode).toBe(4)
    expect((await say(port, ['hello'], {env: {CHATCTL_CODE: ''}})).exitCode).toBe(4)
  })

  it('6: the host is gone before it has everything', async () => {
    const {host, port} = await liveHost()
    const speaker = new LiveChatctl(['say', '--to', `127.0.0.1:${port}`, '-'], {env: withCode})
    speaker.type('one')
    await host.says('one\n')
    host.type('/quit')
    expect(await speaker.exit).toBe(6)
    expect(speaker.stderr).toMatch(/^Error: /m)
  })

  it('7: something else answers', async () => {
    const port = await listening(socket => socket.on('error', () => undefined).write('SSH-2.0-thing\r\n'))
    expect((await say(port, ['hello'])).exitCode).toBe(7)
  })

  it('8: this device cannot keep its identity', async () => {
    const {port} = await liveHost()
    const home = join(temporaryDirectory(), 'home')
    writeFileSync(home, 'a file where the directory should be')
    const {exitCode} = await say(port, ['hello'], {home})
    expect(exitCode).toBe(8)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: %i', async (signal, exitCode) => {
    const {host, port} = await liveHost()
    const speaker = new LiveChatctl(['say', '--to', `127.0.0.1:${port}`, '-'], {env: withCode})
    speaker.type('one')
    await host.says('one\n')
    speaker.kill(signal)
    expect(await speaker.exit).toBe(exitCode)
  })
})
