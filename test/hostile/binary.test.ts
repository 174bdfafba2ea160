import {join} from 'node:path'
import {writeFileSync} from 'node:fs'
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest'
import {seekAdmission} from '../../src/security/admission.js'
import type {Identity} from '../../src/security/identity.js'
import {dial} from '../../src/transport/tls-dialer.js'
import {joinerOptions} from '../helpers/admission.js'
import {code, LiveChatctl, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {newHome, newIdentity} from '../helpers/device.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'
import {shared} from '../helpers/when-over.js'
import {falseHost, welcomeGuest} from './false-host.js'
import {Liar} from './liar.js'

let mallory: Identity

beforeAll(async () => {
  mallory = await newIdentity()
})

const env = () => ({CHATCTL_CODE: code, CHATCTL_HOME: newHome()})

type HostLie = [what: string, tell: (host: Liar) => unknown, exitCode: number, printed: RegExp]

describe('chatctl join, at a host that', () => {
  const lies: HostLie[] = [
    [
      'welcomes it twice',
      host => host.say({type: 'welcome', you: {id: 2, nick: 'a'}, host: {id: 1, nick: 'b'}, members: []}),
      7,
      /^Error: the host told what cannot be/m,
    ],
    [
      'announces 4 GiB',
      host => host.frame('message', '', {number: 2, length: 2 ** 32 - 1}),
      7,
      /^Error: the other side sent a wrong frame/m,
    ],
    [
      'sends what is no JSON',
      host => host.say('\u001b[2J'),
      7,
      /^Error: the other side sent a payload that is not JSON/m,
    ],
    [
      'acknowledges what was never sent',
      host => host.frame('ack', '', {number: 99}),
      7,
      /^Error: the other side acknowledged message 99/m,
    ],
    [
      'leaves for a reason of its own',
      host => host.frame('goaway', {code: 'gone-fishing', message: '\u001b[2J'}),
      6,
      /^Error: the host ended the session \(gone-fishing\)/m,
    ],
  ]
  it.each(lies)('%s ends with a code and a line', async (_, tell, exitCode, printed) => {
    const port = await falseHost(mallory, async liar => {
      await welcomeGuest(liar)
      tell(liar)
    })
    const guest = new LiveChatctl(['join', '127.0.0.1', '-p', port, '--nick', 'ana'], {env: env()})
    expect(await guest.exit).toBe(exitCode)
    expect(guest.stderr).toMatch(printed)
    expect(guest.stderr + guest.stdout).not.toContain('\u001b')
  })
})

describe('chatctl send-file, to a host that', () => {
  const transferOf = (host: Liar): unknown => host.heard('offer')[0]!['transfer']
  const lies: HostLie[] = [
    [
      'confirms what it has not',
      host => host.say({type: 'verified', transfer: transferOf(host)}),
      6,
      /confirmed what it cannot have/,
    ],
    [
      'declines for a reason of its own',
      host => host.say({type: 'decline', transfer: transferOf(host), code: 'meh'}),
      5,
      /declined|meh/,
    ],
    [
      'fails for a reason of its own',
      host => host.say({type: 'failed', transfer: transferOf(host), code: 'meh'}),
      6,
      /meh/,
    ],
    [
      'accepts, and opens the channel itself',
      host => host.frame('open', {transfer: transferOf(host)}, {channel: 1}),
      7,
      /Error: .*channel 1/,
    ],
  ]
  it.each(lies)('%s ends with a code and a line', async (_, tell, exitCode, printed) => {
    const port = await falseHost(mallory, async liar => {
      await welcomeGuest(liar)
      await until(() => liar.heard('offer').length === 1)
      tell(liar)
    })
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'a.txt'), 'hello')
    const {exitCode: ended, stderr} = await runChatctl(['send-file', '--to', `127.0.0.1:${port}`, 'a.txt'], {
      cwd,
      env: env(),
    })
    expect(stderr).toMatch(printed)
    expect(ended).toBe(exitCode)
  })
})

/** Enters a room of the real binary with the code, and then obeys no rule. */
async function lyingMember(port: string, nick: string): Promise<Liar> {
  const transport = await dial({host: '127.0.0.1', port: Number(port), credentials: mallory, timeoutMs: 60_000})
  onTestFinished(() => transport.destroy())
  const {rest} = await seekAdmission(transport, joinerOptions({ownFingerprint: mallory.fingerprint}))
  const liar = new Liar(transport).read(rest)
  liar.frame('attach', {session: null, lastSeen: 0, nick, purpose: 'talk'})
  await until(() => liar.heard('welcome').length === 1)
  return liar
}

describe('chatctl host', () => {
  let liars = 0
  const room = shared(async () => {
    const {host, port} = await liveHost()
    const ana = liveMember(port, ['--nick', 'ana'])
    await ana.tells('connected')
    return {host, port, ana}
  })

  it.each<[string, (liar: Liar) => unknown]>([
    [
      'speaks as the host',
      liar => liar.say({type: 'message', id: 1, from: {id: 1, nick: 'bob'}, kind: 'say', text: 'x'}),
    ],
    [
      'announces 4 GiB and sends on',
      liar => liar.frame('message', Buffer.alloc(1_000_000), {number: 1, length: 2 ** 32 - 1}),
    ],
    ['opens channels of the host’s', liar => liar.frame('open', {transfer: '1'.repeat(32)}, {channel: 2})],
    ['sends a list 30,000 deep', liar => liar.say('['.repeat(30_000) + ']'.repeat(30_000))],
  ])('shows a member out that %s, and goes on', async (_, tell) => {
    const {host, port, ana} = room()
    const nick = `mallory${++liars}`
    const liar = await lyingMember(port, nick)
    tell(liar)
    await until(() => liar.isClosed)
    expect(liar.farewells).toEqual(['protocol-violation'])
    const isOut = new RegExp(`${nick} (left|is gone)`)
    await Promise.all([host.tells(isOut), ana.tells(isOut)])
    ana.type(`still here after ${nick}`)
    await host.says(`ana: still here after ${nick}\n`)
    host.type(`so am I after ${nick}`)
    await ana.says(`bob: so am I after ${nick}\n`)
  })
})
