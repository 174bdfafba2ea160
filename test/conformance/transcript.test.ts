import type * as crypto from 'node:crypto'
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {describe, expect, it, vi} from 'vitest'
import type * as v from 'valibot'
import {FrameDecoder} from '../../src/protocol/frame-decoder.js'
import {encodeFrame, encodeJson} from '../../src/protocol/frame-encoder.js'
import {frameRules, headerBytes, type FrameHeader, type FrameName} from '../../src/protocol/frame.js'
import {decodeJson} from '../../src/protocol/json.js'
import {hostMessage, memberMessage} from '../../src/protocol/messages.js'
import {attach, attached, channelLabel, channelTrailer, goaway, hello} from '../../src/protocol/payloads.js'
import {encodeDone, encodeEntry, writeDataHeader} from '../../src/protocol/tree-encoder.js'
import {recordHeaderBytes, type TreeEntry} from '../../src/protocol/tree-record.js'
import type {Role} from '../../src/session/channels.js'
import type * as jobs from '../../src/transfer/job.js'
import type {SecureTransport} from '../../src/transport/transport.js'
import {secureMemoryPair} from '../helpers/admission.js'
import {eventLoopTurns} from '../helpers/until.js'
import {conversation} from './conversation.js'
import {RecordedEnd} from './recorded-end.js'
import {resumedTree} from './resumed-tree.js'
import {Ana, Bob, type Happening, type Scene} from './scene.js'
import {
  formatTranscript,
  parseTranscript,
  readFrame,
  type RecordedFrame,
  type RecordedStep,
  type RecordedWrite,
  type Transcript,
} from './transcript.js'

const random = vi.hoisted(() => ({next: [] as Buffer[]}))

vi.mock('node:crypto', async importOriginal => {
  const original = await importOriginal<typeof crypto>()
  return {...original, randomBytes: (size: number) => random.next.shift() ?? original.randomBytes(size)}
})

/** What makes a job is where its source stands, which is another place each time: here the key alone does. */
vi.mock('../../src/transfer/job.js', async importOriginal => {
  const original = await importOriginal<typeof jobs>()
  return {...original, jobOf: (key: Buffer) => key.toString('hex')}
})

/** Plays a scene between two ends of ours, and notes what they write. */
async function record(scene: Scene): Promise<RecordedStep[]> {
  random.next = scene.draws.map(({bytes}) => bytes)
  let writes: RecordedWrite[] = []
  const connect = () => {
    const pair = secureMemoryPair()
    for (const from of ['joiner', 'host'] as const)
      noteWrites(pair[from], bytes => writes.push({from, frames: framesOf(bytes, scene.carriesTree)}))
    return pair
  }
  let pair = connect()
  const [ana, bob] = [new Ana(scene), new Bob(scene)]
  const steps: RecordedStep[] = []
  for (const {title, isCut, joiner, host} of scene.happenings) {
    if (isCut) pair.cut()
    if (isCut) pair = connect()
    await Promise.all([joiner?.(ana, pair.joiner), host?.(bob, pair.host)])
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

function framesOf(bytes: Buffer, areOfTree: boolean): RecordedFrame[] {
  const frames: RecordedFrame[] = []
  for (let rest = bytes; rest.length > 0; rest = rest.subarray(frames.at(-1)!.bytes.length))
    frames.push(readFrame(rest, areOfTree))
  return frames
}

/** Plays one end of ours against the recorded other one; returns what it wrote, and what it should have written. */
async function replay(scene: Scene, {steps}: Transcript, role: Role): Promise<{wrote: Buffer; recorded: Buffer}> {
  random.next = scene.draws.filter(({by}) => by === role).map(({bytes}) => bytes)
  const end = {joiner: () => new Ana(scene), host: () => new Bob(scene)}[role]()
  const other = new RecordedEnd(role)
  let pair = other.connect()
  for (const [index, {writes}] of steps.entries()) {
    const happening = scene.happenings[index]!
    if (happening.isCut) pair.cut()
    if (happening.isCut) pair = other.connect()
    const done = other.play(writes)
    const acted = act(happening[role], end, pair[role])
    await done
    if (other.hasHeardWrong) break
    await acted
  }
  return other
}

async function act(does: Happening[Role], end: Ana | Bob, transport: SecureTransport): Promise<void> {
  await does?.(end as never, transport)
}

const scenes = [
  {name: 'conversation', scene: conversation, fixture: 'transcript.txt', leastBytes: 600},
  {name: 'directory that goes on', scene: resumedTree, fixture: 'resumed-tree.txt', leastBytes: 600},
]

function readFixture(name: string): {text: string; transcript: Transcript} {
  const text = readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')
  return {text, transcript: parseTranscript(text)}
}

function framesIn({steps}: Transcript): (RecordedFrame & {from: Role})[] {
  return steps.flatMap(({writes}) => writes.flatMap(({from, frames}) => frames.map(frame => ({...frame, from}))))
}

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

describe.each(scenes)('the recorded $name', ({scene, fixture, leastBytes}) => {
  const {text, transcript} = readFixture(fixture)
  const frames = framesIn(transcript)

  it('is what two ends of ours write (after a change on purpose: vitest run <this file> -u)', async () => {
    await expect(formatTranscript({...scene.head(), steps: await record(scene)})).toMatchFileSnapshot(
      `../fixtures/${fixture}`,
    )
  })

  it.each(['joiner', 'host'] as const)('is what our %s writes to the other end as it was recorded', async role => {
    const {wrote, recorded} = await replay(scene, transcript, role)
    expect(wrote.toString('hex')).toBe(recorded.toString('hex'))
    expect(recorded.length).toBeGreaterThan(leastBytes)
  })

  it('reads as it was written', () => {
    expect(formatTranscript(transcript)).toBe(text)
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

describe('the recorded conversation', () => {
  it('shows every frame but the ones that give a channel up', () => {
    const shown = new Set(framesIn(readFixture('transcript.txt').transcript).map(({name}) => name))
    expect([...shown].sort()).toEqual(
      Object.keys(frameRules)
        .filter(name => name !== 'reset')
        .sort(),
    )
  })
})

describe('the recorded directory that goes on', () => {
  const {transcript} = readFixture('resumed-tree.txt')
  const frames = framesIn(transcript)
  const records = frames.flatMap(frame => frame.records)
  const entries = records.filter(({words}) => words.includes('{'))

  it.each(records)('has a record that we write as it is: $words', ({words, bytes}) => {
    expect(encodeRecord(words, bytes.subarray(recordHeaderBytes)).equals(bytes)).toBe(true)
  })

  it('says by the chain of its entries where the receiver goes on, and what all are', () => {
    const links = entries.map((_, index) => chainOf(entries.slice(0, index + 1).map(({bytes}) => bytes)))
    const {C1, C2, C3, C4} = transcript.fixed
    const before = `{"chain":"${C2}","bytes":12,"files":1}`
    expect(links).toEqual([C1, C2, C3, C4])
    const jsonOf = (name: FrameName): unknown[] => frames.flatMap(frame => (frame.name === name ? [frame.json] : []))
    expect(jsonOf('message')).toContainEqual(
      expect.stringContaining(
        `"place":{"entries":3,"chain":"${C3}","path":["poems","two.txt"],"before":${before},"offset":6}`,
      ),
    )
    expect(jsonOf('end')).toEqual([JSON.stringify({sha256: C4})])
  })
})

/** Writes a record by what is said of it. */
function encodeRecord(words: string, payload: Buffer): Buffer {
  const [, name = '', json, byteLength] = /^(\w+)(?: (\{.*)|, (?:\d+ of )?(\d+) bytes)?/.exec(words)!
  if (json !== undefined) return encodeEntry({type: name, ...(JSON.parse(json) as object)} as TreeEntry)
  if (byteLength === undefined) return encodeDone(payload)
  const record = Buffer.concat([Buffer.alloc(recordHeaderBytes), payload])
  writeDataHeader(record, Number(byteLength))
  return record
}

/** The chain over some records, by the words of docs/protocol.md. */
function chainOf(records: Buffer[]): string {
  const next = (chain: Buffer, record: Buffer) => createHash('sha256').update(chain).update(record).digest()
  return records.reduce(next, Buffer.alloc(32)).toString('hex')
}
