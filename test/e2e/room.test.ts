import {describe, expect, it} from 'vitest'
import {code, LiveChatctl, liveHost, liveMember, type AnyEvent} from '../helpers/live-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const texts = (events: AnyEvent[], nick: string): unknown[] =>
  events.filter(({event, from}) => event === 'message' && (from as {nick: string}).nick === nick).map(({text}) => text)

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
    const {host, port} = await liveHost()
    const member = liveMember(port, ['--nick', 'ana'])
    await host.tells('joined')
    const lines = Array.from({length: 1000}, (_, number) => `message ${number}`)
    host.type(...lines)
    member.type(...lines)
    await Promise.all([host.says('message 999\n'), member.says('message 999\n')])
    expect(host.stdout).toBe(lines.map(line => `ana: ${line}\n`).join(''))
    expect(member.stdout).toBe(lines.map(line => `bob: ${line}\n`).join(''))
  })

  it('carries a message of 65,536 bytes, and refuses a longer one without losing what follows', async () => {
    const {host, port} = await liveHost()
    const member = liveMember(port, ['--nick', 'ana'])
    await host.tells('joined')
    const longest = 'ü'.repeat(32_768)
    member.type(longest, `${longest}x`, 'after')
    await host.says('ana: after\n')
    expect(host.stdout).toBe(`ana: ${longest}\nana: after\n`)
    await member.tells(/Error: .*\n {2}.*\/file/)
  })

  it('shows a message of several lines as one, so that no line can be forged', async () => {
    const {host, port} = await liveHost()
    const member = liveMember(port, ['--json', '--nick', 'ana'])
    await member.event('connected')
    member.type(JSON.stringify({say: 'one\nbob: two\u001b[31m'}))
    await host.says(/\n$/)
    expect(host.stdout).toBe('ana: one⏎bob: two\\u{1b}[31m\n')
  })

  it('gives a nick that is taken another number, and lets it be changed', async () => {
    const {host, port} = await liveHost()
    const [first, second] = [liveMember(port, ['--nick', 'ana']), liveMember(port, ['--nick', 'ANA', '--json'])]
    await Promise.all([first.tells('connected'), second.event('connected')])
    await host.tells(/-2 joined$/m)
    second.type('/nick cem', 'now me')
    await host.says('cem: now me\n')
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

  it('shows a member that is killed as left, and goes on', async () => {
    const {host, port} = await liveHost(['--json'])
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
    const {host, port} = await liveHost()
    const [ana, cem] = [liveMember(port, ['--nick', 'ana']), liveMember(port, ['--nick', 'cem'])]
    await Promise.all([ana.tells('connected'), cem.tells('connected')])
    await ana.tells('cem')
    ana.type('/msg cem secret', '/me waves', '//not a command', '/hlep')
    await Promise.all([cem.says('ana: /not a command\n'), host.says('ana: /not a command\n')])
    expect(cem.stdout).toBe('[ana] secret\n* ana waves\nana: /not a command\n')
    expect(host.stdout).toBe('* ana waves\nana: /not a command\n')
    await ana.tells('/help')
  })

  it('makes codes for a number of guests, and forgets the one before', async () => {
    const host = new LiveChatctl(['host', '-p', '0', '--json', '--nick', 'bob'])
    const {port, code: first} = await host.event('listening')
    host.type('/invite 1')
    const {code: second} = await host.event('invite')
    const join = (shown: unknown) =>
      new LiveChatctl(['join', `127.0.0.1:${String(port)}`], {env: {CHATCTL_CODE: String(shown)}})
    expect(await join(first).exit).toBe(4)
    const guest = join(second)
    await guest.tells('connected')
    expect(await join(second).exit).toBe(4)
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
  })

  it('never ends a host because its input ended', async () => {
    const {host, port} = await liveHost(['--json'])
    host.endInput()
    const member = liveMember(port, ['--nick', 'ana'])
    await member.tells('connected')
    member.type('still there?')
    await host.event('message')
  })

  it('prints the code only where it was generated', async () => {
    const given = await liveHost(['--json'])
    expect(given.host.stdout + given.host.stderr).not.toContain(code)
  })
})
