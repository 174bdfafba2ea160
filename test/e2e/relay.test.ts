import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, type LiveChatctl} from '../helpers/live-chatctl.js'
import {liveRoomOf} from '../helpers/live-room.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Everything that a process keeps on disk: where it runs, and at home. */
const disk = ({cwd, home}: LiveChatctl): string[] =>
  [cwd, home].flatMap(directory => readdirSync(directory, {recursive: true}).map(String)).sort()

/** A room of these members, all of whom know each other. */
const roomOf = (nicks: string[]) => liveRoomOf(nicks.map(nick => ({nick})))

describe('a file between two members of three', () => {
  it('arrives while the third talks, and leaves nothing at the host', async () => {
    const {host, members} = await roomOf(['ana', 'cem', 'dora'])
    const [ana, cem, dora] = members as [LiveChatctl, LiveChatctl, LiveChatctl]
    const before = disk(host)
    const bytes = randomBytes(50_000_000)
    const path = join(ana.cwd, 'data.bin')
    writeFileSync(path, bytes)
    ana.type(JSON.stringify({file: path, to: 'cem'}))
    await cem.event('offer', ({from}) => (from as {nick: string}).nick === 'ana')
    const lines = Array.from({length: 50}, (_, number) => `line ${number}`)
    dora.type(...lines)
    const [received] = await Promise.all([cem.event('received'), cem.event('message', ({text}) => text === 'line 49')])
    expect(received['sha256']).toBe(digest(bytes))
    expect(digest(readFileSync(join(cem.cwd, 'new_data.bin')))).toBe(digest(bytes))
    expect(await ana.event('sent')).toMatchObject({sha256: digest(bytes), bytes: bytes.length})
    expect(cem.events.filter(({event}) => event === 'message').map(({text}) => text)).toEqual(lines)
    expect(disk(host)).toEqual(before)
    expect(host.events.map(({event}) => event)).not.toContain('offer')
    expect(dora.events.map(({event}) => event)).not.toContain('offer')
  })

  it('does not wait for a receiver of another file who has stopped', async () => {
    const {members} = await roomOf(['ana', 'cem', 'dora'])
    const [ana, cem, dora] = members as [LiveChatctl, LiveChatctl, LiveChatctl]
    const path = join(ana.cwd, 'data.bin')
    writeFileSync(path, randomBytes(20_000_000))
    cem.kill('SIGSTOP')
    ana.type(JSON.stringify({file: path, to: 'cem'}), JSON.stringify({file: path, to: 'dora'}), 'and talk')
    await Promise.all([dora.event('received'), dora.event('message', ({text}) => text === 'and talk')])
    expect(cem.events.map(({event}) => event)).not.toContain('received')
    cem.kill('SIGCONT')
    await cem.event('received')
  })

  it('ends with a clear word at both ends when the host is killed, and keeps no part', async () => {
    const {host, members} = await roomOf(['ana', 'cem'])
    const [ana, cem] = members as [LiveChatctl, LiveChatctl]
    const path = join(ana.cwd, 'data.bin')
    writeFileSync(path, randomBytes(300_000_000))
    ana.type(JSON.stringify({file: path, to: 'cem'}))
    await cem.event('progress')
    host.kill('SIGKILL')
    for (const member of [ana, cem]) {
      expect(await member.event('failed')).toMatchObject({name: 'data.bin', code: 'connection-lost'})
    }
    expect(readdirSync(cem.cwd)).toEqual([])
  })
})

describe('a file between two members', () => {
  /** A file on its way from ana to cem, far from its end. */
  async function underWay() {
    const {host, members} = await roomOf(['ana', 'cem', 'dora'])
    const [ana, cem, dora] = members as [LiveChatctl, LiveChatctl, LiveChatctl]
    const path = join(ana.cwd, 'data.bin')
    writeFileSync(path, randomBytes(50_000_000))
    ana.type('/bwlimit 5M', JSON.stringify({file: path, to: 'cem'}))
    await cem.event('progress')
    return {host, ana, cem, dora}
  }

  it('whose sender is killed ends for its receiver, who keeps no part, and the room goes on', async () => {
    const {ana, cem, dora} = await underWay()
    ana.kill('SIGKILL')
    expect(await cem.event('failed')).toMatchObject({name: 'data.bin', code: 'connection-lost'})
    expect(readdirSync(cem.cwd)).toEqual([])
    dora.type('still here')
    await cem.event('message', ({text}) => text === 'still here')
  })

  it('whose receiver is killed ends for its sender, and the room goes on', async () => {
    const {ana, cem, dora} = await underWay()
    cem.kill('SIGKILL')
    expect(await ana.event('failed')).toMatchObject({name: 'data.bin'})
    dora.type('still here')
    await ana.event('message', ({text}) => text === 'still here')
  })

  it('that its receiver gives up is cancelled for both, and the next one arrives', async () => {
    const {ana, cem} = await underWay()
    cem.type('/cancel 1')
    await Promise.all([ana.event('cancelled'), cem.event('cancelled')])
    expect(readdirSync(cem.cwd)).toEqual([])
    writeFileSync(join(ana.cwd, 'next.txt'), 'next')
    ana.type(JSON.stringify({file: join(ana.cwd, 'next.txt'), to: 'cem'}))
    await cem.event('received')
    expect(readdirSync(cem.cwd)).toEqual(['new_next.txt'])
  })
})

describe('send-file --to HOST into a room of many', () => {
  it('still goes to the host', async () => {
    const {host, port} = await roomOf(['ana'])
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'a.txt'), 'hello')
    const env = {CHATCTL_CODE: code, CHATCTL_HOME: newHome()}
    const {exitCode} = await runChatctl(['send-file', '--to', `127.0.0.1:${port}`, 'a.txt'], {cwd, env})
    expect(exitCode).toBe(0)
    expect(readFileSync(join(host.cwd, 'new_a.txt'), 'utf8')).toBe('hello')
  })
})
