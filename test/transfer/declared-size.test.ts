import {describe, expect, it} from 'vitest'
import {DeclaredSize} from '../../src/transfer/declared-size.js'

describe('a declared size', () => {
  it('is exceeded by the first byte more, without waiting for the end', () => {
    const size = new DeclaredSize({bytes: 10, start: 4, maxBytes: undefined})
    size.add(6)
    expect(() => size.add(1)).toThrow(expect.objectContaining({code: 'size-mismatch'}))
  })

  it('may be unknown, and is bounded by what is taken', () => {
    const size = new DeclaredSize({bytes: null, maxBytes: 10})
    size.add(10)
    size.requireAll()
    const message = 'more came than the 10 B that are taken here'
    expect(() => size.add(1)).toThrow(expect.objectContaining({code: 'too-large', message}))
  })

  it('is not reached by less', () => {
    const size = new DeclaredSize({bytes: 10, maxBytes: undefined})
    size.add(9)
    expect(() => size.requireAll()).toThrow('only 9 of the declared 10 bytes came')
    size.add(1)
    size.requireAll()
  })
})
