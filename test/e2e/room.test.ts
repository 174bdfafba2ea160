import {describe, expect, it} from 'vitest'
import {code, liveHost, liveMember, type AnyEvent, type LiveChatctl} from '../helpers/live-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {shared} from '../helpers/when-over.js'

const texts = (events: AnyEvent[], nick: string): unknown[] =>
  events.filter(({event, from}) => event === 'message' && (from as {nick: string}).nick === nick).map(({text}) => text)

/** A host in line mode and a member of its room, ana. */
const room = shared(async () => {
  const {host, port} = await liveHost()
  const ana = liveMember(port, ['--nick', 'ana'])
  await host.tells('ana joined')
  return {host, ana, port}
})

/** Returns what each of them shows from now on. */
function shownFromNow(...ends: LiveChatctl[]): () => string[] {
  const before = ends.map(({stdout}) => stdout.length)
  return () => ends.map(({stdout}, index) => stdout.slice(before[index]))
}

describe('a room', () => {
  it('of a host and three members who talk at once shows everyone everything, in each one’s order', async () => {
    const {host, port} = await liveHost(['--json'])
    const nicks = ['ana', 'cem', 'dora']
    const members = nicks.map(nick => liveMember(port, ['--json', '--nick', nick]))
    await Promise.all(members.map(member => member.event('connected')))
    await Promise.all(nicks.map(nick => host.event('joined', ({member}) => (member as {nick: string}).nick === nick)))
    const everyone = [host, ...members]
    const said = (nick: string): string[] => Array.from({length: 100}, (_, number) => `${nick} ${number}`)
    for (const [index, nick] of ['bob', ...nicks].entries()) everyone[index]!.type(...said(nick))
    for (const listener of everyone) {
      for (const nick of ['bob', ...nicks]) {
        await listener.event('message', ({text}) => text === `${nick} 99`)
        expect(texts(listener.events, nick)).toEqual(said(nick))
      }
    }
  })

  it('carries 1,000 messages each way in order', async () => {
    const {host, ana} = room()
    const shown = shownFromNow(host, ana)
    const lines = Array.from({length: 1000}, (_, number) => `message ${number}`)
    host.type(...lines)
    ana.type(...lines)
    await Promise.all([host.says('message 999\n'), ana.says('message 999\n')])
    expect(shown()).toEqual(['ana', 'bob'].map(nick => lines.map(line => `${nick}: ${line}\n`).join('')))
  })

  it('carries a message of 65,536 bytes, and refuses a longer one without losing what follows', async () => {
    const {host, ana} = room()
    const shown = shownFromNow(host)
    const longest = 'ü'.repeat(32_768)
    ana.type(longest, `${longest}x`, 'after')
    await host.says('ana: after\n')
    expect(shown()).toEqual([`ana: ${longest}\nana: after\n`])
    await ana.tells(/Error: .*\n {2}.*\/file/)
  })

  it('shows a message of several lines as one, so that no line can be forged', async () => {
    const {host, port} = room()
    const shown = shownFromNow(host)
    const member = liveMember(port, ['--json', '--nick', 'eve'])
    await member.event('connected')
    member.type(JSON.stringify({say: 'one\nbob: two\u001b[31m'}), 'that was all')
    await host.says('eve: that was all\n')
    expect(shown()).toEqual(['eve: one⏎bob: two\\u{1b}[31m\neve: that was all\n'])
  })

  it('gives a nick that is taken another number, and lets it be changed', async () => {
    const {host, port} = room()
    const second = liveMember(port, ['--nick', 'ANA', '--json'])
    await second.event('connected')
    await host.tells('ANA-2 joined\n')
    second.type('/nick dora', 'now me')
    await host.says('dora: now me\n')
  })

  it('takes several members from one device, the host’s own included', async () => {
    const cwd = temporaryDirectory()
    const {host, port} = await liveHost([], {cwd})
    const members = ['ana', 'cem'].map(nick => liveMember(port, ['--nick', nick], {home: host.home, cwd}))
    await Promise.all(members.map(member => member.tells('connected')))
    members[0]!.type('hello')
    await Promise.all([host.says('ana: hello\n'), members[1]!.says('ana: hello\n')])
  })

  it('goes on for everyone else while one member reads nothing', async () => {
    const {host, port} = await liveHost()
    const [reader, stuck] = [liveMember(port, ['--nick', 'ana']), liveMember(port, ['--nick', 'cem'])]
    await Promise.all([reader.tells('connected'), stuck.tells('connected')])
    stuck.kill('SIGSTOP')
    const text = 'x'.repeat(60_000)
    // More than may wait for one member, 8 MiB.
    const lines = Array.from({length: 160}, (_, number) => `${number} ${text}`)
    host.type(...lines)
    await reader.says(`bob: 159 ${text}\n`)
    expect(reader.stdout).toBe(lines.map(line => `bob: ${line}\n`).join(''))
    await host.tells('cem is gone')
  })

  it('shows a member that is killed as left, and goes on, although the input of its host has ended', async () => {
    const {host, port} = await liveHost(['--json'])
    host.endInput()
    const member = liveMember(port, ['--nick', 'ana'])
    await member.tells('connected')
    member.kill('SIGKILL')
    expect(await host.event('left')).toMatchObject({member: {nick: 'ana'}, reason: 'lost'})
    const next = liveMember(port, ['--nick', 'ana'])
    await next.tells('connected')
    next.type('back')
    await host.event('message', ({text}) => text === 'back')
  })

  it('carries private messages to one member only, and /me to all', async () => {
    const {host, ana, port} = room()
    const cem = liveMember(port, ['--nick', 'cem'])
    await Promise.all([cem.tells('connected'), ana.tells('cem joined')])
    const shown = shownFromNow(cem, host)
    ana.type('/msg cem secret', '/me waves', '//not a command', '/hlep')
    await Promise.all([cem.says('ana: /not a command\n'), host.says('ana: /not a command\n')])
    expect(shown()).toEqual(['[ana] secret\n* ana waves\nana: /not a command\n', '* ana waves\nana: /not a command\n'])
    await ana.tells('/help')
  })
})

describe('event mode', () => {
  it('gives every event of talk, with the fields of the contract', async () => {
    const {host, port} = await liveHost(['--json'])
    expect(await host.event('listening')).toEqual({
      v: 1,
      event: 'listening',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      addresses: expect.arrayContaining([expect.any(String)]),
      port: Number(port),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const member = liveMember(port, ['--json', '--nick', 'ana'])
    const ana = {id: expect.any(Number), nick: 'ana'}
    const bob = {id: expect.any(Number), nick: 'bob'}
    expect(await member.event('connected')).toMatchObject({
      host: '127.0.0.1',
      port: Number(port),
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      known: false,
      nick: 'ana',
      members: [bob],
    })
    expect(await host.event('joined')).toMatchObject({member: ana})
    member.type('{"say": "two\\nlines"}')
    expect(await host.event('message')).toMatchObject({from: ana, text: 'two\nlines', kind: 'say', self: false})
    expect(await member.event('message')).toMatchObject({from: ana, text: 'two\nlines', kind: 'say', self: true})
    member.type('/quit')
    expect(await member.event('bye')).toMatchObject({reason: 'quit'})
    expect(await host.event('left')).toMatchObject({member: ana, reason: 'quit'})
    expect(host.events.filter(({event}) => event === 'joined')).toHaveLength(1)
    // It was given: event mode prints a code only where it was generated.
    expect(host.stdout + host.stderr).not.toContain(code)
  })
})
