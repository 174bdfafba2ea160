import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {afterEach, describe, expect, it, vi} from 'vitest'
import type {ChannelSink} from '../../src/session/receive-channel.js'
import {ReceiveWindow} from '../../src/session/window.js'
import {PartFile} from '../../src/transfer/part/part-file.js'
import {RateLimiter} from '../../src/transfer/pace/rate-limiter.js'
import {receiveBytes} from '../../src/transfer/receiver.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

afterEach(() => vi.restoreAllMocks())

describe('receiveBytes', () => {
  it('hoards few pieces, however small a peer cuts its bytes', async () => {
    const write = vi.spyOn(PartFile.prototype, 'write')
    const transfer = 'a'.repeat(32)
    const part = await PartFile.create({directory: temporaryDirectory(), name: 'a', transfer, bytes: null})
    let released = 0
    let sink: ChannelSink | undefined
    const channel = {
      label: {transfer},
      receive: (given: ChannelSink) => (sink = given),
      release: (byteLength: number) => (released += byteLength),
      limitTo: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      window: new ReceiveWindow(),
      reset: (code: string) => expect.unreachable(code),
    }
    const signal = new AbortController().signal
    const clock = new FakeClock()
    const known = {bytes: 50_000, maxBytes: undefined, clock, limiter: new RateLimiter(clock)}
    const received = receiveBytes(channel, part, {...known, signal, onReceived: () => undefined})
    const bytes = Buffer.from(Array.from({length: 50_000}, (_, index) => index % 251))
    for (let index = 0; index < bytes.length; index++) sink!.bytes(bytes.subarray(index, index + 1))
    sink!.end({sha256: createHash('sha256').update(bytes).digest('hex')})
    await received
    expect(released).toBe(50_000)
    expect(readFileSync(await part.publish()).equals(bytes)).toBe(true)
    for (const [pieces] of write.mock.calls) expect(pieces.length).toBeLessThan(10)
  })
})
