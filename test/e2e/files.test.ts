import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {keptParts, visibleFiles} from '../helpers/kept-parts.js'
import {newHome} from '../helpers/device.js'
import {code, liveHost, liveMember, type AnyEvent, type LiveChatctl} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {shared} from '../helpers/when-over.js'

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const withoutTime = ({at: _, ...event}: AnyEvent): object => event

/** A host who is asked and one member, both in event mode. */
const room = shared(async () => {
  const {host, port} = await liveHost(['--json', '--accept', 'ask'])
  const member = liveMember(port, ['--json', '--nick', 'ana'])
  await member.event('connected')
  return {host, member, port}
})

/** A host in event mode that takes no files. */
const refusing = shared(() => liveHost(['--json']))

function fileOf({cwd}: LiveChatctl, name: string, bytes: Buffer | string): string {
  const path = join(cwd, name)
  writeFileSync(path, bytes)
  return path
}

/** Has a member offer a file to the host; resolves with the offer as it comes there. */
async function offered(host: LiveChatctl, member: LiveChatctl, name: string, bytes: Buffer | string = 'x') {
  member.type(JSON.stringify({file: fileOf(member, name, bytes), to: 'bob'}))
  const offer = await host.event('offer', event => event['name'] === name)
  const isOfIt = (event: AnyEvent): boolean => event['name'] === name
  return {offer, number: offer['transfer'] as number, isOfIt}
}

describe('a file', () => {
  it('is offered, taken and verified, with the events of the contract on both sides', async () => {
    const bytes = randomBytes(10_000_000)
    const {host, member} = room()
    const {offer, number, isOfIt} = await offered(host, member, 'data.bin', bytes)
    expect(withoutTime(offer)).toEqual({
      v: 1,
      event: 'offer',
      transfer: expect.any(Number),
      from: {id: expect.any(Number), nick: 'ana'},
      name: 'data.bin',
      bytes: bytes.length,
      files: 1,
      mediaType: 'application/octet-stream',
    })
    host.type(`/get ${number}`)
    const end = {name: 'data.bin', bytes: bytes.length, files: 1, sha256: digest(bytes), resumedFrom: 0}
    const received = await host.event('received', isOfIt)
    const file = join(host.cwd, 'new_data.bin')
    expect(withoutTime(received)).toEqual({
      v: 1,
      event: 'received',
      transfer: number,
      path: file,
      ms: expect.any(Number),
      ...end,
    })
    const sent = await member.event('sent', isOfIt)
    expect(withoutTime(sent)).toEqual({
      v: 1,
      event: 'sent',
      transfer: expect.any(Number),
      ms: expect.any(Number),
      ...end,
    })
    expect(digest(readFileSync(file))).toBe(end.sha256)
    const ends = [[host, 'receive', number] as const, [member, 'send', sent['transfer']] as const]
    for (const [side, direction, transfer] of ends) {
      const progress = side.events.filter(event => event.event === 'progress' && event['transfer'] === transfer)
      for (const event of progress) {
        expect(event).toMatchObject({
          transfer,
          direction,
          bytes: expect.any(Number),
          total: bytes.length,
          rate: expect.any(Number),
        })
      }
    }
  })

  it('is declined, and the room goes on', async () => {
    const {host, member} = room()
    const {number, isOfIt} = await offered(host, member, 'unwanted.bin')
    host.type(`/decline ${number}`, 'sorry')
    expect(await member.event('declined', isOfIt)).toMatchObject({code: 'declined'})
    await member.event('message', ({text}) => text === 'sorry')
    expect(readdirSync(host.cwd).filter(name => name.includes('unwanted'))).toEqual([])
  })

  it('is declined at once by a host that takes none', async () => {
    const {host, port} = refusing()
    const member = liveMember(port, ['--json', '--nick', 'ana'])
    await member.event('connected')
    const {isOfIt} = await offered(host, member, 'data.bin')
    expect(await member.event('declined', isOfIt)).toMatchObject({code: 'declined'})
  })

  it('is taken under another name, which gets no prefix', async () => {
    const {host, member} = room()
    const {number, isOfIt} = await offered(host, member, 'to-be-renamed.bin')
    host.type(`/get ${number} renamed.bin`)
    expect(await host.event('received', isOfIt)).toMatchObject({path: join(host.cwd, 'renamed.bin')})
  })

  it('never replaces what is there: the next one gets a number', async () => {
    const {host, member} = room()
    fileOf(host, 'new_twice.bin', 'first')
    const {number, isOfIt} = await offered(host, member, 'twice.bin', 'second')
    host.type(`/get ${number}`)
    expect(await host.event('received', isOfIt)).toMatchObject({path: join(host.cwd, 'new_twice (2).bin')})
    expect(readFileSync(join(host.cwd, 'new_twice.bin'), 'utf8')).toBe('first')
  })

  it('shows nothing when its sender is killed, and keeps what came', async () => {
    const {host, port} = room()
    const filesBefore = visibleFiles(host.cwd)
    const member = liveMember(port, ['--json', '--nick', 'cem', '--bwlimit', '1M'])
    await member.event('connected')
    const {number} = await offered(host, member, 'cut-short.bin', randomBytes(20_000_000))
    host.type(`/get ${number}`)
    await host.event('progress', ({transfer}) => transfer === number)
    member.kill('SIGKILL')
    expect(await host.event('failed')).toMatchObject({transfer: number, code: 'connection-lost'})
    expect(visibleFiles(host.cwd)).toEqual(filesBefore)
    expect(keptParts(host.cwd).filter(name => name.includes('cut-short.bin'))).toHaveLength(1)
  })

  it('goes the other way too: from the host to the only member', async () => {
    const {host, port} = await liveHost(['--json'])
    const member = liveMember(port, ['--json', '--accept', 'all', '--prefix', ''])
    await Promise.all([member.event('connected'), host.event('joined')])
    host.type(JSON.stringify({file: fileOf(host, '日本語 файл.txt', 'こんにちは')}))
    expect(await member.event('received')).toMatchObject({path: join(member.cwd, '日本語 файл.txt')})
    expect(await host.event('sent')).toMatchObject({sha256: digest(Buffer.from('こんにちは'))})
  })
})

describe('more files than may be offered at once', () => {
  it('keep nobody from talking, and wait for their turn', async () => {
    const {host, member} = room()
    const path = fileOf(member, 'many.bin', 'x')
    const numbers = (): number[] =>
      host.events.flatMap(({event, name, transfer}) =>
        event === 'offer' && name === 'many.bin' ? [transfer as number] : [],
      )
    member.type(...Array.from({length: 34}, () => JSON.stringify({file: path, to: 'bob'})), 'talk goes ahead')
    await host.event('message', ({text}) => text === 'talk goes ahead')
    await host.sees(() => numbers().length === 32)
    host.type(
      ...numbers()
        .slice(0, 2)
        .map(number => `/decline ${number}`),
    )
    await host.sees(() => numbers().length === 34)
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
        files: 1,
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
    const {port} = refusing()
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
    const {host, port} = room()
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'present.txt'), 'x')
    expect((await send(port, ['present.txt', 'missing.txt'], cwd)).exitCode).toBe(2)
    expect(host.events.filter(({name}) => name === 'present.txt')).toEqual([])
  })
})
