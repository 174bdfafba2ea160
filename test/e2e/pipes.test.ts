import {createHash, randomBytes} from 'node:crypto'
import {once} from 'node:events'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {buffer, text} from 'node:stream/consumers'
import {describe, expect, it, onTestFinished} from 'vitest'
import {code} from '../helpers/live-chatctl.js'
import {ended, exitOf, runChatctl, startChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

function start(argv: readonly string[], cwd = temporaryDirectory()) {
  const env = {CHATCTL_CODE: code, CHATCTL_HOME: join(temporaryDirectory(), 'home')}
  const child = startChatctl(argv, {cwd, env})
  child.stdin.on('error', () => undefined)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exitOf(child)
  })
  return child
}

/** Starts what takes a file; resolves with its port, and all that it will have told. */
async function receiving(argv: readonly string[], cwd?: string) {
  const receiver = start(['receive', '-p', '0', '--bind', '127.0.0.1', ...argv], cwd)
  const told = text(receiver.stderr)
  let heard = ''
  while (!/^listening on .*:(\d+)$/m.test(heard)) heard += String((await once(receiver.stderr, 'data'))[0])
  return {receiver, told, port: /:(\d+)$/m.exec(heard)![1]!}
}

const sending = (port: string, ...argv: string[]) => start(['send-file', '--to', `127.0.0.1:${port}`, ...argv])

describe('a pipe', () => {
  it('goes from standard input to standard output whole, and nothing else does', async () => {
    const {receiver, told, port} = await receiving(['-o', '-'])
    const received = buffer(receiver.stdout)
    const bytes = randomBytes(5_000_000)
    const sender = sending(port, '-', '--name', 'x.tar', '--json')
    const result = text(sender.stdout)
    sender.stdin.end(bytes)
    expect((await received).equals(bytes)).toBe(true)
    expect([await exitOf(sender), await exitOf(receiver)]).toEqual([0, 0])
    expect(JSON.parse(await result)).toMatchObject({
      ok: true,
      files: [
        {name: 'x.tar', path: '-', bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')},
      ],
    })
    expect(await told).toMatch(/^received x\.tar {2}5\.0 MB in /m)
  })

  it('whose reader goes away ends with 6 at both ends, and says that what came is not verified', async () => {
    const {receiver, told, port} = await receiving(['-o', '-'])
    const sender = sending(port, '-')
    const complaint = text(sender.stderr)
    sender.stdin.write(randomBytes(3_000_000))
    await once(receiver.stdout, 'data')
    receiver.stdout.destroy()
    sender.stdin.end(randomBytes(3_000_000))
    expect([await exitOf(receiver), await exitOf(sender)]).toEqual([6, 6])
    expect(await told).toMatch(/^#1 stdin failed: nobody reads the output any more$/m)
    expect(await told).toMatch(/^Error: what came on standard output is not verified\n {2}Do not use what came/m)
    expect(await complaint).toMatch(
      /^Error: the other side ended the transfer \(reader-ended\)\n {2}The program that reads what is received/m,
    )
  })

  it('takes one file and nothing else, and whoever brings more hears why', async () => {
    const {receiver, port} = await receiving(['-o', '-'])
    const cwd = temporaryDirectory()
    mkdirSync(join(cwd, 'src'))
    writeFileSync(join(cwd, 'a.txt'), 'a')
    const env = {CHATCTL_CODE: code, CHATCTL_HOME: join(temporaryDirectory(), 'home')}
    const why = 'the other side takes one file only, for its standard output\n'
    const send = (...paths: string[]) => runChatctl(['send-file', '--to', `127.0.0.1:${port}`, ...paths], {env, cwd})
    const directory = await send('src')
    expect(directory.stderr).toContain(`Error: ${why}  The other side runs \`chatctl receive -o -\`: send one file`)
    const files = await send('a.txt', 'a.txt')
    expect(files.stderr).toContain(`a.txt declined: ${why}`)
    expect([directory.exitCode, files.exitCode, await exitOf(receiver)]).toEqual([5, 5, 0])
  })

  it('that is cut ends with 6, and says that what came is not verified', async () => {
    const {receiver, told, port} = await receiving(['-o', '-'])
    const sender = sending(port, '-')
    sender.stdin.write('the beginning')
    expect(String((await once(receiver.stdout, 'data'))[0])).toBe('the beginning')
    sender.kill('SIGKILL')
    expect(await exitOf(receiver)).toBe(6)
    expect(await told).toContain('Error: what came on standard output is not verified\n')
  })
})

describe('receive --max-size', () => {
  it('stops a pipe as soon as more comes, keeps nothing of it, and says so at both ends', async () => {
    const cwd = temporaryDirectory()
    const {receiver, told, port} = await receiving(['--max-size', '1M', '--keep'], cwd)
    const sender = sending(port, '-')
    const complaint = text(sender.stderr)
    sender.stdin.write(randomBytes(1_000_001))
    expect(await exitOf(sender)).toBe(5)
    expect(await complaint).toContain('it is larger than the other side takes')
    const next = sending(port, '-', '--name', 'fits')
    next.stdin.end(randomBytes(1_000_000))
    expect(await exitOf(next)).toBe(0)
    expect(readdirSync(cwd)).toEqual(['new_fits'])
    receiver.kill('SIGTERM')
    expect(await told).toMatch(/^#1 stdin failed: more came than the 1\.0 MB that are taken here$/m)
  })
})

describe('receive --on-conflict overwrite', () => {
  it('replaces the file that has the name', async () => {
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'stdin'), 'old and longer')
    const {receiver, port} = await receiving(['--prefix', '', '--on-conflict', 'overwrite'], cwd)
    const sender = sending(port, '-')
    sender.stdin.end('new')
    expect([await exitOf(sender), await exitOf(receiver)]).toEqual([0, 0])
    expect(readdirSync(cwd)).toEqual(['stdin'])
    expect(readFileSync(join(cwd, 'stdin'), 'utf8')).toBe('new')
  })
})

describe('exit code 2', () => {
  it.each([
    ['send-file --to localhost - -', 'standard input can be read only once'],
    ['send-file --to localhost --for all -', 'standard input can be read only once, and not for everyone'],
    ['send-file --to localhost --name a.tar b.tar', '--name is for standard input'],
    ['send-file --to localhost --name ../a.tar -', '"../a.tar" is no name for a file'],
    ['receive -o - --json', 'standard output cannot carry both the file and events'],
    ['receive -o - --keep', 'standard output takes one file, and --keep is for any number'],
  ])('is for %s', async (line, message) => {
    const env = {CHATCTL_CODE: code, CHATCTL_HOME: join(temporaryDirectory(), 'home')}
    const {exitCode, stderr} = await runChatctl(line.split(' '), {env})
    expect(stderr).toContain(`Error: ${message}\n`)
    expect(exitCode).toBe(2)
  })

  it.skipIf(process.platform === 'win32').each([
    ['send-file', 'Give its path in place of `-`.'],
    ['say', 'Give it text, a file of it for instance: `chatctl say - < FILE`.'],
  ])('is for a directory as standard input of %s, which Node takes for empty', async (command, hint) => {
    const env = {CHATCTL_CODE: code, CHATCTL_HOME: join(temporaryDirectory(), 'home')}
    const launch = ['sh', '-c', 'exec "$@" </', 'sh']
    const child = startChatctl([command, '--to', 'localhost', '-'], {env, launch})
    child.stdin.on('error', () => undefined)
    const {exitCode, stderr} = await ended(child)
    expect(stderr).toContain(`Error: standard input is a directory\n  ${hint}\n`)
    expect(exitCode).toBe(2)
  })
})
