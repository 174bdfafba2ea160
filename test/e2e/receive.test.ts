import {createHash, randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {keptParts, visibleFiles} from '../helpers/kept-parts.js'
import {newHome} from '../helpers/device.js'
import {code, LiveChatctl, type AnyEvent} from '../helpers/live-chatctl.js'
import {startInTerminal} from '../helpers/live-terminal.js'
import {besidesWaiting, runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {harvest, plant} from '../helpers/trees.js'

const withCode = {CHATCTL_CODE: code}

/** Starts a host that takes files only; its input has ended, as a script's would. */
async function receiving(...argv: string[]) {
  const receiver = new LiveChatctl(['receive', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob', ...argv], {
    env: withCode,
  })
  receiver.endInput()
  await receiver.tells(/^listening on 127\.0\.0\.1:\d+$/m)
  return {receiver, port: /:(\d+)$/m.exec(receiver.stderr)![1]!}
}

function outgoing(files: Record<string, string | Buffer>): string {
  const cwd = temporaryDirectory()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content)
  return cwd
}

function send(port: string, cwd: string, argv: readonly string[]) {
  const env = {...withCode, CHATCTL_HOME: newHome()}
  return runChatctl(['send-file', '--to', `127.0.0.1:${port}`, ...argv], {cwd, env})
}

const withoutTime = ({at: _, ...event}: AnyEvent): object => event

describe('receive', () => {
  it('takes one whole delivery of several files and exits 0, as its sender does', async () => {
    const {receiver, port} = await receiving()
    const files = {'a.txt': 'hello\n', 'b.bin': randomBytes(3_000_000), empty: ''}
    const sent = await send(port, outgoing(files), Object.keys(files))
    expect({...sent, stderr: besidesWaiting(sent.stderr)}).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^.*peers forget bob.*\n$/),
    })
    expect(await receiver.exit).toBe(0)
    for (const [name, content] of Object.entries(files))
      expect(readFileSync(join(receiver.cwd, `new_${name}`)).equals(Buffer.from(content))).toBe(true)
    expect(readdirSync(receiver.cwd)).toHaveLength(3)
    expect(receiver.stdout).toBe('')
    const [listening, how, ...told] = receiver.stderr.trimEnd().split('\n')
    expect(listening).toBe(`listening on 127.0.0.1:${port}`)
    expect(how).toBe(`send with: chatctl send-file --to 127.0.0.1 -p ${port} PATH...`)
    for (const name of Object.keys(files)) expect(told.join('\n')).toMatch(new RegExp(`^received new_${name}  `, 'm'))
    expect(told).toHaveLength(3)
  })

  it('tells its events with --json', async () => {
    const {receiver, port} = await receiving('--json')
    await send(port, outgoing({'a.txt': 'hello\n'}), ['a.txt'])
    expect(await receiver.exit).toBe(0)
    const from = {id: expect.any(Number), nick: expect.any(String)}
    const sha256 = createHash('sha256').update('hello\n').digest('hex')
    expect(receiver.events.map(withoutTime)).toEqual([
      {v: 1, event: 'listening', addresses: ['127.0.0.1'], port: Number(port), fingerprint: expect.any(String)},
      {
        ...{v: 1, event: 'offer', transfer: 1, from, name: 'a.txt', bytes: 6, files: 1},
        mediaType: 'text/plain',
        taken: true,
      },
      {
        ...{v: 1, event: 'received', transfer: 1, name: 'a.txt', path: join(receiver.cwd, 'new_a.txt'), bytes: 6},
        ...{files: 1, sha256, ms: expect.any(Number), resumedFrom: 0},
      },
      {v: 1, event: 'bye', reason: 'closed'},
    ])
    expect(receiver.stderr).toBe(`listening on 127.0.0.1:${port}\n`)
  })

  it('goes on with --keep', async () => {
    const {receiver, port} = await receiving('--keep', '--json', '--prefix', '')
    const cwd = outgoing({'a.txt': 'a', 'b.txt': 'b'})
    expect((await send(port, cwd, ['a.txt'])).exitCode).toBe(0)
    expect((await send(port, cwd, ['b.txt'])).exitCode).toBe(0)
    expect(readdirSync(receiver.cwd).sort()).toEqual(['a.txt', 'b.txt'])
    receiver.kill('SIGTERM')
    expect(await receiver.exit).toBe(143)
  })

  it('does not count a delivery whose sender is lost, and takes the next', async () => {
    const {receiver, port} = await receiving('--json', '--bwlimit', '20M')
    const cwd = outgoing({'a.bin': randomBytes(60_000_000), 'b.txt': 'whole'})
    const lost = new LiveChatctl(['send-file', '--to', `127.0.0.1:${port}`, 'b.txt', 'a.bin'], {cwd, env: withCode})
    await receiver.event('received', ({name}) => name === 'b.txt')
    lost.kill('SIGKILL')
    expect(await receiver.event('failed')).toMatchObject({name: 'a.bin', code: 'connection-lost'})
    expect((await send(port, cwd, ['b.txt'])).exitCode).toBe(0)
    expect(await receiver.exit).toBe(0)
    expect(visibleFiles(receiver.cwd).sort()).toEqual(['new_b (2).txt', 'new_b.txt'])
    expect(keptParts(receiver.cwd)).toHaveLength(1)
  })

  it('does not count a delivery that was not whole, although some of it was', async () => {
    const {receiver, port} = await receiving('--json', '--max-size', '1k')
    const cwd = outgoing({'a.txt': 'a', 'b.txt': randomBytes(1001)})
    expect((await send(port, cwd, ['a.txt', 'b.txt'])).exitCode).not.toBe(0)
    expect(readdirSync(receiver.cwd)).toEqual(['new_a.txt'])
    expect((await send(port, cwd, ['a.txt'])).exitCode).toBe(0)
    expect(await receiver.exit).toBe(0)
  })

  it.skipIf(process.platform === 'win32')(
    'exits 6, as its sender does, after a directory of which something is missing',
    async () => {
      const {receiver, port} = await receiving()
      const cwd = outgoing({})
      plant(join(cwd, 'src'), {a: 'a', 'b\\c': 'no name here'})
      expect((await send(port, cwd, ['src'])).exitCode).toBe(6)
      expect(await receiver.exit).toBe(6)
      expect(receiver.stderr).toContain('Error: src arrived without 1 of what is in it\n')
      expect(harvest(join(receiver.cwd, 'new_src'))).toEqual({a: 'a'})
    },
  )

  it('turns away who wants to talk, and says why', async () => {
    const {receiver, port} = await receiving()
    const env = {...withCode, CHATCTL_HOME: newHome()}
    for (const argv of [
      ['join', `127.0.0.1:${port}`],
      ['say', '--to', `127.0.0.1:${port}`, 'hello'],
    ]) {
      const {exitCode, stderr} = await runChatctl(argv, {env})
      expect(stderr).toMatch(/^Error: the other side takes files only, and does not talk\n {2}.*send-file/)
      expect(exitCode).toBe(4)
    }
    expect((await send(port, outgoing({a: 'a'}), ['a'])).exitCode).toBe(0)
    expect(await receiver.exit).toBe(0)
  })

  it('shows the code that it makes and the command that uses it, and does what its input says: /quit ends it', async () => {
    const receiver = new LiveChatctl(['receive', '-p', '0', '--bind', '127.0.0.1'])
    await receiver.tells(/^listening on .*\nsend with: .*\ncode: \w+-\w+-\w+\n$/)
    receiver.type('hello?', '/quit')
    expect(await receiver.exit).toBe(0)
    expect(receiver.stderr).toContain('nobody is here to talk to: only files come')
  })

  it('asks before it takes anything, if told to', async () => {
    const receiver = new LiveChatctl(['receive', '-p', '0', '--bind', '127.0.0.1', '--accept', 'ask'], {env: withCode})
    await receiver.tells('listening on')
    const sending = send(/:(\d+)$/m.exec(receiver.stderr)![1]!, outgoing({'a.txt': 'a'}), ['a.txt'])
    await receiver.tells(/offers #1 {2}a\.txt/)
    receiver.type('/get 1')
    expect((await sending).exitCode).toBe(0)
    expect(await receiver.exit).toBe(0)
  })

  it('draws one bar on a terminal, and takes it away', async () => {
    const argv = ['receive', '-p', '0', '--bind', '127.0.0.1', '--bwlimit', '20M']
    const receiver = startInTerminal(argv, withCode)
    await receiver.until(text => /listening on .*:\d+/.test(text))
    const port = /listening on .*:(\d+)/.exec(receiver.output)![1]!
    await send(port, outgoing({'a.bin': randomBytes(20_000_000)}), ['a.bin'])
    expect(await receiver.exit).toBe(0)
    expect(receiver.output).toContain('v a.bin')
    const {rows} = await receiver.screen()
    expect(rows.join('\n')).toMatch(/received new_a\.bin {2}20\.0 MB in /)
    expect(rows.join('\n')).not.toContain('v a.bin')
  })
})

describe('exit code 2 of receive', () => {
  it.each([
    ['a size that is none', ['--max-size', 'big'], '--max-size: "big" is not a size such as 500M or 4Gi'],
    ['a rate that is none', ['--bwlimit', '2Mb'], '--bwlimit: "2Mb" is not a rate such as 2M or 500k'],
    ['an open room with a code', ['--open'], 'a room that is open has no code, and both are given'],
  ])('is for %s', async (_, argv, message) => {
    const {exitCode, stdout, stderr} = await runChatctl(['receive', '-p', '0', ...argv], {env: withCode})
    expect(stderr).toMatch(/^Error: [^\n]+\n {2}[^\n]+\n$/)
    expect(stderr).toContain(message)
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })
})

describe('receive, before anybody comes,', () => {
  it('exits 2 where a file stands for the directory', async () => {
    const cwd = outgoing({'a.txt': 'a'})
    const {exitCode, stderr} = await runChatctl(['receive', '-p', '0', '-o', 'a.txt'], {cwd, env: withCode})
    expect(stderr).toContain('Error: a.txt is not a directory\n')
    expect(exitCode).toBe(2)
  })

  it.skipIf(process.platform === 'win32')('exits 8 where nothing can be written', async () => {
    // Root may write everywhere.
    const user = process.getuid?.() === 0 ? {uid: 65_534} : {}
    const cwd = temporaryDirectory()
    chmodSync(cwd, 0o777)
    mkdirSync(join(cwd, 'locked'), {mode: 0o555})
    const env = {...withCode, CHATCTL_HOME: join(cwd, 'home')}
    const {exitCode, stderr} = await runChatctl(['receive', '-p', '0', '-o', 'locked'], {cwd, env, ...user})
    expect(stderr).toContain('Error: cannot write locked: permission denied\n')
    expect(exitCode).toBe(8)
  })
})

describe('exit code 3 of receive', () => {
  it('is for a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const port = String((server.address() as AddressInfo).port)
    const {exitCode, stderr} = await runChatctl(['receive', '-p', port, '--bind', '127.0.0.1'], {
      env: {CHATCTL_HOME: newHome()},
    })
    expect(stderr).toContain('already in use')
    expect(exitCode).toBe(3)
  })
})

describe('exit code 8 of receive', () => {
  it('is for a device that cannot keep its identity', async () => {
    const home = join(outgoing({file: 'where a directory should be'}), 'file')
    const {exitCode, stderr} = await runChatctl(['receive', '-p', '0'], {env: {CHATCTL_HOME: home}})
    expect(stderr).toMatch(/^Error: /)
    expect(exitCode).toBe(8)
  })
})

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  it(`ends receive with ${exitCode}, in the middle of a delivery too, and keeps what has come for another try`, async () => {
    const {receiver, port} = await receiving('--json', '--bwlimit', '20M')
    const sending = send(port, outgoing({'a.bin': randomBytes(60_000_000)}), ['a.bin'])
    await receiver.event('progress')
    receiver.kill(signal)
    expect(await receiver.exit).toBe(exitCode)
    expect(visibleFiles(receiver.cwd)).toEqual([])
    expect(keptParts(receiver.cwd)).toHaveLength(1)
    expect((await sending).exitCode).toBe(6)
  })
})
