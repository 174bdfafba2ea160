import {createHash} from 'node:crypto'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {Compression} from '../../../src/conversation.js'
import {ResumablePair} from '../../helpers/resumable-pair.js'
import {until} from '../../helpers/until.js'

const lines = Array.from(
  {length: 200_000},
  (_, line) =>
    `${line}: ${createHash('md5')
      .update(`${line % 5000}`)
      .digest('hex')}\n`,
)
const content = Buffer.from(lines.join(''))
const sha256 = createHash('sha256').update(content).digest('hex')

function paired() {
  const pair = new ResumablePair()
  const path = join(pair.directories.member, 'a.log')
  writeFileSync(path, content)
  return {pair, path, ...pair.begin()}
}

describe('a file that is compressed on its way', () => {
  it('arrives as it was, with the size and the digest that it has, and fewer bytes are sent', async () => {
    const {pair, path, host, member} = paired()
    const {delivered} = await member.desk.offer(path, {compression: 'on'})
    expect(await delivered).toMatchObject({bytes: content.length, sha256})
    await host.desk.idle()
    expect(host.events.at(-1)).toMatchObject({event: 'received', bytes: content.length, sha256})
    expect(readFileSync(join(host.directory, 'new_a.log')).equals(content)).toBe(true)
    expect(pair.sentBytes).toBeLessThan(content.length * 0.7)
  })

  it('tells its progress in bytes of the file, of which fewer have been sent', async () => {
    const {pair, path, member} = paired()
    const {delivered} = await member.desk.offer(path, {compression: 'on'})
    await until(() => pair.sentBytes > 1_500_000)
    const [transfer] = member.desk.transfers()
    expect(transfer!.moved).toBeGreaterThan(1_500_000)
    expect(transfer!.moved).toBeLessThanOrEqual(content.length)
    await delivered
  })

  it('goes on where its connection was cut', async () => {
    const {pair, path, host, member, line} = paired()
    line.cutAfter(1_500_000)
    const {delivered} = await member.desk.offer(path, {compression: 'on'})
    await until(() => !host.session.isAttached && !member.session.isAttached)
    pair.connect(host, member)
    const sent = await delivered
    expect(sent).toMatchObject({bytes: content.length, sha256})
    expect(sent.resumedFrom).toBeGreaterThan(1_500_000)
    expect(readFileSync(join(host.directory, 'new_a.log')).equals(content)).toBe(true)
  })

  it('goes as it is when nobody wants it otherwise, or when it is small', async () => {
    for (const [compression, bytes] of [
      ['off', content],
      ['auto', content.subarray(0, 1_000_000)],
    ] as const) {
      const {pair, path, host, member} = paired()
      writeFileSync(path, bytes)
      await (
        await member.desk.offer(path, {compression})
      ).delivered
      await host.desk.idle()
      expect(pair.sentBytes).toBeGreaterThan(bytes.length)
    }
  })

  it('goes without blocks when it is a small directory', async () => {
    const send = async (files: number, compression: Compression): Promise<number> => {
      const {pair, host, member} = paired()
      const directory = join(pair.directories.member, 'logs')
      mkdirSync(directory)
      for (let file = 0; file < files; file++) writeFileSync(join(directory, `${file}`), content.subarray(0, 60_000))
      await (
        await member.desk.offer(directory, {compression})
      ).delivered
      await host.desk.idle()
      return pair.sentBytes
    }
    expect(await send(15, 'auto')).toBe(await send(15, 'off'))
    expect(await send(20, 'auto')).not.toBe(await send(20, 'off'))
  })
})
