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
    reset: vi.fn<(code: string) => void>(),
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
    const received = receiveBytes(channel, part, {...known, signal, isKept: () => false, onReceived: () => undefined})
    const bytes = Buffer.from(Array.from({length: 50_000}, (_, index) => index % 251))
    for (let index = 0; index < bytes.length; index++) sink().bytes(bytes.subarray(index, index + 1))
    sink().end({sha256: createHash('sha256').update(bytes).digest('hex')})
    await received
    expect(channel.reset).not.toHaveBeenCalled()
    expect(released()).toBe(50_000)
    expect(readFileSync(await part.publish()).equals(bytes)).toBe(true)
    for (const [pieces] of write.mock.calls) expect(pieces.length).toBeLessThan(10)
  })

  it.each<[string, (sink: ChannelSink) => void, {resets: number}]>([
    ['that was lost', sink => sink.failed(lost), {resets: 0}],
    ['that has ended', sink => sink.end({sha256: '0'.repeat(64)}), {resets: 1}],
    ['that would bring more', () => undefined, {resets: 1}],
  ])('writes what came over a channel %s, also when it has to stop, and no more', async (_, end, {resets}) => {
    const {channel, sink, stop, failure, disk} = begin({isKept: true})
    sink().bytes(Buffer.alloc(4, 'a'))
    sink().bytes(Buffer.alloc(4, 'b'))
    end(sink())
    stop.abort(lost)
    sink().bytes(Buffer.alloc(4, 'c'))
    for (const whatCame of [['aaaa'], ['aaaa', 'bbbb']]) {
      disk.endWrite()
      await until(() => disk.written.length === whatCame.length)
      await eventLoopTurns(1)
    }
    expect(await failure).toBe(lost)
    expect(disk.written).toEqual(['aaaa', 'bbbb'])
    expect(channel.reset).toHaveBeenCalledTimes(resets)
  })

  it('waits for no write when it has to stop, and nobody has a use for what came', async () => {
    const {channel, sink, stop, failure, disk} = begin({isKept: false})
    sink().bytes(Buffer.alloc(4, 'a'))
    stop.abort(lost)
    expect(await failure).toBe(lost)
    expect(disk.written).toEqual([])
    expect(channel.reset).toHaveBeenCalledExactlyOnceWith('connection-lost')
  })
})

/** Receives 12 bytes for a disk that writes when it is told to. */
function begin({isKept}: {isKept: boolean}) {
  const {channel, sink} = fakeChannel()
  const [stop, clock, disk] = [new AbortController(), new FakeClock(), new SlowDisk()]
  const known = {bytes: 12, maxBytes: undefined, clock, limiter: new RateLimiter(clock)}
  const terms = {signal: stop.signal, isKept: () => isKept, onReceived: () => undefined}
  const failure = failureOf(receiveBytes(channel, disk, {...known, ...terms}))
  return {channel, sink, stop, failure, disk}
}

class SlowDisk {
  readonly written: string[] = []
  endWrite: () => void = () => undefined

  async write(pieces: Buffer[]): Promise<void> {
    await new Promise<void>(resolve => (this.endWrite = resolve))
    this.written.push(...pieces.map(String))
  }

  digest(): Promise<string> {
    return expect.unreachable('nobody asks for its digest')
  }
}
