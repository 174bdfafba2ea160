import assert from 'node:assert/strict'
import {TreeDecoder} from '../../src/protocol/tree-decoder.js'
import {encodeAnew, encodeDone, encodeEntry, writeDataHeader} from '../../src/protocol/tree-encoder.js'
import {maxPathNames, type FileEntry, type TreeEntry} from '../../src/protocol/tree-record.js'
import {Choices} from './choices.js'
import {outcomeOf} from './expected.js'
import type {FuzzTarget} from './target.js'

type Told = {entry: TreeEntry} | {data: Buffer} | {done: Buffer} | {anew: true}

const entries: TreeEntry[] = [
  {type: 'directory', path: ['a'], mtimeMs: -1},
  {type: 'file', path: ['a', 'b'], bytes: 5, mtimeMs: 0, executable: true},
  {type: 'file', path: ['é'], bytes: 0, mtimeMs: 0},
  {type: 'link', path: ['c'], target: '../a/b'},
  {type: 'skipped', path: ['a', 'b'], code: 'source-changed'},
]
const data = Buffer.alloc(9, 7)
writeDataHeader(data, 5)
const done = encodeDone(Buffer.alloc(32, 7))
const records = [...entries.map(encodeEntry), data, done, encodeAnew()]

/** The same tree and the same end however the bytes are split, no file with more or fewer bytes than announced, and anew once at most. */
export const tree: FuzzTarget = {
  name: 'tree',
  seeds: [
    ...records,
    Buffer.concat(records.slice(0, 2).concat([data, done], records.slice(2, 3), done)),
    Buffer.concat(records.slice(1, 2).concat(data, records.slice(4, 5))),
  ].map(stream => Buffer.concat([Buffer.of(3), stream])),
  dictionary: [
    ...records,
    ...['{"path":["a"],"mtimeMs":0}', '"path":["', '"__proto__":'].map(text => Buffer.from(text)),
  ],
  run(bytes) {
    const choices = new Choices(bytes)
    const step = 1 + choices.byte()
    const stream = choices.rest()
    const whole = decode([stream])
    assert.deepEqual(decode(cut(stream, step)), whole)
    assert.deepEqual(decode(cut(stream, 1)), whole)
    requireWhole(whole.told)
    return `${[...new Set(whole.told.flatMap(Object.keys))].join(' ')} ${whole.end}`
  },
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({length: count}, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}

function decode(pieces: Buffer[]): {told: Told[]; end: string} {
  const decoder = new TreeDecoder()
  const told: Told[] = []
  const take = (piece: Buffer) => {
    for (const event of decoder.decode(piece)) {
      const last = told.at(-1)
      if (event.event === 'entry') told.push({entry: event.entry})
      else if (event.event === 'done') told.push({done: event.sha256})
      else if (event.event === 'anew') told.push({anew: true})
      else if (last && 'data' in last) last.data = Buffer.concat([last.data, event.piece])
      else told.push({data: event.piece})
    }
  }
  const outcome = outcomeOf(() => {
    pieces.forEach(take)
    decoder.end()
  }, 'protocol-violation')
  return {told, end: 'code' in outcome ? outcome.code : 'whole'}
}

function requireWhole(told: Told[]): void {
  let file: FileEntry | undefined
  let missing = 0
  assert.ok(told.filter(each => 'anew' in each).length <= 1)
  for (const each of told) {
    if ('anew' in each) file = undefined
    else if ('entry' in each) {
      const {entry} = each
      assert.ok(entry.path.length > 0 && entry.path.length <= maxPathNames)
      assert.ok(!file || entry.type === 'skipped')
      file = entry.type === 'file' ? entry : undefined
      missing = file?.bytes ?? 0
    } else {
      assert.ok(file)
      if ('data' in each) missing -= each.data.length
      assert.ok('data' in each ? missing >= 0 : missing === 0)
      if ('done' in each) file = undefined
    }
  }
}
