import {symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {encodeRecord, PartJournal, readRecords} from '../../../src/transfer/part/part-journal.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'

const sizes = fc.array(fc.maxSafeNat(), {minLength: 1, maxLength: 20})
const write = (bytes: number[], subject = 'a part'): string => bytes.map(each => encodeRecord(subject, each)).join('')

describe('the records of a part', () => {
  it('say as much as the highest of them, in whatever order they are', () => {
    fc.assert(fc.property(sizes, bytes => readRecords('a part', write(bytes)) === Math.max(...bytes)))
  })

  it('say never more than what was recorded whole, wherever they are torn', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (bytes, from, to) => {
        const whole = write(bytes)
        const [start, end] = [from % whole.length, to % whole.length].sort((a, b) => a - b) as [number, number]
        const lineBytes = encodeRecord('a part', 0).length
        const kept = bytes.filter((_, index) => index * lineBytes >= start && (index + 1) * lineBytes <= end)
        expect(readRecords('a part', whole.slice(start, end))).toBe(Math.max(0, ...kept))
      }),
    )
  })

  it('say what is left of them where a part of them was never written, and goes on behind it', () => {
    fc.assert(
      fc.property(sizes, fc.integer({min: 1, max: 33}), fc.maxSafeNat(), (bytes, torn, next) => {
        const content = write(bytes) + encodeRecord('a part', 2 ** 52).slice(0, torn) + '\0'.repeat(9) + write([next])
        expect(readRecords('a part', content)).toBe(Math.max(...bytes, next))
      }),
    )
  })

  it('say nothing of another part, nor after any byte of them was changed', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: Number.MAX_SAFE_INTEGER}), fc.nat(33), (bytes, at) => {
        const record = encodeRecord('a part', bytes)
        const changed = record.slice(0, at) + (record[at] === '7' ? '8' : '7') + record.slice(at + 1)
        expect([readRecords('another', record), readRecords('a part', changed)]).toEqual([0, 0])
      }),
    )
  })
})

describe('PartJournal', () => {
  it('says what was written last, and goes on behind what an earlier process wrote', async () => {
    const path = join(temporaryDirectory(), 'x.journal')
    for (const bytes of [10, 20]) {
      const journal = new PartJournal(path, 'a part')
      await journal.write(bytes)
      await journal.close()
      expect(await new PartJournal(path, 'a part').read()).toBe(bytes)
    }
  })

  it('says nothing where there is none, or a link', async () => {
    const directory = temporaryDirectory()
    const [real, link] = [join(directory, 'real'), join(directory, 'x.journal')]
    expect(await new PartJournal(link, 'a part').read()).toBe(0)
    writeFileSync(real, encodeRecord('a part', 10))
    symlinkSync(real, link)
    expect(await new PartJournal(link, 'a part').read()).toBe(0)
  })
})
