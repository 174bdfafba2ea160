import fc from 'fast-check'
import {expect, it} from 'vitest'
import {blockHeaderBytes, writeBlockHeader} from '../../../src/transfer/compression/block.js'
import {BlockLedger} from '../../../src/transfer/compression/block-ledger.js'
import {compress} from '../../../src/transfer/compression/brotli.js'
import {ExpandingSink} from '../../../src/transfer/compression/expanding-sink.js'

it('knows at every byte of a channel how much of the source whoever receives it has', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({kind: fc.constantFrom('stored', 'brotli'), raw: fc.uint8Array({minLength: 1, maxLength: 20})}),
        {
          maxLength: 6,
        },
      ),
      async blocks => {
        const ledger = new BlockLedger()
        const sent: Buffer[] = []
        for (const {kind, raw} of blocks) {
          const payload = kind === 'stored' ? Buffer.from(raw) : await compress(Buffer.from(raw))
          const header = Buffer.alloc(blockHeaderBytes)
          writeBlockHeader(header, kind, payload.length)
          sent.push(header, payload)
          ledger.add({kind, bytes: blockHeaderBytes + payload.length, rawBytes: raw.length})
        }
        let arrived = 0
        const write = async (pieces: Buffer[]): Promise<void> => {
          arrived += Buffer.concat(pieces).length
          return Promise.resolve()
        }
        const {signal} = new AbortController()
        const target = {write, digest: () => Promise.resolve('')}
        const sink = new ExpandingSink(target, {bytes: null, maxBytes: undefined}, signal)
        let channelBytes = 0
        for (const byte of Buffer.concat(sent)) {
          await sink.write([Buffer.of(byte)])
          expect(ledger.rawBytesIn(++channelBytes)).toBe(arrived)
        }
        expect(arrived).toBe(blocks.reduce((sum, {raw}) => sum + raw.length, 0))
      },
    ),
    {numRuns: 30},
  )
})

it('holds no more blocks than can be on their way, whether or not anyone asks', () => {
  const ledger = new BlockLedger()
  for (let count = 0; count < 100; count++) ledger.add({kind: 'brotli', bytes: 10, rawBytes: 20})
  expect(ledger.rawBytesIn(0)).toBe(92 * 20)
  expect(ledger.rawBytesIn(1000)).toBe(100 * 20)
})
