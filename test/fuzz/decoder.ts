import assert from 'node:assert/strict'
import {FrameDecoder} from '../../src/protocol/frame-decoder.js'
import {encodeFrame} from '../../src/protocol/frame-encoder.js'
import {frameRules, headerBytes, type FrameHeader, type FrameName, type Phase} from '../../src/protocol/frame.js'
import {Choices} from './choices.js'
import {outcomeOf} from './expected.js'
import type {FuzzTarget} from './target.js'

interface Seen {
  header: FrameHeader
  payload: Buffer
}

const names = Object.keys(frameRules) as FrameName[]

/** The same frames and the same end however the bytes are split, and nothing that is against the table. */
export const decoder: FuzzTarget = {
  name: 'decoder',
  seeds: names.map(name =>
    Buffer.concat([Buffer.of(frameRules[name].phase === 'admission' ? 0 : 1, 5), example(name)]),
  ),
  dictionary: names.map(example),
  run(bytes) {
    const choices = new Choices(bytes)
    const phase = choices.pick(['admission', 'open'] as const)
    const step = 1 + choices.byte()
    const stream = choices.rest()
    const whole = decode(phase, [stream])
    assert.deepEqual(decode(phase, cut(stream, step)), whole)
    assert.deepEqual(decode(phase, cut(stream, 1)), whole)
    return `${phase}: ${[...new Set(whole.seen.map(({header}) => header.name))].join(' ')} ${whole.end}`
  },
}

function example(name: FrameName): Buffer {
  const rule = frameRules[name]
  const channel = rule.isOfChannel ? 1 : 0
  return Buffer.concat(encodeFrame(name, Buffer.alloc(rule.minPayloadBytes, 7), {channel}))
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({length: count}, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}

function decode(phase: Phase, pieces: Buffer[]): {seen: Seen[]; end: string} {
  const seen: Seen[] = []
  const decoder = new FrameDecoder(phase, {
    frame(header, payload) {
      requireRule(header, phase)
      assert.equal(payload.length, header.payloadBytes)
      seen.push({header, payload})
    },
    chunk(header, offset, piece) {
      requireRule(header, phase)
      if (offset === 0) seen.push({header, payload: Buffer.alloc(0)})
      const chunk = seen.at(-1)
      assert.equal(chunk?.payload.length, offset)
      chunk.payload = Buffer.concat([chunk.payload, piece])
      assert.ok(chunk.payload.length <= header.payloadBytes)
    },
  })
  const outcome = outcomeOf(
    () => pieces.map(piece => assert.equal(decoder.push(piece).length, 0)),
    'protocol-violation',
  )
  return {seen, end: 'code' in outcome ? outcome.code : 'goes on'}
}

function requireRule(header: FrameHeader, phase: Phase): void {
  const rule = frameRules[header.name]
  assert.ok(rule.phase === 'any' || rule.phase === phase)
  assert.ok(header.payloadBytes >= rule.minPayloadBytes && header.payloadBytes <= rule.maxPayloadBytes)
  assert.equal(header.channel > 0, rule.isOfChannel)
  assert.ok(headerBytes + header.payloadBytes <= 65_552)
}
