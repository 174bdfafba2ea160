import {createHash} from 'node:crypto'
import {assert, array, constant, oneof, property, record, string, uint8Array} from 'fast-check'
import {describe, expect, it} from 'vitest'
import {TreeDecoder, type TreeEvent} from '../../../src/protocol/tree-decoder.js'
import {encodeEntry} from '../../../src/protocol/tree-encoder.js'
import {maxEntryBytes, type FileEntry} from '../../../src/protocol/tree-record.js'
import {SmallRecords} from '../../../src/transfer/tree/small-records.js'

const maxBytes = 2048

const name = string({minLength: 1, unit: 'grapheme'}).filter(text => Buffer.byteLength(text) <= 1024)
const file = record({
  path: array(name, {minLength: 1, maxLength: 4}),
  content: uint8Array({maxLength: maxBytes}),
  mode: oneof(constant({}), constant({executable: true} as const)),
})

describe('SmallRecords', () => {
  it('makes what says the same of each file, one after the other in the same buffer', () => {
    const records = new SmallRecords(maxBytes)
    assert(
      property(array(file, {maxLength: 4}), files => {
        for (const {path, content, mode} of files) {
          const announced: FileEntry = {type: 'file', path, bytes: content.length, mtimeMs: 12, ...mode}
          const {entry, all} = records.make(announced, target => target.set(content))
          expect(entry).toEqual(encodeEntry(announced))
          expect(told(all)).toEqual({entry: announced, content: Buffer.from(content), sha256: sha256(content)})
        }
      }),
    )
  })

  it('refuses an entry that is too long to be sent, and makes the next', () => {
    const records = new SmallRecords(maxBytes)
    const long = Array.from({length: 64}, () => 'a'.repeat(1 + maxEntryBytes / 64))
    const empty: FileEntry = {type: 'file', path: ['a'], bytes: 0, mtimeMs: 0}
    expect(() => records.make({...empty, path: long}, () => undefined)).toThrow(RangeError)
    expect(told(records.make(empty, () => undefined).all)).toMatchObject({entry: empty})
  })
})

/** What a receiver hears of one file. */
function told(stream: Buffer) {
  const events: TreeEvent[] = [...new TreeDecoder().decode(stream)]
  const content = Buffer.concat(events.flatMap(event => (event.event === 'data' ? [event.piece] : [])))
  const [first, last] = [events[0], events.at(-1)]
  return {
    entry: first?.event === 'entry' ? first.entry : undefined,
    content,
    sha256: last?.event === 'done' ? last.sha256.toString('hex') : undefined,
  }
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
