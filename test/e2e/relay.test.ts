import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {keptParts, visibleFiles} from '../helpers/kept-parts.js'
import {newHome} from '../helpers/device.js'
import {code, type AnyEvent, type LiveChatctl} from '../helpers/live-chatctl.js'
import {liveRoomOf} from '../helpers/live-room.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {shared} from '../helpers/when-over.js'
import {until} from '../helpers/until.js'

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Everything that a process keeps on disk: where it runs, and at home. */
const disk = ({cwd, home}: LiveChatctl): string[] =>
  [cwd, home].flatMap(directory => readdirSync(directory, {recursive: true}).map(String)).sort()

/** A room of these members, all of whom know each other. */
const roomOf = (nicks: string[]) => liveRoomOf(nicks.map(nick => ({nick})))

/** Offers a file to somebody, slowly enough to be far from its end whatever a test does meanwhile. */
async function sendSlowly(from: LiveChatctl, to: LiveChatctl, nick: string, name: string): Promise<void> {
  const path = join(from.cwd, name)
  writeFileSync(path, randomBytes(20_000_000))
  from.type('/bwlimit 1M', JSON.stringify({file: path, to: nick}))
  const {transfer} = await to.event('offer', offer => offer['name'] === name)
  await to.event('progress', progress => progress['transfer'] === transfer)
}

describe('a file between two members of three', () => {
  const room = shared(async () => {
    const {host, port, members} = await roomOf(['ana', 'cem', 'dora'])
    const [ana, cem, dora] = members as [LiveChatctl, LiveChatctl, LiveChatctl]
    return {host, port, ana, cem, dora}
  })

  it('arrives while the third talks, and leaves nothing at the host', async () => {
    const {host, ana, cem, dora} = room()
    const before = disk(host)
    const bytes = randomBytes(20_000_000)
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
    const {ana, cem, dora} = room()
    const path = join(ana.cwd, 'both.bin')
    writeFileSync(path, randomBytes(20_000_000))
    const isOfBoth = ({name}: AnyEvent): boolean => name === 'both.bin'
    cem.kill('SIGSTOP')
    ana.type(JSON.stringify({file: path, to: 'cem'}), JSON.stringify({file: path, to: 'dora'}), 'and talk')
    await Promise.all([dora.event('received', isOfBoth), dora.event('message', ({text}) => text === 'and talk')])
    expect(cem.events.filter(({event}) => event === 'received').filter(isOfBoth)).toEqual([])
    cem.kill('SIGCONT')
    await cem.event('received', isOfBoth)
  })

  it('that its receiver gives up is cancelled for both, and the next one arrives', async () => {
    const {ana, cem} = room()
    await until(() => readdirSync(cem.cwd).every(name => !name.startsWith('.')))
    const filesBefore = readdirSync(cem.cwd)
    await sendSlowly(ana, cem, 'cem', 'given-up.bin')
    const {transfer} = await cem.event('offer', ({name}) => name === 'given-up.bin')
    cem.type(`/cancel ${String(transfer)}`)
    await Promise.all([ana, cem].map(end => end.event('cancelled', ({name}) => name === 'given-up.bin')))
    expect(readdirSync(cem.cwd)).toEqual(filesBefore)
    writeFileSync(join(ana.cwd, 'next.txt'), 'next')
    ana.type(JSON.stringify({file: join(ana.cwd, 'next.txt'), to: 'cem'}))
    await cem.event('received', ({name}) => name === 'next.txt')
    expect(readdirSync(cem.cwd).sort()).toEqual([...filesBefore, 'new_next.txt'].sort())
  })

  it('does not stand in the way of send-file, which still goes to the host', async () => {
    const {host, port} = room()
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'a.txt'), 'hello')
    const env = {CHATCTL_CODE: code, CHATCTL_HOME: newHome()}
    const {exitCode} = await runChatctl(['send-file', '--to', `127.0.0.1:${port}`, 'a.txt'], {cwd, env})
    expect(exitCode).toBe(0)
    expect(readFileSync(join(host.cwd, 'new_a.txt'), 'utf8')).toBe('hello')
  })
})

describe('a file between two members', () => {
  it('ends at one when the other is killed, receiver or sender; what came is kept, and the room goes on', async () => {
    const {host, members} = await roomOf(['ana', 'cem', 'dora'])
    const [ana, cem, dora] = members as [LiveChatctl, LiveChatctl, LiveChatctl]
    await sendSlowly(ana, cem, 'cem', 'to-cem.bin')
    cem.kill('SIGKILL')
    expect(await ana.event('failed')).toMatchObject({name: 'to-cem.bin'})
    dora.type('still here')
    await ana.event('message', ({text}) => text === 'still here')

    await sendSlowly(ana, dora, 'dora', 'to-dora.bin')
    ana.kill('SIGKILL')
    expect(await dora.event('failed')).toMatchObject({name: 'to-dora.bin', code: 'connection-lost'})
    expect(visibleFiles(dora.cwd)).toEqual([])
    expect(keptParts(dora.cwd)).toHaveLength(1)
    host.type('so am I')
    await dora.event('message', ({text}) => text === 'so am I')
  })

  it('ends with a clear word at both ends when the host is killed, and what came is kept', async () => {
    const {host, members} = await roomOf(['ana', 'cem'])
    const [ana, cem] = members as [LiveChatctl, LiveChatctl]
    await sendSlowly(ana, cem, 'cem', 'data.bin')
    host.kill('SIGKILL')
    for (const member of [ana, cem]) {
      expect(await member.event('failed')).toMatchObject({name: 'data.bin', code: 'connection-lost'})
    }
    expect(visibleFiles(cem.cwd)).toEqual([])
    expect(keptParts(cem.cwd)).toHaveLength(1)
  })
})
