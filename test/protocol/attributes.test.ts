import fc from 'fast-check'
import * as v from 'valibot'
import {describe, expect, it} from 'vitest'
import {attributesOf, executable, mtimeMs, toMtimeMs} from '../../src/protocol/attributes.js'

describe('a modification time', () => {
  it.each([0, -1, 1, 8.64e15, -8.64e15, 981_173_106_789])('may be %d', time => {
    expect(v.is(mtimeMs, time)).toBe(true)
  })

  it.each([8.64e15 + 1, -8.64e15 - 1, 2 ** 53, 1e300, Infinity, -Infinity, NaN, 0.5, -1.5, '0', null, true, [0], {}])(
    'is never %j',
    time => {
      expect(v.is(mtimeMs, time)).toBe(false)
    },
  )

  it('is sent so that it may be, whatever the system says', () => {
    fc.assert(fc.property(fc.double({noNaN: true}), time => v.is(mtimeMs, toMtimeMs(time))))
    expect([1.4, 1.9999, -1.9, 1e300, -1e300].map(toMtimeMs)).toEqual([1, 2, -2, 8.64e15, -8.64e15])
  })

  it('is a date, whatever it is', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), time => {
        expect(v.is(mtimeMs, time)).toBe(!Number.isNaN(new Date(time).getTime()))
      }),
    )
  })
})

describe('the executable bit', () => {
  it.each([false, null, 1, 'true', 0o755, {}])('is never %j', value => {
    expect(v.is(executable, value)).toBe(false)
  })
})

describe('attributes', () => {
  it('are taken from what has others, too', () => {
    expect(attributesOf({mtimeMs: 0, executable: true, name: 'a'} as object)).toEqual({mtimeMs: 0, executable: true})
    expect(Object.keys(attributesOf({mtimeMs: undefined}))).toEqual([])
  })
})
