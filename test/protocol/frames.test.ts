import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {FrameDecoder} from '../../src/protocol/frame-decoder.js'
import {encodeFrame} from '../../src/protocol/frame-encoder.js'
import {
  frameRules,
  headerBytes,
  maxNumber,
  type FrameHeader,
  type FrameName,
  type Phase,
} from '../../src/protocol/frame.js'

interface Seen {
  header: FrameHeader
  payload: string
}

/** Collects frames, a chunk's pieces put together again. */
function collect(phase: Phase, pieces: Buffer[]): Seen[] {
  const seen: Seen[] = []
  let chunk: Buffer[] = []
  const decoder = new FrameDecoder(phase, {
    frame: (header, payload) => seen.push({header, payload: payload.toString('hex')}),
    chunk: (header, offset, piece) => {
      expect(offset).toBe(chunk.reduce((sum, {length}) => sum + length, 0))
      chunk.push(piece)
      if (offset + piece.length < header.payloadBytes) return
      seen.push({header, payload: Buffer.concat(chunk).toString('hex')})
      chunk = []
    },
  })
  for (const piece of pieces) decoder.push(piece)
  return seen
}

const frameNames = Object.keys(frameRules) as FrameName[]

const anyFrame = fc.constantFrom(...frameNames.filter(name => frameRules[name].phase !== 'admission')).chain(name => {
  const rule = frameRules[name]
  return fc.record({
    name: fc.constant(name),
    payload: fc.uint8Array({minLength: rule.minPayloadBytes, maxLength: Math.min(rule.maxPayloadBytes, 300)}),
    flags: fc.constantFrom(0, rule.flags),
    number: rule.number === 'unused' ? fc.constant(0) : fc.integer({min: 0, max: maxNumber}),
    channel: rule.isOfChannel ? fc.integer({min: 1, max: 0xffffffff}) : fc.constant(0),
  })
})

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [0, ...places.map(place => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
}

describe('frames', () => {
  it('come out as they went in, however the bytes are split', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, {maxLength: 8}), fc.array(fc.nat(), {maxLength: 30}), (frames, places) => {
        const bytes = Buffer.concat(frames.flatMap(({name, payload, ...fields}) => encodeFrame(name, payload, fields)))
        const expected = frames.map(({name, payload, ...fields}) => ({
          header: {name, ...fields, payloadBytes: payload.length},
          payload: Buffer.from(payload).toString('hex'),
        }))
        expect(collect('open', cut(bytes, places))).toEqual(expected)
        expect(
          collect(
            'open',
            [...bytes].map(byte => Buffer.of(byte)),
          ),
        ).toEqual(expected)
      }),
      {numRuns: 60},
    )
  })

  it('are refused from the header alone when they break a rule of the table', () => {
    for (const name of frameNames) {
      const rule = frameRules[name]
      const phase = rule.phase === 'admission' ? 'admission' : 'open'
      const channel = rule.isOfChannel ? 1 : 0
      const good = {type: rule.type as number, flags: 0, number: 0, channel, length: rule.minPayloadBytes as number}
      expect(() => decodeHeader(phase, good)).not.toThrow()
      const wrongs = [
        {...good, type: 99},
        {...good, flags: 2},
        {...good, channel: channel === 0 ? 1 : 0},
        {...good, length: rule.maxPayloadBytes + 1},
        {...good, length: 0xffffffff},
        ...(rule.number === 'unused' ? [{...good, number: 1}] : []),
        ...(rule.minPayloadBytes > 0 ? [{...good, length: rule.minPayloadBytes - 1}] : []),
      ]
      for (const wrong of wrongs)
        expect(() => decodeHeader(phase, wrong), `${name} ${JSON.stringify(wrong)}`).toThrow(ChatctlError)
      if (rule.phase === 'any') continue
      const otherPhase = phase === 'open' ? 'admission' : 'open'
      expect(() => decodeHeader(otherPhase, good), name).toThrow(ChatctlError)
    }
  })

  it('before admission carry at most 512 bytes', () => {
    for (const name of frameNames) {
      if (frameRules[name].phase !== 'open') expect(frameRules[name].maxPayloadBytes).toBeLessThanOrEqual(512)
    }
  })

  it('never carry more than 64 KiB', () => {
    expect(Math.max(...frameNames.map(name => frameRules[name].maxPayloadBytes))).toBe(65_536)
  })

  it('have types of their own', () => {
    expect(new Set(frameNames.map(name => frameRules[name].type)).size).toBe(frameNames.length)
  })

  it('cannot be encoded against their rule', () => {
    expect(() => encodeFrame('confirm', Buffer.alloc(63))).toThrow(RangeError)
    expect(() => encodeFrame('chunk', Buffer.alloc(65_537), {channel: 1})).toThrow(RangeError)
    expect(() => encodeFrame('ack', Buffer.alloc(0), {number: maxNumber + 1})).toThrow(RangeError)
  })

  it('behind one that stops the decoder are left as they are', () => {
    const bytes = Buffer.concat([...encodeFrame('ready', Buffer.alloc(0)), ...encodeFrame('ping', Buffer.alloc(8, 7))])
    const decoder = new FrameDecoder('admission', {frame: () => decoder.stop(), chunk: () => undefined})
    expect(decoder.push(bytes)).toEqual(bytes.subarray(headerBytes))
  })
})

function decodeHeader(
  phase: Phase,
  fields: {type: number; flags: number; number: number; channel: number; length: number},
): void {
  const header = Buffer.alloc(headerBytes)
  header[0] = fields.type
  header[1] = fields.flags
  header.writeUIntBE(fields.number, 2, 6)
  header.writeUInt32BE(fields.channel, 8)
  header.writeUInt32BE(fields.length, 12)
  new FrameDecoder(phase, {frame: () => undefined, chunk: () => undefined}).push(header)
}
