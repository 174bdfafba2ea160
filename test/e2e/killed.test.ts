import {describe, expect, it} from 'vitest'
import {cuttableProxy, type CuttableProxy} from '../helpers/cuttable-proxy.js'
import {newHome} from '../helpers/device.js'
import {code, LiveChatctl} from '../helpers/live-chatctl.js'
import {SampleFile, SampleTree, type Sample} from '../helpers/sample.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const parts = 20
/** As fast as one may send: what is on its way at a time is less than a hundredth of the size then. */
const rate = '24M'
/** Thirty processes are started in turn: on a busy machine that takes minutes. */
const limitMs = 600_000

/** A device that receives, one that sends, and the way between them; their processes come and go. */
class Way {
  readonly inbox = temporaryDirectory()
  readonly #homes = {receiver: newHome(), sender: newHome()}
  #port = ''
  readonly #proxy: Promise<CuttableProxy> = cuttableProxy(() => this.#port)
  #receiver: LiveChatctl | undefined

  get proxy(): Promise<CuttableProxy> {
    return this.#proxy
  }

  async #receive(): Promise<LiveChatctl> {
    const argv = ['receive', '--keep', '-p', '0', '--bind', '127.0.0.1', '--json', '--out', this.inbox]
    const receiver = new LiveChatctl(argv, {home: this.#homes.receiver, env: {CHATCTL_CODE: code}})
    this.#port = String((await receiver.event('listening'))['port'])
    return receiver
  }

  async send(path: string): Promise<LiveChatctl> {
    this.#receiver ??= await this.#receive()
    const {port} = await this.#proxy
    const argv = ['send-file', '--to', '127.0.0.1', '-p', port, '--json', '--compress', 'off', '--bwlimit', rate, path]
    return new LiveChatctl(argv, {home: this.#homes.sender, env: {CHATCTL_CODE: code}})
  }

  /** Sends until so much has been sent in all, and kills one of the two processes then. */
  async sendUntil(path: string, bytes: number, victim: 'sender' | 'receiver'): Promise<void> {
    const sender = await this.send(path)
    await (await this.#proxy).whenPassed(bytes)
    const killed = victim === 'sender' ? sender : this.#receiver!
    killed.kill('SIGKILL')
    await killed.exit
    if (victim === 'sender') return
    // It would look for its receiver for a while.
    sender.kill('SIGKILL')
    await sender.exit
    this.#receiver = undefined
  }
}

/** Kills both in turn, at each part of what is sent. Returns what the last sender says, whom nobody kills. */
async function sendBetweenKills(sample: Sample): Promise<{way: Way; result: Record<string, unknown>}> {
  const way = new Way()
  const places = sample.placesOf(parts)
  for (const [index, place] of places.entries())
    await way.sendUntil(sample.path, place, index % 2 === 0 ? 'sender' : 'receiver')
  const last = await way.send(sample.path)
  expect(await last.exit).toBe(0)
  sample.expectFewAgain(await way.proxy, places.length)
  const {files} = JSON.parse(last.stdout) as {files: Record<string, unknown>[]}
  expect(files[0]!['resumedFrom']).toBeGreaterThan(places.at(-1)! - (places.length * sample.bytes) / 100)
  return {way, result: files[0]!}
}

describe('a transfer whose sender and receiver are killed in turn', () => {
  it.each(Object.entries({file: SampleFile, directory: SampleTree}))(
    'at each twentieth of a %s goes on each time, and arrives whole',
    async (_, Sample) => {
      const sample = new Sample(160_000_000)
      const {way, result} = await sendBetweenKills(sample)
      expect(result).toMatchObject(sample.told)
      await sample.expectIn(way.inbox)
    },
    limitMs,
  )
})
