import {createHash, randomBytes} from 'node:crypto'
import {brotliCompressSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  blockHeaderBytes,
  maxBlockBytes,
  writeBlockHeader,
  type BlockKind,
} from '../../../src/transfer/compression/block.js'
import {CompressingReader} from '../../../src/transfer/compression/compressing-reader.js'
import type {CompressionPolicy} from '../../../src/transfer/compression/compression-policy.js'
import {ExpandingSink, maxLateBytes} from '../../../src/transfer/compression/expanding-sink.js'
import {FakeClock} from '../../helpers/fake-clock.js'

/** Keeps what is written, as a disk would: the pieces are somebody else's afterwards. */
class Shelf {
  readonly written: Buffer[] = []

  write(pieces: Buffer[]): Promise<void> {
    this.written.push(Buffer.concat(pieces))
    for (const piece of pieces) piece.fill(0)
    return Promise.resolve()
  }

  digest(): Promise<string> {
    return Promise.resolve(createHash('sha256').update(this.content).digest('hex'))
  }

  get content(): Buffer {
    return Buffer.concat(this.written)
  }
}

/** Reads a content in steps of any length. */
function readerOf(content: Buffer, steps: readonly number[]) {
  let [position, step] = [0, 0]
  return {
    read(buffer: Buffer): Promise<Buffer> {
      const length = Math.min(steps[step++ % steps.length]!, buffer.length, content.length - position)
      content.copy(buffer, 0, position, position + length)
      position += length
      return Promise.resolve(buffer.subarray(0, length))
    },
  }
}

function choosing(choices: readonly boolean[]): CompressionPolicy {
  let next = 0
  const nothing = (): void => undefined
  return {
    wants: () => choices[next++ % choices.length]!,
    left: nothing,
    compressed: nothing,
  } as unknown as CompressionPolicy
}

async function blocksOf(content: Buffer, steps: readonly number[], policy?: CompressionPolicy): Promise<Buffer[]> {
  const reader = new CompressingReader(readerOf(content, steps), policy, new FakeClock())
  const blocks: Buffer[] = []
  for (;;) {
    const block = await reader.read(Buffer.alloc(blockHeaderBytes + 100_000))
    if (block.length === 0) return blocks
    blocks.push(Buffer.from(block))
  }
}

function piecesOf(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let position = 0, next = 0; position < bytes.length; next++) {
    const length = lengths[next % lengths.length]!
    pieces.push(Buffer.from(bytes.subarray(position, position + length)))
    position += length
  }
  return pieces
}

function block(kind: BlockKind | number, payload: Buffer, byteLength = payload.length): Buffer {
  const header = Buffer.alloc(blockHeaderBytes)
  writeBlockHeader(header, 'stored', byteLength)
  header[0] = typeof kind === 'number' ? kind : {stored: 0, brotli: 1}[kind]
  return Buffer.concat([header, payload])
}

const unlimited = {bytes: null, maxBytes: undefined}
const {signal} = new AbortController()
const contents = fc.oneof(
  fc.uint8Array({maxLength: 3000}).map(bytes => Buffer.from(bytes)),
  fc
    .tuple(fc.string({minLength: 1}), fc.integer({min: 1, max: 2000}))
    .map(([text, times]) => Buffer.from(text.repeat(times))),
)
const lengths = fc.array(fc.integer({min: 1, max: 5000}), {minLength: 1, maxLength: 8})

describe('what is sent in blocks', () => {
  it('arrives as it was, whichever of them are compressed and however the bytes are split', async () => {
    await fc.assert(
      fc.asyncProperty(
        contents,
        lengths,
        lengths,
        fc.array(fc.boolean(), {minLength: 1}),
        async (content, steps, splits, choices) => {
          const blocks = await blocksOf(content, steps, choosing(choices))
          const shelf = new Shelf()
          const sink = new ExpandingSink(shelf, {bytes: content.length, maxBytes: undefined}, signal)
          const pieces = piecesOf(Buffer.concat(blocks), splits)
          for (let next = 0; next < pieces.length; next += 3) await sink.write(pieces.slice(next, next + 3))
          expect(shelf.content.equals(content)).toBe(true)
          expect(await sink.digest()).toBe(createHash('sha256').update(content).digest('hex'))
        },
      ),
      {numRuns: 50},
    )
  })

  it('gets smaller by compression, and never larger than its headers make it', async () => {
    const [text, noise] = [Buffer.from('all work and no play '.repeat(5000)), randomBytes(100_000)]
    expect(Buffer.concat(await blocksOf(text, [50_000])).length).toBeLessThan(text.length / 20)
    expect(Buffer.concat(await blocksOf(noise, [50_000])).length).toBe(noise.length + 2 * blockHeaderBytes)
  })
})

describe('a block that lies', () => {
  const bomb = brotliCompressSync(Buffer.alloc(maxBlockBytes + 1))
  const bombs = Array.from({length: 100}, () => block('brotli', brotliCompressSync(Buffer.alloc(maxBlockBytes))))
  it.each([
    ['is of no known kind', block(2, Buffer.from('a')), 'protocol-violation'],
    ['is empty', block('stored', Buffer.alloc(0)), 'protocol-violation'],
    ['is too long', block('stored', Buffer.alloc(1), maxBlockBytes + 1), 'protocol-violation'],
    ['is not compressed', block('brotli', Buffer.from('no brotli')), 'protocol-violation'],
    [
      'is compressed, and cut short',
      block('brotli', brotliCompressSync(randomBytes(500)).subarray(0, 300)),
      'protocol-violation',
    ],
    [
      'has something behind its end',
      block('brotli', Buffer.concat([brotliCompressSync(Buffer.from('a')), randomBytes(9)])),
      'protocol-violation',
    ],
    ['expands to nothing', block('brotli', brotliCompressSync(Buffer.alloc(0))), 'protocol-violation'],
    ['expands to more than a block holds', block('brotli', bomb), 'protocol-violation'],
  ])('because it %s ends the transfer', async (_, bytes, code) => {
    const shelf = new Shelf()
    await expect(new ExpandingSink(shelf, unlimited, signal).write([bytes])).rejects.toMatchObject({code})
    expect(shelf.written).toEqual([])
  })

  it.each([
    ['was declared', {bytes: 2_500_000, maxBytes: undefined}, 'size-mismatch'],
    ['is taken here', {bytes: null, maxBytes: 2_500_000}, 'too-large'],
  ])('because a thousand times more is in it ends at what %s', async (_, limits, code) => {
    const shelf = new Shelf()
    const sink = new ExpandingSink(shelf, limits, signal)
    expect(Buffer.concat(bombs).length).toBeLessThan(100_000)
    await expect(sink.write(bombs)).rejects.toMatchObject({code})
    expect(shelf.content.length).toBe(2 * maxBlockBytes)
  })

  it('because a thousand times more is in it ends soon when it was given up', async () => {
    const [shelf, giving] = [new Shelf(), new AbortController()]
    const sink = new ExpandingSink(shelf, unlimited, giving.signal)
    const writing = sink.write(bombs)
    const reason = new Error('given up')
    giving.abort(reason)
    await expect(writing).rejects.toBe(reason)
    expect(shelf.content.length).toBe(maxLateBytes)
  })

  it.each([
    ['header', Buffer.of(0, 0)],
    ['payload', block('stored', Buffer.from('ab'), 3)],
    ['compressed payload', block('brotli', brotliCompressSync(Buffer.from('ab')), 100)],
  ])('because its %s is cut short is told at the end', async (_, bytes) => {
    const sink = new ExpandingSink(new Shelf(), unlimited, signal)
    await sink.write([bytes])
    await expect(sink.digest()).rejects.toMatchObject({code: 'protocol-violation'})
  })

  it('because less is in it than was declared is told at the end', async () => {
    const sink = new ExpandingSink(new Shelf(), {bytes: 3, maxBytes: undefined}, signal)
    await sink.write([block('stored', Buffer.from('ab'))])
    await expect(sink.digest()).rejects.toMatchObject({code: 'size-mismatch'})
  })
})
