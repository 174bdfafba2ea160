import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import type {ChannelSink} from '../../src/session/receive-channel.js'
import {ReceiveWindow} from '../../src/session/window.js'
import {PartFile} from '../../src/transfer/part/part-file.js'
import {RateLimiter} from '../../src/transfer/pace/rate-limiter.js'
import {receiveBytes} from '../../src/transfer/receiver.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {failureOf} from '../helpers/transfer-pair.js'
import {eventLoopTurns, until} from '../helpers/until.js'

afterEach(() => vi.restoreAllMocks())

const lost = new ChatctlError('connection-lost', 'the line was cut')

/** A channel that a test fills by its sink; what is released is counted. */
function fakeChannel() {
  let released = 0
  let sink: ChannelSink | undefined
  const channel = {
    label: {transfer: 'a'.repeat(32)},
    receive: (given: ChannelSink) => (sink = given),
    release: (byteLength: number) => (released += byteLength),
    limitTo: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    window: new ReceiveWindow(),
    reset: (code: string) => expect.unreachable(code),
  }
  return {channel, released: () => released, sink: () => sink!}
}

describe('receiveBytes', () => {
  it('hoards few pieces, however small a peer cuts its bytes', async () => {
    const write = vi.spyOn(PartFile.prototype, 'write')
    const transfer = 'a'.repeat(32)
    const part = await PartFile.create({directory: temporaryDirectory(), name: 'a', transfer, bytes: null})
    const {channel, released, sink} = fakeChannel()
    const signal = new AbortController().signal
    const clock = new FakeClock()
    const known = {bytes: 50_000, maxBytes: undefined, clock, limiter: new RateLimiter(clock)}
    const received = receiveBytes(channel, part, {...known, signal, onReceived: () => undefined})
    const bytes = Buffer.from(Array.from({length: 50_000}, (_, index) => index % 251))
    for (let index = 0; index < bytes.length; index++) sink().bytes(bytes.subarray(index, index + 1))
    sink().end({sha256: createHash('sha256').update(bytes).digest('hex')})
    await received
    expect(released()).toBe(50_000)
    expect(readFileSync(await part.publish()).equals(bytes)).toBe(true)
    for (const [pieces] of write.mock.calls) expect(pieces.length).toBeLessThan(10)
  })

  it.each([
    ['that was lost', (sink: ChannelSink) => sink.failed(lost)],
    ['that has ended', (sink: ChannelSink) => sink.end({sha256: '0'.repeat(64)})],
  ])('writes what came over a channel %s, also when it has to stop', async (_, end) => {
    const {channel, sink} = fakeChannel()
    const [stop, clock, written] = [new AbortController(), new FakeClock(), [] as string[]]
    let endWrite: () => void = () => undefined
    const slowDisk = {
      write: async (pieces: Buffer[]) => {
        await new Promise<void>(resolve => (endWrite = resolve))
        written.push(...pieces.map(String))
      },
      digest: () => expect.unreachable('nobody asks for its digest'),
    }
    const known = {bytes: 8, maxBytes: undefined, clock, limiter: new RateLimiter(clock)}
    const received = receiveBytes(channel, slowDisk, {...known, signal: stop.signal, onReceived: () => undefined})
    const failure = failureOf(received)
    sink().bytes(Buffer.alloc(4, 'a'))
    sink().bytes(Buffer.alloc(4, 'b'))
    end(sink())
    stop.abort(lost)
    for (const whatCame of [['aaaa'], ['aaaa', 'bbbb']]) {
      endWrite()
      await until(() => written.length === whatCame.length)
      await eventLoopTurns(1)
    }
    expect(await failure).toBe(lost)
    expect(written).toEqual(['aaaa', 'bbbb'])
  })
})
