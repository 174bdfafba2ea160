import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {fuzzTargets} from './targets.js'

const directory = join(import.meta.dirname, '..', 'fixtures', 'fuzz')
const found = readdirSync(directory).filter(name => name.endsWith('.hex'))

describe.each(fuzzTargets)('$name', target => {
  it('bears what it is fuzzed from', () => {
    for (const seed of target.seeds) target.run(seed)
  })

  it('bears any bytes, and any made of pieces that matter to it', () => {
    const piece = fc.oneof(fc.uint8Array({maxLength: 24}), fc.constantFrom(...target.dictionary, ...target.seeds))
    const input = fc.array(piece, {maxLength: 8}).map(pieces => Buffer.concat(pieces))
    fc.assert(
      fc.property(input, bytes => void target.run(bytes)),
      {numRuns: target.isSlow ? 60 : 500},
    )
  })

  it.each(found.filter(name => name.startsWith(`${target.name}-`)))('bears what once broke it: %s', name => {
    target.run(Buffer.from(readFileSync(join(directory, name), 'utf8').replaceAll(/\s/g, ''), 'hex'))
  })
})

it('every seed that is kept belongs to a target', () => {
  const names = fuzzTargets.map(({name}) => name)
  expect(found.filter(name => !names.some(target => name.startsWith(`${target}-`)))).toEqual([])
})
