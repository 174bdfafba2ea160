import {once} from 'node:events'
import {readdirSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {newHome} from '../helpers/device.js'
import {LiveChatctl, liveHost} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {shared} from '../helpers/when-over.js'

const room = shared(() => liveHost())

/** Runs `doctor` for the port of a room, unless told otherwise, with a place of its own to try things out. */
async function doctor(argv: readonly string[] = ['-p', room().port], {home = newHome(), env = {}} = {}) {
  const scratch = temporaryDirectory()
  const ended = await runChatctl(['doctor', ...argv], {env: {CHATCTL_HOME: home, TMPDIR: scratch, ...env}})
  return {...ended, home, left: readdirSync(scratch)}
}

/** A port where another program listens: it takes what comes, and says nothing. */
async function takenPort(): Promise<string> {
  const server = createServer(socket => socket.on('error', () => undefined).end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  server.listen(0)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return String((server.address() as AddressInfo).port)
}

describe('doctor', () => {
  it('reports versions, this device, addresses, the port, round trip and rate, and exits 0', async () => {
    const {exitCode, stdout, stderr, home} = await doctor()
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
    const rows = stdout.split('\n').map(line => [line.slice(0, 14).trim(), line.slice(14)])
    expect(Object.fromEntries(rows)).toMatchObject({
      versions: expect.stringMatching(/^chatctl \d\S* {3}Node \d\S* {3}OpenSSL \d\S* {3}\w+-\w+$/),
      'this device': expect.stringMatching(/^[0-9a-f]{64}$/),
      data: home,
      addresses: expect.stringMatching(/[.:]/),
      [`port ${room().port}`]: 'a room is open there already',
      'round trip': expect.stringMatching(/^[\d.]+ ms over loopback$/),
      rate: expect.stringMatching(/^[\d.]+ .?B\/s over loopback, 33\.6 MB verified$/),
    })
  })

  it('gives one JSON result', async () => {
    const {exitCode, stdout, stderr, home} = await doctor(['-p', room().port, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      ok: true,
      ...{chatctl: expect.any(String), node: process.versions.node, dataDirectory: home},
      ...{addresses: expect.any(Array), reachable: expect.any(Boolean)},
      ...{port: Number(room().port), portState: 'room', problems: []},
      ...{roundTripMs: expect.any(Number), bytes: 33_554_432, bytesPerSecond: expect.any(Number)},
    })
    expect(stdout.split('\n')).toHaveLength(2)
    expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  })

  it('leaves nothing behind but the identity of this device', async () => {
    const home = join(temporaryDirectory(), 'home')
    const {left} = await doctor(['-p', room().port, '-q'], {home})
    expect({left, home: readdirSync(home)}).toEqual({left: [], home: ['identity.pem']})
  })

  it('says nothing with --quiet when all is well', async () => {
    expect(await doctor(['-p', room().port, '-q'])).toMatchObject({exitCode: 0, stdout: '', stderr: ''})
  })

  it('exits 3 when another program has the port, names AirPlay, and tries the rest all the same', async () => {
    const port = await takenPort()
    const {exitCode, stdout, stderr} = await doctor(['-p', port])
    expect(stdout).toMatch(new RegExp(`^port ${port} +taken by another program$`, 'm'))
    expect(stdout).toMatch(/^round trip +[\d.]+ ms/m)
    expect(stderr).toMatch(new RegExp(`^Error: port ${port} is already in use\n {2}.*AirPlay on macOS.*\n$`))
    expect(exitCode).toBe(3)
  })

  it('exits 8 when the data directory cannot be used, whatever else is wrong, and tells all of it', async () => {
    const home = join(temporaryDirectory(), 'home')
    writeFileSync(home, 'a file where the directory should be')
    const {exitCode, stdout, stderr} = await doctor(['-p', await takenPort(), '--json'], {home})
    const {error, problems, ...result} = JSON.parse(stdout) as Record<'error' | 'problems', unknown>
    expect(result).toMatchObject({ok: false, exitCode: 8, portState: 'taken', roundTripMs: expect.any(Number)})
    expect(problems).toEqual([error, expect.objectContaining({code: 'port-in-use'})])
    expect(error).toMatchObject({code: expect.stringMatching(/^not-/), suggestions: [expect.any(String)]})
    expect(stderr.match(/^Error: .*\n {2}\S/gm)).toHaveLength(2)
    expect(exitCode).toBe(8)
  })

  it('exits 8 when there is no place to try a room', async () => {
    const env = {TMPDIR: join(temporaryDirectory(), 'missing')}
    const {exitCode, stdout, stderr} = await doctor(['-p', room().port], {env})
    expect(stderr).toMatch(/^Error: cannot write .*\n {2}.* TMPDIR/m)
    expect(stdout).toMatch(/^loopback +a room does not work$/m)
    expect(exitCode).toBe(8)
  })

  it.each([['-p', '0'], ['--bogus'], ['extra']])('exits 2 for %j', async (...argv) => {
    const {exitCode, stderr} = await doctor(argv)
    expect(stderr).toMatch(/^Error: [^\n]+\n {2}[^\n]+\n$/)
    expect(exitCode).toBe(2)
  })

  it('is interrupted: exits 130, with a result, and nothing left', async () => {
    const scratch = temporaryDirectory()
    const live = new LiveChatctl(['doctor', '-p', room().port, '--json'], {env: {TMPDIR: scratch}})
    await scratchIsUsed(scratch)
    live.kill('SIGINT')
    expect(await live.exit).toBe(130)
    expect(JSON.parse(live.stdout)).toMatchObject({ok: false, exitCode: 130, error: {code: 'interrupted'}})
    expect(readdirSync(scratch)).toEqual([])
  })
})

async function scratchIsUsed(directory: string): Promise<void> {
  while (readdirSync(directory).length === 0) await new Promise(resolve => setImmediate(resolve))
}
