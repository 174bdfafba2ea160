import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {PassThrough, Readable} from 'node:stream'
import {text} from 'node:stream/consumers'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {readCodeFile, takeCode} from '../../src/cli/code.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const code = 'legal-zoo-abandon'
const nothing = Readable.from([])

describe('takeCode', () => {
  it('returns the code and leaves none in the environment', () => {
    const env = {CHATCTL_CODE: ` ${code}\n`, HOME: '/'}
    expect(takeCode(env)).toBe(code)
    expect(env).toEqual({HOME: '/'})
  })

  it('takes an empty variable for none', () => {
    const env = {CHATCTL_CODE: ''}
    expect(takeCode(env)).toBeUndefined()
    expect(env).toEqual({})
  })
})

describe('readCodeFile', () => {
  it('reads a file, without the line break at its end', async () => {
    const path = join(temporaryDirectory(), 'code')
    await writeFile(path, `${code}\n`)
    expect(await readCodeFile(path, nothing)).toBe(code)
  })

  it('says which file is not there, is not readable or is empty', async () => {
    const directory = temporaryDirectory()
    const empty = join(directory, 'empty')
    await writeFile(empty, '\n')
    await expect(readCodeFile(join(directory, 'none'), nothing)).rejects.toMatchObject({code: 'no-such-file'})
    await expect(readCodeFile(directory, nothing)).rejects.toMatchObject({code: 'not-readable', exitCode: 8})
    await expect(readCodeFile(empty, nothing)).rejects.toMatchObject({code: 'bad-code', exitCode: 2})
    await expect(readCodeFile('-', Readable.from([]))).rejects.toMatchObject({code: 'bad-code'})
  })

  it('reads the first line of standard input and leaves the rest there, however it is split', async () => {
    const rest = fc.string({unit: 'grapheme'})
    await fc.assert(
      fc.asyncProperty(rest, fc.infiniteStream(fc.integer({min: 1, max: 9})), async (after, sizes) => {
        const stdin = Readable.from(split(Buffer.from(`${code}\n${after}`), sizes), {objectMode: false})
        expect(await readCodeFile('-', stdin)).toBe(code)
        expect(await text(stdin)).toBe(after)
      }),
    )
  })

  it('waits for a line that comes late, and does not wait for the end', async () => {
    const stdin = new PassThrough()
    const reading = readCodeFile('-', stdin)
    stdin.write('legal-zoo')
    setImmediate(() => stdin.write('-abandon\nhello\n'))
    expect(await reading).toBe(code)
    stdin.end()
    expect(await text(stdin)).toBe('hello\n')
  })

  it('takes a line that ends without a line break', async () => {
    expect(await readCodeFile('-', Readable.from([Buffer.from(code)], {objectMode: false}))).toBe(code)
  })
})

function* split(bytes: Buffer, sizes: Iterable<number>): Generator<Buffer> {
  let from = 0
  for (const size of sizes) {
    if (from >= bytes.length) return
    yield bytes.subarray(from, from + size)
    from += size
  }
}
