import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {LineSplitter} from '../../src/repl/line-splitter.js'

function split(chunks: (string | Buffer)[], maxLineBytes = 1000) {
  const splitter = new LineSplitter(maxLineBytes)
  return [...chunks.flatMap(chunk => [...splitter.push(Buffer.from(chunk))]), ...splitter.end()]
}

const texts = (lines: ReturnType<typeof split>) => lines.map(line => ('text' in line ? line.text : line.problem))

describe('lines', () => {
  it('end in LF or CRLF, and the last one in nothing', () => {
    expect(texts(split(['a\nb\r\n\r\nc']))).toEqual(['a', 'b', '', 'c'])
    expect(texts(split(['a\n']))).toEqual(['a'])
    expect(texts(split([]))).toEqual([])
  })

  it('keep a carriage return that ends no line', () => {
    expect(texts(split(['a\rb\r\r\n']))).toEqual(['a\rb\r'])
  })

  it('are refused above a limit, and the next one is taken', () => {
    expect(texts(split(['12345\n123', '456\n12345\r', '\n1234\r\n', '123456'], 5))).toEqual([
      '12345',
      'too long',
      'too long',
      '1234',
      'too long',
    ])
  })

  it('are refused when they are not UTF-8, and the next one is taken', () => {
    expect(texts(split([Buffer.from([0x61, 0xe9, 0x0a, 0x62, 0x0a, 0xc3])]))).toEqual(['not UTF-8', 'b', 'not UTF-8'])
  })

  it('are the same however the bytes are cut', () => {
    const line = fc.string({unit: 'grapheme'}).map(text => text.replaceAll(/[\r\n\ufeff]/g, ''))
    fc.assert(
      fc.property(
        fc.array(line, {minLength: 1}),
        fc.array(fc.nat(200)),
        fc.constantFrom('\n', '\r\n'),
        (lines, cuts, end) => {
          const bytes = Buffer.from(lines.map(text => text + end).join(''))
          const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
          const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place))
          expect(texts(split(chunks, 10_000))).toEqual(lines)
        },
      ),
    )
  })

  it('hold no more of a long line than the limit', () => {
    const splitter = new LineSplitter(10)
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 1000; i++) expect([...splitter.push(Buffer.alloc(1_000_000, 0x61))]).toEqual([])
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(500_000_000)
    expect([...splitter.push(Buffer.from('\n'))]).toEqual([{problem: 'too long'}])
  })
})
