import type * as crypto from 'node:crypto'
import {readFileSync} from 'node:fs'
import {describe, expect, it, vi} from 'vitest'
import type * as v from 'valibot'
import {FrameDecoder} from '../../src/protocol/frame-decoder.js'
import {encodeFrame, encodeJson} from '../../src/protocol/frame-encoder.js'
import {frameRules, headerBytes, type FrameHeader, type FrameName} from '../../src/protocol/frame.js'
import {decodeJson} from '../../src/protocol/json.js'
import {hostMessage, memberMessage} from '../../src/protocol/messages.js'
import {attach, attached, channelLabel, channelTrailer, goaway, hello} from '../../src/protocol/payloads.js'
import type {Role} from '../../src/session/channels.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {secureMemoryPair} from '../helpers/admission.js'
import {eventLoopTurns, until} from '../helpers/until.js'
import {Ana, Bob, fixedRandom, fixedValues, happenings} from './scene.js'
import {
  bytesOf,
  formatTranscript,
  parseTranscript,
  readFrame,
  type RecordedFrame,
  type RecordedStep,
  type RecordedWrite,
} from './transcript.js'

const random = vi.hoisted(() => ({next: [] as Buffer[]}))

vi.mock('node:crypto', async importOriginal => {
  const original = await importOriginal<typeof crypto>()
  return {...original, randomBytes: (size: number) => random.next.shift() ?? original.randomBytes(size)}
})

const fixture = new URL('../fixtures/transcript.txt', import.meta.url)
const {joiner: ofJoiner, host: ofHost} = fixedRandom

/** Plays the conversation between two ends of ours, and notes what they write. */
async function record(): Promise<RecordedStep[]> {
  random.next = [ofJoiner.joinerScalar, ofHost.hostScalar, ofHost.session, ofHost.token, ofJoiner.transfer]
  const pair = secureMemoryPair()
  let writes: RecordedWrite[] = []
  noteWrites(pair.joiner, bytes => writes.push({from: 'joiner', frames: framesOf(bytes)}))
  noteWrites(pair.host, bytes => writes.push({from: 'host', frames: framesOf(bytes)}))
  const [ana, bob] = [new Ana(pair.joiner), new Bob(pair.host)]
  const steps: RecordedStep[] = []
  for (const {title, joiner, host} of happenings) {
    await Promise.all([joiner?.(ana), host?.(bob)])
    await eventLoopTurns(10)
    steps.push({title, writes})
    writes = []
  }
  return steps
}

function noteWrites(transport: SecureTransport, note: (bytes: Buffer) => void): void {
  const write = transport.write.bind(transport)
  transport.write = (buffers, onFlushed) => {
    note(Buffer.concat(buffers))
    write(buffers, onFlushed)
  }
}

function framesOf(bytes: Buffer): RecordedFrame[] {
  const frames: RecordedFrame[] = []
  for (let rest = bytes; rest.length > 0; rest = rest.subarray(frames.at(-1)!.bytes.length))
    frames.push(readFrame(rest))
  return frames
}

/** Plays one end of ours against the recorded other one; returns what it wrote, and what it should have written. */
async function replay(role: Role): Promise<{wrote: Buffer; recorded: Buffer}> {
  random.next = Object.values(fixedRandom[role])
  const pair = secureMemoryPair()
  const end = {joiner: () => new Ana(pair.joiner), host: () => new Bob(pair.host)}[role]()
  const other = role === 'host' ? pair.joiner : pair.host
  let wrote = Buffer.alloc(0)
  other.onData = bytes => (wrote = Buffer.concat([wrote, bytes]))
  let recorded = Buffer.alloc(0)
  for (const [index, {writes}] of transcript.steps.entries()) {
    const done = act(happenings[index]![role], end)
    for (const write of writes) {
      if (write.from === role) recorded = Buffer.concat([recorded, bytesOf(write)])
      else other.write([bytesOf(write)])
      await until(() => wrote.length >= recorded.length)
      if (!wrote.subarray(0, recorded.length).equals(recorded)) return {wrote, recorded}
    }
    await done
  }
  return {wrote, recorded}
}

async function act(does: ((end: never) => unknown) | undefined, end: Ana | Bob): Promise<void> {
  await does?.(end as never)
}

const transcript = parseTranscript(readFileSync(fixture, 'utf8'))
const frames = transcript.steps.flatMap(({writes}) =>
  writes.flatMap(({from, frames}) => frames.map(frame => ({from, ...frame}))),
)

/** Reads one whole frame; returns its header. */
function decode(name: FrameName, bytes: Buffer): FrameHeader {
  const headers: FrameHeader[] = []
  const decoder = new FrameDecoder(frameRules[name].phase === 'open' ? 'open' : 'admission', {
    frame: header => headers.push(header),
    chunk: header => headers.push(header),
  })
  decoder.push(bytes)
  expect(headers).toHaveLength(1)
  return headers[0]!
}

const schemas: Partial<Record<FrameName, v.GenericSchema>> = {
  hello,
  goaway,
  attach,
  attached,
  open: channelLabel,
  end: channelTrailer,
}

describe('the recorded conversation', () => {
  it('is what two ends of ours write (after a change on purpose: vitest run <this file> -u)', async () => {
    const text = formatTranscript({fixed: fixedValues(), steps: await record()})
    await expect(text).toMatchFileSnapshot('../fixtures/transcript.txt')
  })

  it.each(['joiner', 'host'] as const)('is what our %s writes to the other end as it was recorded', async role => {
    const {wrote, recorded} = await replay(role)
    expect(wrote.toString('hex')).toBe(recorded.toString('hex'))
    expect(recorded.length).toBeGreaterThan(600)
  })

  it('reads as it was written', () => {
    expect(formatTranscript(transcript)).toBe(readFileSync(fixture, 'utf8'))
  })

  it('shows every frame but the ones that give a channel up', () => {
    const shown = new Set(frames.map(({name}) => name))
    expect([...shown].sort()).toEqual(
      Object.keys(frameRules)
        .filter(name => name !== 'reset')
        .sort(),
    )
  })

  it.each(frames.map((frame, index) => ({title: `${index} ${frame.from} ${frame.name}`, ...frame})))(
    'has a frame that we read as it says and write as it is: $title',
    ({from, name, flags, number, channel, json, bytes}) => {
      const payload = bytes.subarray(headerBytes)
      expect(decode(name, bytes)).toEqual({name, flags, number, channel, payloadBytes: payload.length})
      expect(Buffer.concat(encodeFrame(name, payload, {flags, number, channel})).equals(bytes)).toBe(true)
      if (json === undefined) return
      const schema = name === 'message' ? (from === 'host' ? hostMessage : memberMessage) : schemas[name]!
      const meaning: unknown = JSON.parse(json)
      expect(decodeJson(schema, payload)).toEqual(meaning)
      expect(encodeJson(meaning).equals(payload)).toBe(true)
    },
  )
})
