import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {Hoard} from '../../src/transfer/hoard.js'

const pieceOf = (length: number, index: number) => Buffer.alloc(length, index % 251)

describe('Hoard', () => {
  it('gives back what it was given, in order, in few pieces', () => {
    const steps = fc.array(
      fc.oneof(fc.integer({min: 0, max: 20_000}), fc.integer({min: 0, max: 9}), fc.constant('take')),
    )
    fc.assert(
      fc.property(steps, steps => {
        const hoard = new Hoard()
        const [given, taken]: [Buffer[], Buffer[]] = [[], []]
        const takeAll = () => {
          const pieces = hoard.take()
          const bytes = pieces.reduce((sum, {length}) => sum + length, 0)
          expect(pieces.length).toBeLessThanOrEqual(2 + bytes / 2048)
          expect(hoard.isEmpty).toBe(true)
          taken.push(...pieces)
        }
        for (const [index, step] of steps.entries()) {
          if (typeof step === 'string') takeAll()
          else hoard.add((given[given.length] = pieceOf(step, index)))
        }
        takeAll()
        expect(Buffer.concat(taken).equals(Buffer.concat(given))).toBe(true)
      }),
    )
  })

  it('is empty until something is put in', () => {
    const hoard = new Hoard()
    expect([hoard.isEmpty, hoard.take()]).toEqual([true, []])
    hoard.add(Buffer.from('a'))
    expect(hoard.isEmpty).toBe(false)
  })

  it('keeps bytes that come one by one together', () => {
    const hoard = new Hoard()
    for (let index = 0; index < 100_000; index++) hoard.add(pieceOf(1, index))
    expect(hoard.take().length).toBeLessThan(10)
  })

  it('leaves what was handed out alone', () => {
    const hoard = new Hoard()
    hoard.add(Buffer.from('first'))
    const [first] = hoard.take()
    hoard.add(Buffer.from('second'))
    expect([String(first), String(hoard.take()[0])]).toEqual(['first', 'second'])
  })
})
