import {createHash} from 'node:crypto'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {TreeChain} from '../../src/protocol/tree-chain.js'
import {TreeDecoder, type TreeEvent} from '../../src/protocol/tree-decoder.js'
import {encodeAnew, encodeDone, encodeEntry, writeDataHeader} from '../../src/protocol/tree-encoder.js'
import {maxDataBytes, maxEntryBytes, maxPathNames, recordHeaderBytes} from '../../src/protocol/tree-record.js'
import type {TreeEntry} from '../../src/protocol/tree-record.js'

interface FileParts {
  entry: TreeEntry & {type: 'file'}
  chunks: Buffer[]
  isGivenUp: boolean
}
type Part = {entry: TreeEntry} | FileParts

const name = fc.string({unit: 'grapheme', minLength: 1, maxLength: 20})
const path = fc.array(name, {minLength: 1, maxLength: 5})
const mtimeMs = fc.integer({min: -8.64e15, max: 8.64e15})
const file = fc
  .record({path, mtimeMs, isExecutable: fc.boolean(), isGivenUp: fc.boolean()})
  .chain(({isExecutable, isGivenUp, ...fields}) =>
    fc.array(fc.uint8Array({minLength: 1, maxLength: 30}), {maxLength: 4}).map((chunks): Part => {
      const bytes = chunks.reduce((sum, {length}) => sum + length, isGivenUp ? 1 : 0)
      const entry = {type: 'file', ...fields, bytes, ...(isExecutable ? {executable: true as const} : {})} as const
      return {entry, chunks: chunks.map(chunk => Buffer.from(chunk)), isGivenUp}
    }),
  )
const other = fc.oneof(
  fc.record({type: fc.constant('directory' as const), path, mtimeMs}),
  fc.record({type: fc.constant('link' as const), path, target: name}),
  fc.record({type: fc.constant('skipped' as const), path, code: fc.constantFrom('not-readable', 'source-changed')}),
)
const tree = fc.array(
  fc.oneof(
    file,
    other.map((entry): Part => ({entry})),
  ),
  {maxLength: 6},
)

function data(bytes: Buffer): Buffer {
  const record = Buffer.concat([Buffer.alloc(recordHeaderBytes), bytes])
  writeDataHeader(record, bytes.length)
  return record
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function encode(part: Part): Buffer[] {
  if (!('chunks' in part)) return [encodeEntry(part.entry)]
  const {entry, chunks, isGivenUp} = part
  const end = isGivenUp
    ? encodeEntry({type: 'skipped', path: entry.path, code: 'source-changed'})
    : encodeDone(sha256(Buffer.concat(chunks)))
  return [encodeEntry(entry), ...chunks.map(data), end]
}

/** What is told of a stream that comes in these pieces; the data of a file as one. */
function decode(pieces: Buffer[]): TreeEvent[] {
  const decoder = new TreeDecoder()
  const events: TreeEvent[] = []
  for (const event of pieces.flatMap(piece => [...decoder.decode(piece)])) {
    const last = events.at(-1)
    if (event.event === 'data' && last?.event === 'data')
      events[events.length - 1] = {event: 'data', piece: Buffer.concat([last.piece, event.piece])}
    else events.push(event)
  }
  decoder.end()
  return events
}

function cut(bytes: Buffer, sizes: number[]): Buffer[] {
  const pieces: Buffer[] = []
  let rest = bytes
  for (const size of sizes) {
    pieces.push(rest.subarray(0, size))
    rest = rest.subarray(size)
  }
  return [...pieces, rest]
}

const directory: TreeEntry = {type: 'directory', path: ['d'], mtimeMs: 0}
const empty = Buffer.alloc(0)
const announced = (bytes: number): TreeEntry => ({type: 'file', path: ['a'], bytes, mtimeMs: 0})

function header(type: number, length: number): Buffer {
  return Buffer.of(type, length >> 16, (length >> 8) & 255, length & 255)
}

describe('TreeDecoder', () => {
  it('tells what was encoded, however the bytes are split', () => {
    fc.assert(
      fc.property(tree, fc.array(fc.integer({min: 0, max: 40})), (parts, sizes) => {
        const stream = Buffer.concat(parts.flatMap(encode))
        const events = decode([stream])
        expect(decode(cut(stream, sizes))).toEqual(events)
        expect(decode(Array.from(stream, byte => Buffer.of(byte)))).toEqual(events)
        const entries = events.flatMap(event => (event.event === 'entry' ? [event.entry] : []))
        expect(entries.filter(({type}) => type !== 'skipped')).toEqual(
          parts.map(({entry}) => entry).filter(({type}) => type !== 'skipped'),
        )
      }),
      {numRuns: 40},
    )
  })

  it.each<[string, Buffer[]]>([
    ['at once', []],
    ['behind an entry', [encodeEntry(directory)]],
    ['before the data of a file', [encodeEntry(announced(3))]],
    ['in the midst of a file', [encodeEntry(announced(3)), data(Buffer.from('a'))]],
  ])('tells that everything begins anew: %s', (_, before) => {
    const after = [encodeEntry(directory), encodeEntry(announced(1)), data(Buffer.from('b')), encodeDone(sha256(empty))]
    const events = decode([Buffer.concat([...before, encodeAnew(), ...after])])
    expect(events.slice(before.length)).toEqual([{event: 'anew'}, ...decode(after)])
  })

  it('passes data on as slices of what came', () => {
    const stream = Buffer.concat([encodeEntry(announced(3)), data(Buffer.from('abc'))])
    const [, event] = [...new TreeDecoder().decode(stream)]
    expect(event?.event === 'data' && event.piece.buffer === stream.buffer).toBe(true)
  })

  it.each<[string, Buffer[]]>([
    ['of an unknown type', [header(7, 2)]],
    ['of type 0', [header(0, 2)]],
    ['that is an entry above its limit', [header(1, maxEntryBytes + 1)]],
    ['that is an entry without anything', [header(6, 1)]],
    ['that is data above its limit', [encodeEntry(announced(2 * maxDataBytes)), header(4, maxDataBytes + 1)]],
    ['that is data of nothing', [encodeEntry(announced(5)), header(4, 0)]],
    ['that is a digest of another length', [encodeEntry(announced(0)), header(5, 31)]],
    ['that is data without a file', [header(4, 1)]],
    ['that is a digest without a file', [encodeEntry(directory), header(5, 32)]],
    ['that is data behind a directory', [encodeEntry(announced(0)), encodeDone(sha256(Buffer.alloc(0))), header(4, 1)]],
    ['with more data than was announced', [encodeEntry(announced(3)), data(Buffer.from('ab')), header(4, 2)]],
    ['that ends a file too early', [encodeEntry(announced(3)), data(Buffer.from('ab')), header(5, 32)]],
    ['that is a file while another is under way', [encodeEntry(announced(3)), header(2, 20)]],
    ['that is a directory while a file is under way', [encodeEntry(announced(3)), header(1, 20)]],
    [
      'that gives up another file than the one under way',
      [encodeEntry(announced(3)), encodeEntry({type: 'skipped', path: ['b'], code: 'source-changed'})],
    ],
    ['that begins anew once more', [encodeAnew(), encodeEntry(directory), encodeAnew()]],
  ])('refuses a record %s, as soon as it comes', (_, pieces) => {
    const decoder = new TreeDecoder()
    const take = (piece: Buffer): unknown => [...decoder.decode(piece)]
    pieces.slice(0, -1).forEach(take)
    expect(() => take(pieces.at(-1)!)).toThrow(expect.objectContaining({code: 'protocol-violation'}))
  })

  it.each<[string, object]>([
    ['no path', {mtimeMs: 0}],
    ['an empty path', {path: [], mtimeMs: 0}],
    ['an empty name', {path: ['a', ''], mtimeMs: 0}],
    ['a path that is text', {path: 'a', mtimeMs: 0}],
    ['too many names', {path: Array.from({length: maxPathNames + 1}, () => 'a'), mtimeMs: 0}],
    ['a name that is too long', {path: ['a'.repeat(1025)], mtimeMs: 0}],
    ['a time that no date has', {path: ['a'], mtimeMs: 8.65e15}],
    ['a time that is a fraction', {path: ['a'], mtimeMs: 0.5}],
  ])('refuses a directory with %s', (_, fields) => {
    const json = Buffer.from(JSON.stringify(fields))
    expect(() => decode([header(1, json.length), json])).toThrow(expect.objectContaining({code: 'protocol-violation'}))
  })

  it.each<[string, Buffer]>([
    ['a header', header(1, 20).subarray(0, 3)],
    ['an entry', encodeEntry(directory).subarray(0, -1)],
    ['a file', encodeEntry(announced(3))],
    ['an empty file', encodeEntry(announced(0))],
    ['data', Buffer.concat([encodeEntry(announced(3)), data(Buffer.from('abc')).subarray(0, -1)])],
  ])('refuses an end in the middle of %s', (_, stream) => {
    expect(() => decode([stream])).toThrow(expect.objectContaining({code: 'protocol-violation'}))
  })
})

describe('the encoder', () => {
  it('makes no record that the decoder would refuse', () => {
    expect(() => encodeEntry({...directory, path: ['a'.repeat(maxEntryBytes)]})).toThrow(RangeError)
    expect(() => writeDataHeader(Buffer.alloc(4), 0)).toThrow(RangeError)
    expect(() => encodeDone(Buffer.alloc(31))).toThrow(RangeError)
  })
})

describe('TreeChain', () => {
  it('is the SHA-256 of what it was and of the next record', () => {
    const chain = new TreeChain()
    expect(chain.digest).toBe('00'.repeat(32))
    const [one, two] = [encodeEntry(directory), encodeEntry(announced(3))]
    chain.add(one)
    chain.add(two)
    const first = sha256(Buffer.concat([Buffer.alloc(32), one]))
    expect(chain.digest).toBe(sha256(Buffer.concat([first, two])).toString('hex'))
    expect(chain.entries).toBe(2)
  })
})
