import {createHash, randomBytes} from 'node:crypto'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {code, LiveChatctl, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {startInTerminal} from '../helpers/live-terminal.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {shared} from '../helpers/when-over.js'

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Some of each kind of file: text, a program, a picture's header, nothing, and more than one chunk. */
const files: Record<string, Buffer> = {
  'notes.txt': Buffer.from('plain text\r\nof two lines\n'),
  'program.bin': randomBytes(300_000),
  'picture.png': Buffer.from('89504e470d0a1a0a0000', 'hex'),
  empty: Buffer.alloc(0),
  'Übersicht 概要.pdf': randomBytes(1024),
}

function putFiles(directory: string): string[] {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes)
  return Object.keys(files)
}

function expectNewFiles(directory: string): void {
  for (const [name, bytes] of Object.entries(files)) {
    expect(digest(readFileSync(join(directory, `new_${name}`))), name).toBe(digest(bytes))
  }
  expect(readdirSync(directory).filter(name => name.endsWith('.part'))).toEqual([])
}

/** A host and a member who talk, and take all files, each in a directory of its own. */
const room = shared(async () => {
  const {host, port} = await liveHost(['--accept', 'all'])
  const member = liveMember(port, ['--nick', 'ana', '--accept', 'all'])
  await host.tells('ana')
  return {host, member, port}
})

describe('the origin', () => {
  it('"IPv4, address and port given": a client reaches a host by them', async () => {
    const {port} = await liveHost(['--bind', '127.0.0.1'])
    const member = liveMember(port, ['--nick', 'ana'])
    await member.tells('connected to bob')
  })

  it('"empty address = every interface": a host without an address is reached over IPv4 and IPv6', async () => {
    const {port} = await liveHost()
    const four = new LiveChatctl(['join', '-h', '127.0.0.1', '-p', port], {env: {CHATCTL_CODE: code}})
    const six = new LiveChatctl(['join', `[::1]:${port}`], {env: {CHATCTL_CODE: code}})
    await Promise.all([four.tells('connected to bob'), six.tells('connected to bob')])
  })

  it('"both sides send and receive messages at the same time", of 1 KB and longer', async () => {
    const {host, member} = room()
    const before = [host, member].map(({stdout}) => stdout.length)
    const lines = Array.from({length: 50}, (_, number) => `${number} ${'x'.repeat(number % 2 ? 1024 : 20_000)}`)
    host.type(...lines)
    member.type(...lines)
    await Promise.all([host.says(`ana: ${lines.at(-1)}\n`), member.says(`bob: ${lines.at(-1)}\n`)])
    expect(host.stdout.slice(before[0])).toBe(lines.map(line => `ana: ${line}\n`).join(''))
    expect(member.stdout.slice(before[1])).toBe(lines.map(line => `bob: ${line}\n`).join(''))
  })

  it('"files of any type, both ways": each arrives whole, as `new_<name of the sent file>`', async () => {
    const {host, member} = room()
    for (const name of putFiles(host.cwd)) host.type(`/file "${name}"`)
    for (const name of putFiles(member.cwd)) member.type(`/file "${name}"`)
    for (const name of Object.keys(files)) {
      await Promise.all([host.tells(`received new_${name}`), member.tells(`received new_${name}`)])
    }
    expectNewFiles(host.cwd)
    expectNewFiles(member.cwd)
  })

  it('"an empty message cannot be sent"', async () => {
    const {host, member} = room()
    const before = host.stdout.length
    member.type('', '   ', '\t', 'something')
    await host.says('something\n')
    expect(host.stdout.slice(before)).toBe('ana: something\n')
  })

  it('"a file that does not exist cannot be sent": refused at once, and the talk goes on', async () => {
    const {host, member, port} = room()
    member.type('/file missing.txt', 'still here')
    await Promise.all([member.tells('missing.txt'), host.says('ana: still here')])
    expect(host.stderr).not.toContain('missing.txt')
    const {exitCode} = await runChatctl(['send-file', '--to', `127.0.0.1:${port}`, 'missing.txt'], {
      env: {CHATCTL_CODE: code, CHATCTL_HOME: member.home},
    })
    expect(exitCode).toBe(2)
  })

  it('"the client ends the talk by sending `quit()`"', async () => {
    const {host, port} = await liveHost()
    const member = liveMember(port, ['--nick', 'ana'])
    await host.tells('ana')
    member.type('bye', 'quit()')
    expect(await member.exit).toBe(0)
    await Promise.all([host.tells(/ana left/), host.says('bye\n')])
    expect(host.stdout).toBe('ana: bye\n')
  })

  it('"both programs may run in one directory": a file sent there arrives beside itself', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'report.txt'), 'the report')
    const {host, port} = await liveHost(['--accept', 'all'], {cwd: directory})
    // The same user on the same computer: one identity for both.
    const member = liveMember(port, ['--nick', 'ana'], {cwd: directory, home: host.home})
    await host.tells('ana')
    member.type('/file report.txt')
    await host.tells('received new_report.txt')
    expect(readFileSync(join(directory, 'new_report.txt'), 'utf8')).toBe('the report')
    expect(readFileSync(join(directory, 'report.txt'), 'utf8')).toBe('the report')
  })

  it('"in different ones": a file arrives where its receiver runs', async () => {
    const {host, member} = room()
    writeFileSync(join(member.cwd, 'report.txt'), 'the report')
    member.type('/file report.txt')
    await host.tells('received new_report.txt')
    expect(existsSync(join(host.cwd, 'new_report.txt'))).toBe(true)
    expect(existsSync(join(member.cwd, 'new_report.txt'))).toBe(false)
  })

  it('"the terminal output is coloured", and in a pipe it is not', async () => {
    const {host, port} = await liveHost()
    const terminal = startInTerminal(['join', '-h', '127.0.0.1', '-p', port, '--nick', 'ana'], {CHATCTL_CODE: code})
    await host.tells('ana')
    host.type('hello')
    await terminal.until(text => text.includes('hello'))
    // eslint-disable-next-line no-control-regex -- colours are what is looked for
    expect(terminal.output).toMatch(/\u001b\[\d+m/)
    terminal.type('hello back\r')
    await host.says('hello back')
    // eslint-disable-next-line no-control-regex -- and here what is not
    expect(host.stdout + host.stderr).not.toMatch(/\u001b/)
  })
})
