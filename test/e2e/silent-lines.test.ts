import {expect, it} from 'vitest'
import {cuttableProxy} from '../helpers/cuttable-proxy.js'
import {code, LiveChatctl, liveHost, liveMember, type AnyEvent, type LiveRoom} from '../helpers/live-chatctl.js'
import {SampleFile} from '../helpers/sample.js'

/** At each of their ends but the last a line falls silent. */
const parts = 5

/** Who sends: returns what resolves when all of it has arrived. */
const senders = [
  async ({host}: LiveRoom, line: string, {path}: SampleFile): Promise<() => Promise<AnyEvent>> => {
    const member = liveMember(line, ['--json', '--accept', 'all', '--nick', `guest-${line}`])
    await host.event('joined', ({member}) => (member as {nick: string}).nick === `guest-${line}`)
    host.type(JSON.stringify({file: path, to: `guest-${line}`}))
    return () => member.event('received')
  },
  ({host}: LiveRoom, line: string, {path, sha256}: SampleFile): Promise<() => Promise<AnyEvent>> => {
    const argv = ['send-file', '--to', `127.0.0.1:${line}`, '--compress', 'off', path]
    new LiveChatctl(argv, {env: {CHATCTL_CODE: code}})
    return Promise.resolve(() => host.event('received', received => received['sha256'] === sha256))
  },
]

it('lines that fall silent are made again when their ends have noticed it, and each file goes on', async () => {
  const room = await liveHost(['--json', '--accept', 'all'])
  const begin = async (place: number, index: number): Promise<() => Promise<void>> => {
    const [sample, proxy] = [new SampleFile(200_000_000), await cuttableProxy(room.port)]
    const received = await senders[index % senders.length]!(room, proxy.port, sample)
    await proxy.whenPassed((sample.bytes * place) / parts)
    proxy.silence()
    return async () => {
      const {path, resumedFrom} = await received()
      expect(resumedFrom).toBeGreaterThan(0)
      sample.expectAt(String(path))
      sample.expectFewAgain(proxy, 1)
    }
  }
  const places = Array.from({length: parts - 1}, (_, index) => index + 1)
  for (const arrive of await Promise.all(places.map(begin))) await arrive()
})
