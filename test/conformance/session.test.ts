import {createHash, randomBytes} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {maxOpenChannels} from '../../src/session/channels.js'
import type {ReceiveChannel} from '../../src/session/receive-channel.js'
import {memoryPair} from '../../src/transport/memory-pair.js'
import {attachBoth, TestSession} from '../helpers/test-session.js'
import {transportKinds} from '../helpers/transport-pairs.js'

const label = {transfer: '0'.repeat(32)}
const trailer = {sha256: 'a'.repeat(64)}

/** Takes everything of a channel at once; resolves with its bytes. */
function readAll(channel: ReceiveChannel): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    channel.receive({
      bytes: piece => {
        pieces.push(Buffer.from(piece))
        channel.release(piece.length)
      },
      end: () => resolve(Buffer.concat(pieces)),
      failed: reject,
    })
  })
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

for (const [kind, makePair] of Object.entries(transportKinds)) {
  for (const direction of ['joiner to host', 'host to joiner'] as const) {
    describe(`a session over ${kind}, ${direction}`, () => {
      async function start() {
        const host = new TestSession('host')
        const joiner = new TestSession('joiner')
        const pair = await makePair()
        attachBoth(host, joiner, pair)
        const [from, to] = direction === 'joiner to host' ? [joiner, host] : [host, joiner]
        return {from, to, host, joiner, pair}
      }

      it('delivers messages in order and acknowledges them', async () => {
        const {from, to, pair} = await start()
        const texts = Array.from({length: 1000}, (_, number) => `message ${number}`)
        for (const text of texts) from.say(text)
        await from.session.acknowledged()
        expect(to.texts).toEqual(texts)
        pair.cut()
      })

      it('delivers a message of 65,536 bytes, whatever they are', async () => {
        const {from, to, pair} = await start()
        const texts = ['\u0001'.repeat(65_536), '😀'.repeat(16_384), 'a'.repeat(65_536)]
        for (const text of texts) from.say(text)
        await from.session.acknowledged()
        expect(to.texts).toEqual(texts)
        pair.cut()
      })

      it('carries the bytes of several channels at once, and talk between them', async () => {
        const {from, to, pair} = await start()
        const files = [0, 1, 65_535, 65_536, 65_537, 3_000_000].map(size => randomBytes(size))
        const received: Promise<Buffer>[] = []
        to.onChannel = channel => received.push(readAll(channel))
        await Promise.all(
          files.map(async bytes => {
            const channel = from.session.openChannel(label)
            await channel.write(bytes)
            from.say('between')
            await channel.end(trailer)
          }),
        )
        await to.until(() => to.channels.length === files.length)
        const arrived = await Promise.all(received)
        expect(arrived.map(digest).sort()).toEqual(files.map(digest).sort())
        await from.session.acknowledged()
        expect(to.texts).toHaveLength(files.length)
        pair.cut()
      })

      it('sends nothing into a channel before its receiver takes it', async () => {
        const {from, to, pair} = await start()
        const channel = from.session.openChannel(label)
        let hasLeft = false
        const written = channel.write(Buffer.alloc(1)).then(() => (hasLeft = true))
        await to.until(() => to.channels.length === 1)
        from.say('after')
        await from.session.acknowledged()
        expect(hasLeft).toBe(false)
        const received = readAll(to.channels[0]!)
        await written
        await channel.end(trailer)
        expect(await received).toHaveLength(1)
        pair.cut()
      })

      it('holds up only the channel whose receiver stands still', async () => {
        const {from, to, pair} = await start()
        const stuck = from.session.openChannel({transfer: '1'.repeat(32)})
        void stuck.write(Buffer.alloc(20_000_000)).catch(() => undefined)
        await to.until(() => to.channels.length === 1)
        to.channels[0]!.receive({bytes: () => undefined, end: () => undefined, failed: () => undefined})
        to.onChannel = channel => void readAll(channel).then(bytes => (received = bytes))
        let received: Buffer | undefined
        const other = from.session.openChannel(label)
        await other.write(Buffer.alloc(2_000_000, 7))
        await other.end(trailer)
        from.say('and talk')
        await to.until(() => to.texts.length === 1)
        await from.session.acknowledged()
        expect(received).toHaveLength(2_000_000)
        pair.cut()
      })

      it('tells the sender when the receiver resets a channel, and goes on', async () => {
        const {from, to, pair} = await start()
        to.onChannel = channel => {
          channel.receive({bytes: () => channel.reset('no-room'), end: () => undefined, failed: () => undefined})
        }
        const channel = from.session.openChannel(label)
        await expect(channel.write(Buffer.alloc(5_000_000))).rejects.toMatchObject({reset: 'no-room'})
        await expect(channel.write(Buffer.alloc(1))).rejects.toMatchObject({reset: 'no-room'})
        from.say('still here')
        await from.session.acknowledged()
        expect(to.texts).toEqual(['still here'])
        pair.cut()
      })

      it('tells the receiver when the sender resets a channel', async () => {
        const {from, to, pair} = await start()
        const failed = new Promise(resolve => {
          to.onChannel = channel => {
            channel.receive({bytes: () => undefined, end: () => undefined, failed: resolve})
          }
        })
        const channel = from.session.openChannel(label)
        await channel.write(Buffer.alloc(10))
        channel.reset('cancelled')
        expect(await failed).toMatchObject({code: 'cancelled', reset: 'cancelled'})
        pair.cut()
      })

      it('says why when it is closed, and the other side hears it', async () => {
        const {from, to} = await start()
        from.session.close('bye')
        await to.until(() => to.ended !== undefined)
        expect(to.ended).toMatchObject({by: 'peer', code: 'bye'})
        expect(from.ended).toMatchObject({by: 'self', code: 'bye'})
        expect(to.detachments).toEqual([])
      })

      it('is detached by a cut, and delivers what was said in between once it is attached again', async () => {
        const {from, to, host, joiner, pair} = await start()
        from.say('before')
        await from.session.acknowledged()
        pair.cut()
        await from.until(() => from.detachments.length === 1)
        await to.until(() => to.detachments.length === 1)
        from.say('while away')
        attachBoth(host, joiner, await makePair())
        await from.session.acknowledged()
        expect(to.texts).toEqual(['before', 'while away'])
      })

      it('ends the channels of a connection that is cut', async () => {
        const {from, to, pair} = await start()
        const failed = new Promise(resolve => {
          to.onChannel = channel => channel.receive({bytes: () => pair.cut(), end: () => undefined, failed: resolve})
        })
        const channel = from.session.openChannel(label)
        await expect(channel.write(Buffer.alloc(9_000_000))).rejects.toMatchObject({code: 'connection-lost'})
        expect(await failed).toMatchObject({code: 'connection-lost'})
      })
    })
  }
}

describe('a session', () => {
  it('loses nothing and doubles nothing, however often and wherever its connections are cut', async () => {
    const action = fc.oneof(
      {weight: 6, arbitrary: fc.record({does: fc.constantFrom('host says', 'joiner says'), size: fc.nat(200_000)})},
      {weight: 2, arbitrary: fc.record({does: fc.constant('cut'), size: fc.nat(6)})},
      {weight: 3, arbitrary: fc.record({does: fc.constant('turn'), size: fc.nat(12)})},
    )
    await fc.assert(
      fc.asyncProperty(fc.array(action, {maxLength: 40}), fc.integer({min: 1, max: 70_000}), async (actions, piece) => {
        const host = new TestSession('host')
        const joiner = new TestSession('joiner')
        const split = (bytes: Buffer): Buffer[] =>
          Array.from({length: Math.ceil(bytes.length / piece)}, (_, index) =>
            bytes.subarray(index * piece, (index + 1) * piece),
          )
        const connect = () => {
          const pair = memoryPair(piece < 1000 ? undefined : split)
          attachBoth(host, joiner, {host: pair.a, joiner: pair.b})
          return pair
        }
        let pair = connect()
        const said = {host: [] as string[], joiner: [] as string[]}
        for (const [number, {does, size}] of actions.entries()) {
          const text = `${number} ${'x'.repeat(Math.min(size, 65_000))}`
          if (does === 'host says') said.host.push(text)
          if (does === 'host says') host.say(text)
          if (does === 'joiner says') said.joiner.push(text)
          if (does === 'joiner says') joiner.say(text)
          if (does === 'turn') for (let turn = 0; turn < size; turn++) await Promise.resolve()
          if (does !== 'cut') continue
          pair.cut()
          await host.until(() => !host.session.isAttached)
          await joiner.until(() => !joiner.session.isAttached)
          pair = connect()
        }
        await Promise.all([host.session.acknowledged(), joiner.session.acknowledged()])
        expect(joiner.texts).toEqual(said.host)
        expect(host.texts).toEqual(said.joiner)
        pair.cut()
      }),
      {numRuns: 100},
    )
  })

  it('goes over to a newer connection at once, even while the earlier one lives', async () => {
    const host = new TestSession('host')
    const joiner = new TestSession('joiner')
    const first = memoryPair()
    attachBoth(host, joiner, {host: first.a, joiner: first.b})
    joiner.say('one')
    const second = memoryPair()
    attachBoth(host, joiner, {host: second.a, joiner: second.b})
    joiner.say('two')
    await joiner.session.acknowledged()
    expect(host.texts).toEqual(['one', 'two'])
    expect(host.ended).toBeUndefined()
  })

  it('ends as slow when more waits for the peer than it may', async () => {
    const session = new TestSession('host')
    const text = 'x'.repeat(60_000)
    while (session.ended === undefined) session.say(text)
    expect(session.ended).toMatchObject({by: 'self', code: 'slow'})
    await expect(session.session.acknowledged()).rejects.toThrow('does not read')
  })

  it('resets the channel that is one too many, and keeps the others', async () => {
    const host = new TestSession('host')
    const joiner = new TestSession('joiner')
    const pair = memoryPair()
    attachBoth(host, joiner, {host: pair.a, joiner: pair.b})
    const channels = Array.from({length: maxOpenChannels + 1}, () => joiner.session.openChannel(label))
    await expect(channels.at(-1)!.write(Buffer.alloc(1))).rejects.toMatchObject({reset: 'too-many'})
    expect(host.channels).toHaveLength(maxOpenChannels)
    const received = readAll(host.channels[0]!)
    await channels[0]!.write(Buffer.from('first'))
    await channels[0]!.end(trailer)
    expect(String(await received)).toBe('first')
  })
})
