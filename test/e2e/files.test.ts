import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, liveHost, liveMember, type AnyEvent, type LiveChatctl} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const withoutTime = ({at: _, ...event}: AnyEvent): object => event

/** A room of a host and one member, both in event mode, and a file where the member is. */
async function roomWithFile(bytes: Buffer, hostFlags: string[] = []) {
  const {host, port} = await liveHost(['--json', ...hostFlags])
  const member = liveMember(port, ['--json', '--nick', 'ana'])
  await member.event('connected')
  const path = join(member.cwd, 'data.bin')
  writeFileSync(path, bytes)
  return {host, member, port, path}
}

async function offered(host: LiveChatctl, member: LiveChatctl, path: string): Promise<AnyEvent> {
  member.type(JSON.stringify({file: path, to: 'bob'}))
  return host.event('offer')
}

describe('a file', () => {
  it('is offered, taken and verified, with the events of the contract on both sides', async () => {
    const bytes = randomBytes(20_000_000)
    const {host, member, path} = await roomWithFile(bytes, ['--accept', 'ask'])
    const offer = await offered(host, member, path)
    expect(withoutTime(offer)).toEqual({
      v: 1,
      event: 'offer',
      transfer: 1,
      from: {id: expect.any(Number), nick: 'ana'},
      name: 'data.bin',
      bytes: bytes.length,
      files: 1,
      mediaType: 'application/octet-stream',
    })
    host.type('/get 1')
    const end = {name: 'data.bin', bytes: bytes.length, files: 1, sha256: digest(bytes), resumedFrom: 0}
    const received = await host.event('received')
    const file = join(host.cwd, 'new_data.bin')
    expect(withoutTime(received)).toEqual({
      v: 1,
      event: 'received',
      transfer: 1,
      path: file,
      ms: expect.any(Number),
      ...end,
    })
    const sent = await member.event('sent')
    expect(withoutTime(sent)).toEqual({v: 1, event: 'sent', transfer: 1, ms: expect.any(Number), ...end})
    expect(digest(readFileSync(file))).toBe(end.sha256)
    for (const [side, direction] of [[host, 'receive'] as const, [member, 'send'] as const]) {
      const progress = side.events.filter(({event}) => event === 'progress')
      for (const event of progress) {
        expect(event).toMatchObject({
          transfer: 1,
          direction,
          bytes: expect.any(Number),
          total: bytes.length,
          rate: expect.any(Number),
        })
      }
    }
  })

  it('is declined, and the room goes on', async () => {
    const {host, member, path} = await roomWithFile(Buffer.from('x'), ['--accept', 'ask'])
    await offered(host, member, path)
    host.type('/decline 1', 'sorry')
    expect(await member.event('declined')).toMatchObject({transfer: 1, name: 'data.bin', code: 'declined'})
    await member.event('message', ({text}) => text === 'sorry')
    expect(readdirSync(host.cwd)).toEqual([])
  })

  it('is declined at once by a host in line mode that takes none', async () => {
    const {member, host, path} = await roomWithFile(Buffer.from('x'))
    await offered(host, member, path)
    expect(await member.event('declined')).toMatchObject({code: 'declined'})
  })

  it('is taken under another name, which gets no prefix', async () => {
    const {host, member, path} = await roomWithFile(Buffer.from('x'), ['--accept', 'ask'])
    await offered(host, member, path)
    host.type('/get 1 renamed.bin')
    expect(await host.event('received')).toMatchObject({path: join(host.cwd, 'renamed.bin')})
  })

  it('never replaces what is there: the next one gets a number', async () => {
    const {host, member, path} = await roomWithFile(Buffer.from('second'), ['--accept', 'all'])
    writeFileSync(join(host.cwd, 'new_data.bin'), 'first')
    await offered(host, member, path)
    expect(await host.event('received')).toMatchObject({path: join(host.cwd, 'new_data (2).bin')})
    expect(readFileSync(join(host.cwd, 'new_data.bin'), 'utf8')).toBe('first')
  })

  it('leaves nothing behind when its sender is killed', async () => {
    const {host, member, path} = await roomWithFile(randomBytes(200_000_000), ['--accept', 'ask'])
    await offered(host, member, path)
    host.type('/get 1')
    await host.event('progress')
    member.kill('SIGKILL')
    expect(await host.event('failed')).toMatchObject({transfer: 1, code: 'connection-lost'})
    expect(readdirSync(host.cwd)).toEqual([])
  })

  it('goes the other way too: from the host to the only member', async () => {
    const {host, port} = await liveHost(['--json'])
    const member = liveMember(port, ['--json', '--accept', 'all', '--prefix', ''])
    await Promise.all([member.event('connected'), host.event('joined')])
    const path = join(host.cwd, '日本語 файл.txt')
    writeFileSync(path, 'こんにちは')
    host.type(JSON.stringify({file: path}))
    expect(await member.event('received')).toMatchObject({path: join(member.cwd, '日本語 файл.txt')})
    expect(await host.event('sent')).toMatchObject({sha256: digest(Buffer.from('こんにちは'))})
  })
})

describe('more files than may be offered at once', () => {
  it('keep nobody from talking, and wait for their turn', async () => {
    const {host, member, path} = await roomWithFile(Buffer.from('x'), ['--accept', 'ask'])
    member.type(...Array.from({length: 34}, () => JSON.stringify({file: path})), 'talk goes ahead')
    await host.event('message', ({text}) => text === 'talk goes ahead')
    const offers = (): number => host.events.filter(({event}) => event === 'offer').length
    await host.sees(() => offers() === 32)
    host.type('/decline 1', '/decline 2')
    await host.sees(() => offers() === 34)
  })
})

describe('send-file', () => {
  const send = (port: string, argv: string[], cwd: string) =>
    runChatctl(['send-file', '--to', `127.0.0.1:${port}`, ...argv], {
      cwd,
      env: {CHATCTL_CODE: code, CHATCTL_HOME: newHome()},
    })

  it('delivers several files and gives one JSON result', async () => {
    const {host, port} = await liveHost(['--accept', 'all', '--json'])
    const cwd = temporaryDirectory()
    const names = ['one.txt', 'two.bin', 'empty']
    for (const name of names) writeFileSync(join(cwd, name), name === 'empty' ? '' : randomBytes(100_000))
    const {exitCode, stdout} = await send(port, ['--json', ...names], cwd)
    expect(exitCode).toBe(0)
    expect(stdout.split('\n')).toHaveLength(2)
    expect(JSON.parse(stdout)).toEqual({
      v: 1,
      ok: true,
      peer: 'bob',
      ms: expect.any(Number),
      files: names.map(name => ({
        name,
        path: expect.stringContaining(name),
        bytes: name === 'empty' ? 0 : 100_000,
        sha256: digest(readFileSync(join(cwd, name))),
        resumedFrom: 0,
        to: 'bob',
        ms: expect.any(Number),
        status: 'sent',
      })),
    })
    for (const name of names) {
      expect(readFileSync(join(host.cwd, `new_${name}`)).equals(readFileSync(join(cwd, name)))).toBe(true)
    }
    expect(host.events.filter(({event}) => event === 'joined' || event === 'left')).toEqual([])
  })

  it('says in JSON why it failed', async () => {
    const {port} = await liveHost()
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'a.txt'), 'x')
    const {exitCode, stdout} = await send(port, ['--json', 'a.txt'], cwd)
    expect(exitCode).toBe(5)
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      ok: false,
      exitCode: 5,
      error: {code: 'declined', message: expect.any(String), suggestions: [expect.any(String)]},
    })
  })

  it('sends nothing when one of the files is missing', async () => {
    const {host, port} = await liveHost(['--accept', 'all', '--json'])
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'a.txt'), 'x')
    expect((await send(port, ['a.txt', 'missing.txt'], cwd)).exitCode).toBe(2)
    expect(readdirSync(host.cwd)).toEqual([])
  })
})
