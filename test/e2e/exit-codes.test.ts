import {createServer, type AddressInfo, type Server} from 'node:net'
import {chmodSync, existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createServer as createTlsServer} from 'node:tls'
import {describe, expect, it, onTestFinished} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, LiveChatctl, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {ended, runChatctl, startChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {testCredentials} from '../helpers/test-credentials.js'
import {shared} from '../helpers/when-over.js'

/** Runs the binary as a device of its own. */
function run(argv: readonly string[], {cwd = temporaryDirectory(), env = {}, input = ''} = {}) {
  return runChatctl(argv, {cwd, input, env: {CHATCTL_HOME: newHome(), ...env}})
}

const withCode = {CHATCTL_CODE: code}

async function listening(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return String((server.address() as AddressInfo).port)
}

/** A file in a directory of its own, to be sent from there. */
function fileToSend(bytes: string | Buffer = 'content'): string {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'a.txt'), bytes)
  return directory
}

/** A host that takes no files, for whoever does it no harm. */
const room = shared(() => liveHost())

describe('exit code 0', () => {
  it('is a member’s at the end of its input, once all is delivered', async () => {
    const {host, port} = room()
    const member = await run(['join', '-h', '127.0.0.1', '-p', port], {env: withCode, input: 'one\ntwo'})
    expect(member).toMatchObject({exitCode: 0, stdout: ''})
    await host.says(/: one\n.*: two\n/)
  })

  it('is a member’s when the host closes the room, and the host’s own', async () => {
    const {host, port} = await liveHost()
    const member = liveMember(port)
    await member.tells('connected')
    host.type('last words', '/quit')
    expect(await host.exit).toBe(0)
    expect(await member.exit).toBe(0)
    expect(member.stdout).toBe('bob: last words\n')
  })

  it('is send-file’s when the other side has verified every file', async () => {
    const {host, port} = await liveHost(['--accept', 'all'])
    const cwd = fileToSend()
    const {exitCode} = await run(['send-file', '--to', `127.0.0.1:${port}`, 'a.txt'], {env: withCode, cwd})
    expect(exitCode).toBe(0)
    expect(existsSync(join(host.cwd, 'new_a.txt'))).toBe(true)
    expect(host.stderr).not.toMatch(/joined|left/)
  })
})

describe('exit code 2', () => {
  it.each([
    ['an unknown flag', ['host', '--frobnicate'], {}],
    ['no address', ['join'], {}],
    ['a bad nick', ['join', '127.0.0.1', '-n', 'not a nick'], withCode],
    ['the reserved nick', ['host', '-p', '0', '-n', 'all'], {}],
    ['a code that is none', ['join', '127.0.0.1'], {CHATCTL_CODE: 'legal-zoo-xyzzy'}],
    ['two addresses', ['join', '127.0.0.1', '-h', '127.0.0.2'], withCode],
  ])('is for %s, said in three parts', async (_, argv, env) => {
    const {exitCode, stderr} = await run(argv, {env})
    expect(stderr).toMatch(/^Error: [^\n]+\n {2}[^\n]+\n$/)
    expect(exitCode).toBe(2)
  })
})

describe('exit code 3', () => {
  it('is for a port where nobody listens', async () => {
    const {exitCode, stderr} = await run(['join', '-h', '127.0.0.1', '-p', '1'], {env: withCode})
    expect(stderr).toContain('nobody is listening on 127.0.0.1:1 (connection refused)')
    expect(exitCode).toBe(3)
  })

  it('is for a port that accepts and stays silent', async () => {
    const port = await listening(createServer())
    const {exitCode} = await run(['join', `127.0.0.1:${port}`, '--timeout', '1'], {env: withCode})
    expect(exitCode).toBe(3)
  })

  it('is for a connection that is closed before admission', async () => {
    const port = await listening(createServer(socket => socket.destroy()))
    const {exitCode} = await run(['join', `127.0.0.1:${port}`], {env: withCode})
    expect(exitCode).toBe(3)
  })

  it('is for a port in use', async () => {
    const {port} = room()
    expect(await run(['host', '-p', port])).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining(`port ${port} is already in use`),
    })
  })

  it('is for a name that nobody has', async () => {
    const {exitCode} = await run(['join', 'no-such-host.invalid'], {env: withCode})
    expect(exitCode).toBe(3)
  })
})

describe('exit code 4', () => {
  it('is for a wrong code', async () => {
    const {host, port} = room()
    const {exitCode, stderr} = await run(['join', `127.0.0.1:${port}`], {env: {CHATCTL_CODE: 'zoo-zoo-zoo'}})
    expect(exitCode).toBe(4)
    expect(stderr).not.toContain('zoo-zoo-zoo')
    await host.tells('wrong code')
    expect(host.stderr).not.toContain('zoo')
  })

  it('is for no code and nobody to ask', async () => {
    expect((await run(['join', `127.0.0.1:${room().port}`])).exitCode).toBe(4)
  })
})

describe('exit code 5', () => {
  it('is for a file that was declined', async () => {
    const argv = ['send-file', '--to', `127.0.0.1:${room().port}`, 'a.txt']
    const {exitCode} = await run(argv, {env: withCode, cwd: fileToSend()})
    expect(exitCode).toBe(5)
  })

  it('is for an offer without an answer', async () => {
    const {port} = await liveHost(['--accept', 'ask'])
    const argv = ['send-file', '--to', `127.0.0.1:${port}`, '--timeout', '1', 'a.txt']
    expect((await run(argv, {env: withCode, cwd: fileToSend()})).exitCode).toBe(5)
  })
})

describe('exit code 6', () => {
  it('is a member’s whose host was killed, and send-file’s that has no answer yet', async () => {
    const {host, port} = await liveHost(['--accept', 'ask'])
    const argv = ['send-file', '--to', `127.0.0.1:${port}`, 'a.txt']
    const sender = new LiveChatctl(argv, {env: withCode, cwd: fileToSend()})
    const member = liveMember(port)
    await Promise.all([host.tells('offers'), member.tells('connected')])
    host.kill('SIGKILL')
    expect(await Promise.all([member.exit, sender.exit])).toEqual([6, 6])
  })
})

describe('exit code 7', () => {
  it('is for a server that talks first, such as ssh or plain nc', async () => {
    const port = await listening(createServer(socket => socket.on('error', () => undefined).write('SSH-2.0-thing\r\n')))
    expect((await run(['join', `127.0.0.1:${port}`], {env: withCode})).exitCode).toBe(7)
  })

  it('is for an HTTP server', async () => {
    const server = createServer(socket => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    })
    expect((await run(['join', `127.0.0.1:${await listening(server)}`], {env: withCode})).exitCode).toBe(7)
  })

  it('is for a TLS server of another protocol', async () => {
    const {key, certificate} = await testCredentials()
    const server = createTlsServer({key, cert: certificate, ALPNProtocols: ['h2']})
    server.on('tlsClientError', () => undefined)
    expect((await run(['join', `127.0.0.1:${await listening(server)}`], {env: withCode})).exitCode).toBe(7)
  })
})

describe('exit code 8', () => {
  it('is for a file that cannot be read', async () => {
    const cwd = fileToSend()
    chmodSync(join(cwd, 'a.txt'), 0)
    // To the superuser nothing is unreadable.
    const user = process.getuid?.() === 0 ? {uid: 65_534} : {}
    const child = startChatctl(['send-file', '--to', '127.0.0.1', join(cwd, 'a.txt')], {env: withCode, ...user})
    chmodSync(cwd, 0o755)
    const {exitCode, stderr} = await ended(child)
    expect(stderr).toMatch(/^Error: cannot read .*a\.txt/)
    expect(exitCode).toBe(8)
  })
})

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  it(`ends a member with ${exitCode}, whose leaving is a quit, and then its host, who closes the room`, async () => {
    const {host, port} = await liveHost(['--json'])
    const [member, other] = [liveMember(port, ['--nick', 'ana']), liveMember(port, ['--json', '--nick', 'cem'])]
    await Promise.all([member.tells('connected'), other.event('connected')])
    member.kill(signal)
    expect(await member.exit).toBe(exitCode)
    expect(await host.event('left')).toMatchObject({member: {nick: 'ana'}, reason: 'quit'})

    host.kill(signal)
    expect(await host.exit).toBe(exitCode)
    expect(await other.event('bye')).toMatchObject({reason: 'closed'})
    expect(await other.exit).toBe(0)
    expect(host.events.at(-1)).toMatchObject({event: 'bye'})
    expect(host.stderr).toMatch(/^listening on \S+\n$/)
  })
})
