import {createHash, randomBytes} from 'node:crypto'
import {chmodSync, lstatSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {devNull} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {visibleFiles} from '../helpers/kept-parts.js'
import {newHome} from '../helpers/device.js'
import {code, hasMetBob, LiveChatctl, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {startInTerminal} from '../helpers/live-terminal.js'
import {besidesWaiting, runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {date, harvest, plant} from '../helpers/trees.js'
import {shared} from '../helpers/when-over.js'

const withCode = {CHATCTL_CODE: code}

/** A directory with one small file, where `send-file` runs. */
function directory(name = 'a.txt', content: string | Buffer = 'hello\n'): string {
  const cwd = temporaryDirectory()
  writeFileSync(join(cwd, name), content)
  return cwd
}

function send(port: string, cwd: string, argv: readonly string[], env: Record<string, string> = withCode) {
  const home = {CHATCTL_HOME: newHome()}
  return runChatctl(['send-file', '--to', `127.0.0.1:${port}`, ...argv], {cwd, env: {...home, ...env}})
}

async function listening(onConnection: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(onConnection)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return String((server.address() as AddressInfo).port)
}

const sha256 = createHash('sha256').update('hello\n').digest('hex')

/** A host in line mode that takes all files. */
const taking = shared(() => liveHost(['--accept', 'all']))

/** A host in event mode that is asked. */
const asked = shared(() => liveHost(['--accept', 'ask', '--json']))

/** Resolves with the number that a file has at the host that is asked. */
async function numberOf(name: string): Promise<number> {
  return (await asked().host.event('offer', offer => offer['name'] === name))['transfer'] as number
}

describe('send-file', () => {
  it('says what was sent, as the shell does', async () => {
    const {stdout, stderr} = await send(taking().port, directory(), ['a.txt'])
    expect(stdout).toMatch(/^sent a\.txt {2}6 B in \d+\.\d s \([^)]+\/s\) {2}sha256 5891\.\.\.03\n$/)
    expect(besidesWaiting(stderr)).toBe(hasMetBob)
  })

  it('has a program be one there, and a file and a directory as old as they are', async () => {
    const {host, port} = taking()
    const cwd = directory('run.sh', '#!/bin/sh\n')
    plant(join(cwd, 'tree'), {'inner.txt': 'x'})
    chmodSync(join(cwd, 'run.sh'), 0o755)
    const names = ['run.sh', 'tree', 'tree/inner.txt']
    for (const name of names) date(join(cwd, name), '2001-02-03T04:05:06.789Z')
    expect((await send(port, cwd, ['run.sh', 'tree'])).exitCode).toBe(0)
    for (const name of names)
      expect(lstatSync(join(host.cwd, `new_${name}`)).mtime).toEqual(new Date('2001-02-03T04:05:06.789Z'))
    expect(harvest(host.cwd)).toMatchObject({'new_run.sh*': '#!/bin/sh\n'})
  })

  it('sends to a member by name, which the host is too', async () => {
    const {host, port} = taking()
    const {exitCode, stdout} = await send(port, directory('to-bob.txt'), ['--for', 'BOB', '--json', 'to-bob.txt'])
    expect(JSON.parse(stdout)).toEqual({
      v: 1,
      ok: true,
      peer: 'bob',
      files: [
        {
          ...{name: 'to-bob.txt', path: 'to-bob.txt', to: 'bob', bytes: 6, files: 1, sha256, resumedFrom: 0},
          ...{ms: expect.any(Number), status: 'sent'},
        },
      ],
      ms: expect.any(Number),
    })
    expect(exitCode).toBe(0)
    expect(readFileSync(join(host.cwd, 'new_to-bob.txt'), 'utf8')).toBe('hello\n')
  })

  it('sends a directory without what is excluded, lists what cannot be kept there, and then exits 6', async () => {
    const {host, port} = await liveHost(['--accept', 'all'])
    const cwd = temporaryDirectory()
    plant(cwd, {'src/a/b': 'b', 'src/run*': 'r', 'src/c.log': 'c', 'src/d.tmp': 'd', 'src/bad\nname': 'x'})
    const {exitCode, stdout, stderr} = await send(port, cwd, ['--exclude', '*.log', '--exclude', '*.tmp', 'src'])
    expect(stdout).toMatch(/^sent src {2}2 B in .* {2}2 files\n$/)
    expect(stderr).toMatch(/\n {2}missing bad⏎name: unsafe name\nError: src arrived without 1 of what is in it\n/)
    expect(exitCode).toBe(6)
    expect(harvest(join(host.cwd, 'new_src'))).toEqual({a: null, 'a/b': 'b', 'run*': 'r'})
  })

  it('sends to everyone, and says of each how it ended', async () => {
    const {port} = taking()
    const ana = liveMember(port, ['--nick', 'ana'])
    await ana.tells('connected')
    const {exitCode, stdout} = await send(port, directory(), ['--for', 'all', '--json', 'a.txt'])
    const result = JSON.parse(stdout) as {files: {to: string; status: string; error?: {code: string}}[]}
    expect(result.files).toMatchObject([
      {to: 'bob', name: 'a.txt', status: 'sent', sha256},
      {to: 'ana', name: 'a.txt', sha256: '', error: {code: expect.any(String), suggestions: [expect.any(String)]}},
    ])
    expect(result).toMatchObject({v: 1, ok: false, exitCode, error: result.files[1]?.error})
    expect(exitCode).not.toBe(0)
  })

  it('shows a bar on a terminal, and says at the end what was sent', async () => {
    const cwd = directory('a.bin', randomBytes(20_000_000))
    const argv = ['send-file', '--to', `127.0.0.1:${taking().port}`, '--bwlimit', '20M', 'a.bin']
    const sender = startInTerminal(argv, withCode, {cwd})
    expect(await sender.exit).toBe(0)
    expect(sender.output).toContain('^ a.bin')
    const {rows} = await sender.screen()
    expect(rows.join('\n').trim()).toMatch(/^sent a\.bin {2}20\.0 MB in .*$/m)
  })

  it('shows no progress in a pipe', async () => {
    const cwd = directory('a.bin', randomBytes(20_000_000))
    const {stdout, stderr} = await send(taking().port, cwd, ['--bwlimit', '20M', 'a.bin'])
    expect(stdout).toMatch(/^sent a\.bin [^\n]*\n$/)
    expect(besidesWaiting(stderr)).toBe(hasMetBob)
  })

  it('tells whose answer it waits for', async () => {
    const {host, port} = asked()
    const argv = ['send-file', '--to', `127.0.0.1:${port}`, 'waits.txt']
    const sending = new LiveChatctl(argv, {cwd: directory('waits.txt'), env: withCode})
    await sending.tells('waiting for bob to accept\n')
    host.type(`/get ${await numberOf('waits.txt')}`)
    expect(await sending.exit).toBe(0)
  })
})

describe('the exit code of several files with different ends', () => {
  it('is 5 when one was declined, and each is told', async () => {
    const {host, port} = asked()
    const cwd = directory()
    writeFileSync(join(cwd, 'b.txt'), 'b')
    const sending = send(port, cwd, ['a.txt', 'b.txt'])
    host.type(`/decline ${await numberOf('b.txt')}`, `/get ${await numberOf('a.txt')}`)
    const {exitCode, stdout, stderr} = await sending
    expect(exitCode).toBe(5)
    expect(stdout).toMatch(/^sent a\.txt [^\n]*\n$/)
    expect(stderr).toContain('b.txt declined: the other side did not take it (declined)\n')
    expect(readFileSync(join(host.cwd, 'new_a.txt'), 'utf8')).toBe('hello\n')
  })

  it('is 6 when one was cancelled and another declined', async () => {
    const {host, port} = asked()
    const filesBefore = readdirSync(host.cwd)
    const cwd = directory('a.bin', randomBytes(20_000_000))
    writeFileSync(join(cwd, 'c.txt'), 'c')
    const sending = send(port, cwd, ['--json', '--bwlimit', '1M', 'a.bin', 'c.txt'])
    host.type(JSON.stringify({decline: await numberOf('c.txt')}))
    const transfer = await numberOf('a.bin')
    host.type(JSON.stringify({get: transfer}))
    await host.event('progress', progress => progress['transfer'] === transfer)
    host.type(JSON.stringify({cancel: transfer}))
    expect(await host.event('cancelled', ({name}) => name === 'a.bin')).toEqual({
      ...{v: 1, event: 'cancelled', at: expect.any(String), transfer, name: 'a.bin', code: 'cancelled'},
      message: 'cancelled here',
      by: 'self',
      accepted: true,
    })
    const {exitCode, stdout} = await sending
    expect(exitCode).toBe(6)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      exitCode: 6,
      error: {code: 'cancelled'},
      files: [
        {name: 'a.bin', status: 'cancelled'},
        {name: 'c.txt', status: 'declined'},
      ],
    })
    expect(readdirSync(host.cwd)).toEqual(filesBefore)
  })
})

describe('the exit codes of send-file', () => {
  it.each([
    ['a device', [devNull]],
    ['standard input twice', ['-', '-']],
    ['a missing file', ['missing.txt']],
    ['a rate that is none', ['--bwlimit', '0', 'a.txt']],
    ['a time that is none', ['--timeout', '-1', 'a.txt']],
    ['nothing to send', []],
  ])('2: %s', async (_, argv) => {
    const {exitCode, stderr} = await send('1', directory(), argv)
    expect(stderr).toMatch(/^Error: [^\n]+\n {2}[^\n]+\n$/)
    expect(exitCode).toBe(2)
  })

  it('2: a member who is not there', async () => {
    const {port} = taking()
    const {exitCode, stdout} = await send(port, directory(), ['--for', 'eve', '--json', 'a.txt'])
    expect(JSON.parse(stdout)).toMatchObject({ok: false, exitCode: 2, error: {code: 'unknown-member'}})
    expect(exitCode).toBe(2)
  })

  it('3: nobody listens', async () => {
    expect((await send('1', directory(), ['a.txt'])).exitCode).toBe(3)
  })

  it('4: a wrong code', async () => {
    const env = {CHATCTL_CODE: 'zoo-zoo-zoo'}
    expect((await send(taking().port, directory(), ['a.txt'], env)).exitCode).toBe(4)
  })

  it('7: something else answers', async () => {
    const port = await listening(socket => socket.on('error', () => undefined).write('SSH-2.0-thing\r\n'))
    expect((await send(port, directory(), ['a.txt'])).exitCode).toBe(7)
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: %i, its result says so, and the host hears that it is over', async (signal, exitCode) => {
    const {host, port} = asked()
    const filesBefore = visibleFiles(host.cwd)
    const name = `until-${signal}.bin`
    const argv = ['send-file', '--to', `127.0.0.1:${port}`, '--bwlimit', '1M', '--json', name]
    const sender = new LiveChatctl(argv, {cwd: directory(name, randomBytes(20_000_000)), env: withCode})
    const transfer = await numberOf(name)
    host.type(`/get ${transfer}`)
    await host.event('progress', progress => progress['transfer'] === transfer)
    sender.kill(signal)
    expect(await sender.exit).toBe(exitCode)
    const error = {message: `it was ended by ${signal}`}
    expect(JSON.parse(sender.stdout)).toMatchObject({ok: false, exitCode, error})
    await host.sees(events =>
      events.some(event => event['name'] === name && ['failed', 'cancelled'].includes(event.event)),
    )
    expect(visibleFiles(host.cwd)).toEqual(filesBefore)
  })
})

describe('a host or member', () => {
  it.each([
    ['host', ['host', '-p', '0', '--max-size', '1X']],
    ['join', ['join', '127.0.0.1', '--max-size', '-1']],
    ['host', ['host', '-p', '0', '--bwlimit', 'fast']],
    ['join', ['join', '127.0.0.1', '--bwlimit', '0']],
  ])('exits 2 for a limit that is none: %s', async (_, argv) => {
    const {exitCode, stderr} = await runChatctl(argv, {env: withCode})
    expect(stderr).toMatch(/^Error: --(max-size|bwlimit): /)
    expect(exitCode).toBe(2)
  })

  it('keeps what is larger than --max-size out', async () => {
    const {host, port} = await liveHost(['--accept', 'all', '--max-size', '1Ki'])
    const cwd = directory('large.bin', randomBytes(1025))
    writeFileSync(join(cwd, 'small.bin'), randomBytes(1024))
    const {exitCode, stdout} = await send(port, cwd, ['--json', 'large.bin'])
    expect(JSON.parse(stdout)).toMatchObject({ok: false, exitCode, files: [{name: 'large.bin', sha256: ''}]})
    expect((await send(port, cwd, ['small.bin'])).exitCode).toBe(0)
    expect(readdirSync(host.cwd)).toEqual(['new_small.bin'])
  })

  it('does by JSON actions what commands do', async () => {
    const {host, port} = await liveHost(['--json', '--accept', 'ask'])
    const member = liveMember(port, ['--json', '--nick', 'ana'])
    await member.event('connected')
    const path = join(directory(), 'a.txt')
    member.type(
      JSON.stringify({file: path}),
      JSON.stringify({file: path, to: 'bob'}),
      JSON.stringify({file: path, to: 'all'}),
    )
    await host.event('offer', ({transfer}) => transfer === 3)
    host.type('{"get": 1, "as": "one.txt"}', '{"decline": 2}')
    member.type('{"cancel": 3}', '{"nick": "eve"}')
    expect(await host.event('received')).toMatchObject({transfer: 1, path: join(host.cwd, 'one.txt')})
    expect(await member.event('declined')).toMatchObject({transfer: 2, name: 'a.txt', code: 'declined'})
    expect(await host.event('cancelled')).toMatchObject({transfer: 3, name: 'a.txt', code: 'cancelled'})
    expect(await host.event('renamed')).toMatchObject({was: 'ana', member: {nick: 'eve'}})
    host.type('{"dance": true}')
    expect(await host.event('error')).toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining('{"quit": true}'),
    })
    host.type('{"quit": true}')
    expect(await host.exit).toBe(0)
    await member.event('bye')
  })
})
