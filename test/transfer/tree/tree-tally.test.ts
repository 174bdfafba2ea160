import {describe, expect, it} from 'vitest'
import {TreeChain} from '../../../src/protocol/tree-chain.js'
import {encodeEntry} from '../../../src/protocol/tree-encoder.js'
import type {TreeEntry} from '../../../src/protocol/tree-record.js'
import {TreeTally} from '../../../src/transfer/tree/tree-tally.js'

const entries: TreeEntry[] = [
  {type: 'file', path: ['a'], bytes: 3, mtimeMs: 0},
  {type: 'directory', path: ['b'], mtimeMs: 0},
  {type: 'file', path: ['b', 'c'], bytes: 4, mtimeMs: 0},
  {type: 'skipped', path: ['b', 'c'], code: 'source-changed'},
]

function chainOf(some: TreeEntry[]): string {
  const chain = new TreeChain()
  for (const entry of some) chain.add(encodeEntry(entry))
  return chain.digest
}

describe('a place in a tree', () => {
  it('is nowhere before the first entry', () => {
    expect(new TreeTally().placeAt()).toBeUndefined()
  })

  it('names the last entry, and what came before that', () => {
    const tally = new TreeTally()
    const places = entries.map(entry => {
      tally.add(entry, encodeEntry(entry))
      return tally.placeAt()
    })
    const before = [
      {bytes: 0, files: 0},
      {bytes: 3, files: 1},
      {bytes: 3, files: 1},
      {bytes: 7, files: 2},
    ]
    expect(places).toEqual(
      entries.map(({path}, index) => ({
        entries: index + 1,
        chain: chainOf(entries.slice(0, index + 1)),
        path,
        before: {chain: chainOf(entries.slice(0, index)), ...before[index]},
      })),
    )
  })
  it('is in the last entry, with bytes of that', () => {
    const tally = new TreeTally()
    tally.add(entries[0]!, encodeEntry(entries[0]!))
    expect(tally.placeAt(2)).toEqual({...tally.placeAt(), offset: 2})
    expect(tally.placeAt(0)).toHaveProperty('offset', 0)
  })
})
