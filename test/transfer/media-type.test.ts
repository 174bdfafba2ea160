import {describe, expect, it} from 'vitest'
import {mediaTypeOf} from '../../src/transfer/media-type.js'

describe('mediaTypeOf', () => {
  it.each([
    ['report.pdf', 'application/pdf'],
    ['photo.JPG', 'image/jpeg'],
    ['archive.tar.gz', 'application/gzip'],
    ['notes.txt', 'text/plain'],
    ['README', 'application/octet-stream'],
    ['pdf', 'application/octet-stream'],
    ['strange.zzzz', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('tells %j as %s', async (name, type) => {
    expect(await mediaTypeOf(name)).toBe(type)
  })
})
