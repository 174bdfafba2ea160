import {describe, expect, it} from 'vitest'
import {cuttableProxy, type CuttableProxy} from '../helpers/cuttable-proxy.js'
import {newHome} from '../helpers/device.js'
import {LiveChatctl, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {SampleFile, SampleTree, type Sample} from '../helpers/sample.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const parts = 20

/** A receiver, a sender, and the way between them. */
interface Pair {
  proxy: CuttableProxy
  inbox: string
  /** Resolves with what the receiver tells at the end. */
  received: () => Promise<Record<string, unknown>>
}

async function receiving(): Promise<Pair & {flags: string[]; code: string}> {
  const inbox = temporaryDirectory()
  const receiver = new LiveChatctl(['receive', '-p', '0', '--bind', '127.0.0.1', '--json', '--out', inbox])
  const listening = await receiver.event('listening')
  const proxy = await cuttableProxy(String(listening['port']))
  const flags = ['--to', `127.0.0.1:${proxy.port}`, '--json', '--compress', 'off']
  return {proxy, inbox, received: () => receiver.event('received'), flags, code: String(listening['code'])}
}

const ways = {
  'of `send-file` to `receive`': async ({path}: Sample): Promise<Pair> => {
    const {flags, code, ...pair} = await receiving()
    const sender = new LiveChatctl(['send-file', ...flags, path], {env: {CHATCTL_CODE: code}})
    return {...pair, received: () => sender.exit.then(pair.received)}
  },
  'of a host to a member': async ({path}: Sample): Promise<Pair> => {
    const {host, port} = await liveHost(['--json'])
    const proxy = await cuttableProxy(port)
    const member = liveMember(proxy.port, ['--json', '--accept', 'all'])
    await host.event('joined')
    host.type(JSON.stringify({file: path}))
    return {proxy, inbox: member.cwd, received: () => member.event('received')}
  },
}

const samples = {file: SampleFile, directory: SampleTree}

const cases = (Object.keys(samples) as (keyof typeof samples)[]).flatMap(kind =>
  (Object.keys(ways) as (keyof typeof ways)[]).map(between => [kind, between] as const),
)

describe('at each twentieth the line', () => {
  it.each(cases)('of a %s %s is reset: they go on by themselves', async (kind, between) => {
    const sample = new samples[kind](100_000_000)
    const {proxy, inbox, received} = await ways[between](sample)
    for (const place of sample.placesOf(parts)) {
      await proxy.whenPassed(place)
      proxy.reset()
    }
    expect(await received()).toMatchObject(sample.told)
    sample.expectFewAgain(proxy, parts - 1)
    await sample.expectIn(inbox)
  })

  it.each(Object.entries(samples))(
    'of a %s falls silent: the same command takes over from a sender believed to be there',
    async (_, Sample) => {
      const sample = new Sample(100_000_000)
      const {proxy, inbox, received, flags, code} = await receiving()
      const home = newHome()
      const send = (): LiveChatctl =>
        new LiveChatctl(['send-file', ...flags, sample.path], {home, env: {CHATCTL_CODE: code}})
      for (const place of sample.placesOf(parts)) {
        const sender = send()
        await proxy.whenPassed(place)
        proxy.silence()
        sender.kill('SIGKILL')
        await sender.exit
      }
      expect(await send().exit).toBe(0)
      expect(await received()).toMatchObject(sample.told)
      sample.expectFewAgain(proxy, parts - 1)
      await sample.expectIn(inbox)
    },
  )
})
