import {createHash, randomBytes} from 'node:crypto'
import {existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {cuttableProxy, type CuttableProxy} from '../helpers/cuttable-proxy.js'
import type {AnyEvent, LiveChatctl} from '../helpers/live-chatctl.js'
import {liveRoomOf} from '../helpers/live-room.js'
import {until} from '../helpers/until.js'
import {shared} from '../helpers/when-over.js'

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const bytes = randomBytes(8_000_000)

/** A host, ana and cem, each behind a proxy of their own, and dora. */
const room = shared(async () => {
  const proxies: CuttableProxy[] = []
  const by = async (port: string): Promise<string> => proxies[proxies.push(await cuttableProxy(port)) - 1]!.port
  const {host, members} = await liveRoomOf([{nick: 'ana', by}, {nick: 'cem', by}, {nick: 'dora'}])
  const [ana, cem, dora] = members as [LiveChatctl, LiveChatctl, LiveChatctl]
  const [toAna, toCem] = proxies as [CuttableProxy, CuttableProxy]
  return {host, ana, cem, dora, toAna, toCem}
})

let scenes = 0

/** A file of ana, whose name no other has, is on its way to cem, and far from its end whatever a test does meanwhile. */
async function underWay() {
  const {ana, cem, ...others} = room()
  const name = `data-${++scenes}.bin`
  const path = join(ana.cwd, name)
  writeFileSync(path, bytes)
  for (const file of readdirSync(cem.cwd)) rmSync(join(cem.cwd, file))
  const socketsBefore = socketsOf(others.host)
  ana.type('/bwlimit 1M', JSON.stringify({file: path, to: 'cem'}))
  const {transfer} = await cem.event('offer', offer => offer['name'] === name)
  await cem.event('progress', progress => progress['transfer'] === transfer)
  const isOfIt = (event: AnyEvent): boolean => event['name'] === name
  return {...others, ana, cem, name, path, isOfIt, socketsBefore}
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

/** Expects that a file that is on its way goes on from where it stopped, and that nobody has lost anything by it. */
async function expectTheRest({host, ana, cem, name, isOfIt, socketsBefore}: Scene): Promise<void> {
  const goesOn = ({code, message}: AnyEvent): boolean => code === 'resumed' && String(message).includes(name)
  for (const end of [ana, cem]) await end.event('notice', goesOn)
  ana.type(`ana, after ${name}`, '/bwlimit 1G')
  cem.type(`cem, after ${name}`)
  await Promise.all([
    cem.event('message', ({text}) => text === `ana, after ${name}`),
    ana.event('message', ({text}) => text === `cem, after ${name}`),
  ])
  const received = await cem.event('received', isOfIt)
  expect(received).toMatchObject({sha256: digest(bytes)})
  expect(received['resumedFrom']).toBeGreaterThan(0)
  await ana.event('sent', isOfIt)
  expect(digest(readFileSync(join(cem.cwd, `new_${name}`)))).toBe(digest(bytes))
  await until(() => readdirSync(cem.cwd).length === 1)
  expect(readdirSync(cem.cwd)).toEqual([`new_${name}`])
  expect(readdirSync(host.cwd)).toEqual([])
  expect([ana, cem].flatMap(({events}) => events.filter(({event}) => event === 'failed').filter(isOfIt))).toEqual([])
  expect(host.events.filter(({event}) => event === 'left')).toEqual([])
  await until(() => socketsOf(host) === socketsBefore)
}

const count = ({events}: LiveChatctl, kind: string): number => events.filter(({event}) => event === kind).length

describe('a relay whose connection is reset', () => {
  it.each([
    ['towards the sender', ['toAna']],
    ['towards the receiver', ['toCem']],
    ['on both sides at once', ['toAna', 'toCem']],
  ] as const)('%s goes on at both ends when they are back', async (_, proxies) => {
    const scene = await underWay()
    for (const proxy of proxies) scene[proxy].cut()
    for (const proxy of proxies) scene[proxy].mend()
    await expectTheRest(scene)
  })

  it.each([
    ['the sender', 'toAna', 'ana'],
    ['the receiver', 'toCem', 'cem'],
  ] as const)('at %s only, who comes back before the host knows, goes on as well', async (_, proxy, nick) => {
    const scene = await underWay()
    const returnsBefore = count(scene[nick], 'reconnected')
    scene[proxy].cutUnheard()
    await scene[nick].sees(() => count(scene[nick], 'reconnected') > returnsBefore)
    await expectTheRest(scene)
  })
})

describe('a relay whose connection is silent for a while', () => {
  it.each([
    ['towards the sender', 'toAna'],
    ['towards the receiver', 'toCem'],
  ] as const)('%s stands still while everyone else goes on, and then goes on itself', async (_, proxy) => {
    const scene = await underWay()
    const {host, ana, cem, dora, name, isOfIt} = scene
    const lossesBefore = [ana, cem].map(end => count(end, 'reconnecting'))
    scene[proxy].freeze()
    const other = join(dora.cwd, `beside-${name}`)
    const question = `is anybody there beside ${name}?`
    writeFileSync(other, 'brief')
    dora.type(question, JSON.stringify({file: other, to: 'bob'}))
    await host.event('message', ({text}) => text === question)
    await host.event('received', received => received['name'] === `beside-${name}`)
    rmSync(join(host.cwd, `new_beside-${name}`))
    expect(readdirSync(cem.cwd).filter(file => !file.startsWith('.'))).toEqual([])
    scene[proxy].thaw()
    ana.type('/bwlimit 1G')
    expect(await cem.event('received', isOfIt)).toMatchObject({sha256: digest(bytes)})
    await ana.event('sent', isOfIt)
    await cem.event('message', ({text}) => text === question)
    expect([ana, cem].map(end => count(end, 'reconnecting'))).toEqual(lossesBefore)
  })
})

describe('a relay whose receiver is stopped under way', () => {
  it('stands still while its sender serves others, and goes on to the end when the receiver does', async () => {
    const {ana, cem, dora, name, path, isOfIt} = await underWay()
    cem.kill('SIGSTOP')
    ana.type('/bwlimit 1G', JSON.stringify({file: path, to: 'dora'}), 'and talk')
    await dora.event('message', ({text}) => text === 'and talk')
    expect(await dora.event('received', isOfIt)).toMatchObject({sha256: digest(bytes)})
    const {transfer} = await ana.event('sent', isOfIt)
    expect(ana.events.filter(({event}) => event === 'sent').filter(isOfIt)).toHaveLength(1)
    cem.kill('SIGCONT')
    expect(await cem.event('received', isOfIt)).toMatchObject({sha256: digest(bytes)})
    await ana.event('sent', sent => isOfIt(sent) && sent['transfer'] !== transfer)
    await until(() => readdirSync(cem.cwd).length === 1)
    expect(readdirSync(cem.cwd)).toEqual([`new_${name}`])
  })
})
