import {createHash, randomBytes} from 'node:crypto'
import {existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {cuttableProxy, type CuttableProxy} from '../helpers/cuttable-proxy.js'
import type {LiveChatctl} from '../helpers/live-chatctl.js'
import {liveRoomOf} from '../helpers/live-room.js'
import {until} from '../helpers/until.js'

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const bytes = randomBytes(20_000_000)

/** A host, ana and cem, each behind a proxy of their own, and dora; a file of ana is on its way to cem. */
async function underWay() {
  const proxies: CuttableProxy[] = []
  const by = async (port: string): Promise<string> => proxies[proxies.push(await cuttableProxy(port)) - 1]!.port
  const room = await liveRoomOf([{nick: 'ana', by}, {nick: 'cem', by}, {nick: 'dora'}])
  const [ana, cem, dora] = room.members as [LiveChatctl, LiveChatctl, LiveChatctl]
  const socketsBefore = socketsOf(room.host)
  const path = join(ana.cwd, 'data.bin')
  writeFileSync(path, bytes)
  ana.type('/bwlimit 5M', JSON.stringify({file: path, to: 'cem'}))
  await cem.event('progress')
  const [toAna, toCem] = proxies as [CuttableProxy, CuttableProxy]
  return {host: room.host, ana, cem, dora, toAna, toCem, path, socketsBefore}
}

/** How many sockets a process has open; none where the system does not list them. */
function socketsOf({pid}: LiveChatctl): number {
  const directory = `/proc/${pid}/fd`
  if (!existsSync(directory)) return 0
  return readdirSync(directory).filter(name => linkOf(join(directory, name)).startsWith('socket:')).length
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return 'closed since it was listed'
  }
}

type Scene = Awaited<ReturnType<typeof underWay>>

/** Expects that a file that is on its way ends at both ends, and that nobody has lost anything else by it. */
async function expectEndAndAnother({host, ana, cem, path, socketsBefore}: Scene): Promise<void> {
  for (const end of [ana, cem]) {
    expect(await end.event('failed')).toMatchObject({transfer: 1, name: 'data.bin', code: 'connection-lost'})
  }
  expect(readdirSync(cem.cwd)).toEqual([])
  ana.type('from ana', '/bwlimit 1G', JSON.stringify({file: path, to: 'cem'}))
  cem.type('from cem')
  await Promise.all([
    cem.event('message', ({text}) => text === 'from ana'),
    ana.event('message', ({text}) => text === 'from cem'),
  ])
  expect(await cem.event('received')).toMatchObject({transfer: 2, sha256: digest(bytes)})
  expect(await ana.event('sent')).toMatchObject({transfer: 2})
  expect(digest(readFileSync(join(cem.cwd, 'new_data.bin')))).toBe(digest(bytes))
  expect(readdirSync(cem.cwd)).toEqual(['new_data.bin'])
  expect(readdirSync(host.cwd)).toEqual([])
  expect(host.events.filter(({event}) => event === 'left')).toEqual([])
  await until(() => socketsOf(host) === socketsBefore)
}

describe('a relay whose connection is reset', () => {
  it.each([
    ['towards the sender', ['toAna']],
    ['towards the receiver', ['toCem']],
    ['on both sides at once', ['toAna', 'toCem']],
  ] as const)('%s ends for both, who come back, and the same file arrives', async (_, proxies) => {
    const scene = await underWay()
    for (const proxy of proxies) scene[proxy].cut()
    for (const proxy of proxies) scene[proxy].mend()
    await expectEndAndAnother(scene)
  })

  it.each([
    ['the sender', 'toAna', 'ana'],
    ['the receiver', 'toCem', 'cem'],
  ] as const)('at %s only, who comes back before the host knows, ends for both as well', async (_, proxy, nick) => {
    const scene = await underWay()
    scene[proxy].cutUnheard()
    await scene[nick].event('reconnected')
    await expectEndAndAnother(scene)
  })
})

describe('a relay whose connection is silent for a while', () => {
  it.each([
    ['towards the sender', 'toAna'],
    ['towards the receiver', 'toCem'],
  ] as const)('%s stands still while everyone else goes on, and then goes on itself', async (_, proxy) => {
    const scene = await underWay()
    const {host, ana, cem, dora} = scene
    scene[proxy].freeze()
    const other = join(dora.cwd, 'other.txt')
    writeFileSync(other, 'brief')
    dora.type('is anybody there?', JSON.stringify({file: other, to: 'bob'}))
    await host.event('message', ({text}) => text === 'is anybody there?')
    await host.event('received', ({name}) => name === 'other.txt')
    expect(readdirSync(cem.cwd).filter(name => !name.startsWith('.'))).toEqual([])
    scene[proxy].thaw()
    ana.type('/bwlimit 1G')
    expect(await cem.event('received')).toMatchObject({transfer: 1, sha256: digest(bytes)})
    await ana.event('sent')
    await cem.event('message', ({text}) => text === 'is anybody there?')
    for (const {events} of [ana, cem]) expect(events.map(({event}) => event)).not.toContain('reconnecting')
  })
})

describe('a relay whose receiver is stopped under way', () => {
  it('stands still while its sender serves others, and goes on to the end when the receiver does', async () => {
    const {ana, cem, dora, path} = await underWay()
    cem.kill('SIGSTOP')
    ana.type('/bwlimit 1G', JSON.stringify({file: path, to: 'dora'}), 'and talk')
    await dora.event('message', ({text}) => text === 'and talk')
    expect(await dora.event('received')).toMatchObject({sha256: digest(bytes)})
    await ana.event('sent')
    expect(ana.events.filter(({event}) => event === 'sent')).toMatchObject([{transfer: 2}])
    cem.kill('SIGCONT')
    expect(await cem.event('received')).toMatchObject({transfer: 1, sha256: digest(bytes)})
    await ana.event('sent', ({transfer}) => transfer === 1)
    expect(readdirSync(cem.cwd)).toEqual(['new_data.bin'])
  })
})
