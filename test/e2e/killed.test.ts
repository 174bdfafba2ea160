import {createHash, randomBytes} from 'node:crypto'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {cuttableProxy, type CuttableProxy} from '../helpers/cuttable-proxy.js'
import {newHome} from '../helpers/device.js'
import {code, LiveChatctl} from '../helpers/live-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'

const size = 160_000_000
/** As fast as one may send: what is on its way at a time is less than a hundredth of the size then. */
const rate = '24M'
const placesOf = (parts: number): number[] =>
  Array.from({length: parts - 1}, (_, index) => (size * (index + 1)) / parts)

/** Thirty processes are started in turn: on a busy machine that takes minutes. */
const limitMs = 600_000

/** A device that receives, one that sends, and the way between them; their processes come and go. */
class Way {
  readonly inbox = temporaryDirectory()
  readonly #homes = {receiver: newHome(), sender: newHome()}
  #port = ''
  readonly #proxy: Promise<CuttableProxy> = cuttableProxy(() => this.#port)
  #receiver: LiveChatctl | undefined

  async sentBytes(): Promise<number> {
    return (await this.#proxy).passedBytes
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

/**
 * Kills both in turn, when so many bytes have been sent in all. A kill costs what was on its way, a window of the
 * connection, and what two processes say when they meet: no more than a hundredth of the size. Returns what the last
 * sender says, whom nobody kills.
 */
async function sendBetweenKills(path: string, places: number[]): Promise<{way: Way; result: Record<string, unknown>}> {
  const way = new Way()
  for (const [index, place] of places.entries())
    await way.sendUntil(path, place, index % 2 === 0 ? 'sender' : 'receiver')
  const last = await way.send(path)
  expect(await last.exit).toBe(0)
  expect(await way.sentBytes()).toBeLessThan(size + (places.length * size) / 100)
  const {files} = JSON.parse(last.stdout) as {files: Record<string, unknown>[]}
  expect(files[0]!['resumedFrom']).toBeGreaterThan(places.at(-1)! - (places.length * size) / 100)
  return {way, result: files[0]!}
}

function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

describe('a transfer whose sender and receiver are killed in turn', () => {
  it(
    'at each twentieth of a file goes on each time, and arrives whole',
    async () => {
      const path = join(temporaryDirectory(), 'a.bin')
      writeFileSync(path, randomBytes(size))
      const {way, result} = await sendBetweenKills(path, placesOf(20))
      expect(result).toMatchObject({bytes: size, sha256: sha256Of(path)})
      expect(sha256Of(join(way.inbox, 'new_a.bin'))).toBe(sha256Of(path))
      await until(() => readdirSync(way.inbox).length === 1)
      expect(readdirSync(way.inbox)).toEqual(['new_a.bin'])
    },
    limitMs,
  )

  it('at each tenth of a directory goes on each time, and arrives whole', async () => {
    const path = join(temporaryDirectory(), 'src')
    const names = Array.from({length: 1000}, (_, index) => `${index % 20}/${index}`)
    for (const name of names) {
      mkdirSync(join(path, name, '..'), {recursive: true})
      writeFileSync(join(path, name), randomBytes(30_000))
    }
    writeFileSync(join(path, '5/large'), randomBytes(size - names.length * 30_000))
    const {way, result} = await sendBetweenKills(path, placesOf(10))
    expect(result).toMatchObject({bytes: size, files: 1001})
    for (const name of [...names, '5/large'])
      expect(sha256Of(join(way.inbox, 'new_src', name)), name).toBe(sha256Of(join(path, name)))
    await until(() => readdirSync(way.inbox).length === 1)
    expect(readdirSync(way.inbox)).toEqual(['new_src'])
  })
})
