import {createHash} from 'node:crypto'
import {truncateSync, writeFileSync} from 'node:fs'
import {open, type FileHandle} from 'node:fs/promises'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it, onTestFinished} from 'vitest'
import {largeBytes, startDigest} from '../../../src/transfer/digest/file-digest.js'
import {turnBytes} from '../../../src/transfer/digest/hash-turns.js'
import {ThreadDigest} from '../../../src/transfer/digest/thread-digest.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

async function openFile(content: Uint8Array, flags = 'r'): Promise<FileHandle> {
  const path = join(temporaryDirectory(), 'file')
  writeFileSync(path, content)
  const handle = await open(path, flags)
  onTestFinished(() => handle.close())
  return handle
}

function digestThread({fd}: FileHandle): ThreadDigest {
  const digest = new ThreadDigest(fd)
  onTestFinished(() => digest.close())
  return digest
}

describe('startDigest', () => {
  it('takes the digest of what it is given, where no thread pays', async () => {
    const digest = await startDigest(await openFile(Buffer.alloc(0)), null, {processors: 8})
    await digest.add([Buffer.from('a'), Buffer.from('b')])
    await digest.add([Buffer.from('c')])
    expect(digest).not.toBeInstanceOf(ThreadDigest)
    expect(await digest.digest()).toBe(sha256(Buffer.from('abc')))
    await digest.close()
  })

  it('takes the digest of files of any size that pass beside each other', async () => {
    const sizes = fc.array(fc.integer({min: 0, max: 1024 * 1024}), {minLength: 1, maxLength: 6})
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({min: 1000, max: 600_000}), async (sizes, pieceBytes) => {
        const contents = sizes.map((size, index) => Buffer.alloc(size, `${index} of ${size} `))
        const handle = await openFile(Buffer.alloc(0))
        const digests = await Promise.all(
          contents.map(async content => {
            const digest = await startDigest(handle, content.length, {processors: 1})
            for (let at = 0; at < content.length; at += 2 * pieceBytes) {
              const middle = at + pieceBytes
              await digest.add([content.subarray(at, middle), content.subarray(middle, middle + pieceBytes)])
            }
            return digest.digest()
          }),
        )
        expect(digests).toEqual(contents.map(sha256))
      }),
      {numRuns: 20},
    )
  })

  it('lets everything else have its turn while it takes much', async () => {
    const digest = await startDigest(await openFile(Buffer.alloc(0)), null)
    let isTaken = false
    const taking = digest.add([Buffer.alloc(8 * turnBytes)]).then(() => (isTaken = true))
    await new Promise(setImmediate)
    expect(isTaken).toBe(false)
    await taking
    expect(await digest.digest()).toBe(sha256(Buffer.alloc(8 * turnBytes)))
  })

  it('lets go of several files of a thread at the same moment, each as often as anyone likes', async () => {
    const handles = await Promise.all([openFile(Buffer.alloc(10)), openFile(Buffer.alloc(10))])
    const digests = handles.map(digestThread)
    for (const digest of digests) await digest.add([Buffer.alloc(10)])
    await Promise.all(digests.flatMap(digest => [digest.close(), digest.close()]))
    const next = digestThread(handles[0])
    await next.add([Buffer.alloc(10)])
    expect(await next.digest()).toBe(sha256(Buffer.alloc(10)))
    await next.close()
  })

  it('takes nothing of a file that was let go: the next one may have its descriptor', async () => {
    const [handle, other] = await Promise.all([openFile(Buffer.alloc(10)), openFile(Buffer.alloc(3 * 1024 * 1024))])
    const keeper = digestThread(other)
    const gone = digestThread(handle)
    await gone.close()
    await gone.add([Buffer.alloc(2 * 1024 * 1024)])
    const next = digestThread(handle)
    await next.add([Buffer.alloc(10)])
    expect(await next.digest()).toBe(sha256(Buffer.alloc(10)))
    await Promise.all([keeper.close(), next.close()])
  })

  it('has a large file hashed by a thread', async () => {
    const path = join(temporaryDirectory(), 'hole')
    writeFileSync(path, '')
    truncateSync(path, largeBytes)
    const handle = await open(path)
    onTestFinished(() => handle.close())
    const digest = await startDigest(handle, largeBytes, {processors: 3})
    onTestFinished(() => digest.close())
    const piece = Buffer.alloc(1024 * 1024)
    for (let bytes = 0; bytes < largeBytes; bytes += piece.length) await digest.add([piece])
    expect(digest).toBeInstanceOf(ThreadDigest)
    expect(await digest.digest()).toBe(sha256(Buffer.alloc(largeBytes)))
  })
})

describe.each([
  {bytes: largeBytes - 1, processors: 8},
  {bytes: largeBytes, processors: 2},
])('startDigest of $bytes bytes on $processors processors', ({bytes, processors}) => {
  it('starts no thread', async () => {
    const digest = await startDigest(await openFile(Buffer.alloc(0)), bytes, {processors})
    expect(digest).not.toBeInstanceOf(ThreadDigest)
  })
})

describe('ThreadDigest', () => {
  it('hashes what was added, and nothing behind it', async () => {
    const content = Buffer.from('what was written, and what was not')
    const digest = digestThread(await openFile(content))
    await digest.add([content.subarray(0, 8), content.subarray(8, 16)])
    expect(await digest.digest()).toBe(sha256(content.subarray(0, 16)))
  })

  it('hashes files of any size beside each other', async () => {
    const sizes = fc.array(fc.integer({min: 0, max: 3 * 1024 * 1024}), {minLength: 1, maxLength: 4})
    await fc.assert(
      fc.asyncProperty(sizes, async sizes => {
        const files = await Promise.all(
          sizes.map(async (size, index) => {
            const content = Buffer.alloc(size, `${index} of ${size} `)
            const handle = await openFile(content)
            const digest = new ThreadDigest(handle.fd)
            for (let at = 0; at < size; at += 500_000) await digest.add([content.subarray(at, at + 500_000)])
            return {content, digest}
          }),
        )
        for (const {content, digest} of files) expect(await digest.digest()).toBe(sha256(content))
        for (const {digest} of files) await digest.close()
      }),
      {numRuns: 10},
    )
  })

  it('lets go of one file in the middle, and hashes the others on', async () => {
    const content = Buffer.alloc(4 * 1024 * 1024, 'x')
    const [given, kept] = [await openFile(content), await openFile(content)]
    const [first, second] = [new ThreadDigest(given.fd), digestThread(kept)]
    for (const digest of [first, second]) await digest.add([content])
    await first.close()
    expect(await second.digest()).toBe(sha256(content))
  })

  it('tells who still waits when the file is let go', async () => {
    const content = Buffer.alloc(4 * 1024 * 1024)
    const digest = new ThreadDigest((await openFile(content)).fd)
    await digest.add([content])
    const waiting = expect(digest.digest()).rejects.toThrow('let go')
    await digest.close()
    await waiting
  })

  it('says what the system says of a file that cannot be read', async () => {
    const digest = digestThread(await openFile(Buffer.from('abc'), 'a'))
    await digest.add([Buffer.from('abc')])
    await expect(digest.digest()).rejects.toMatchObject({code: 'EBADF', syscall: 'read'})
  })

  it('knows only what is there of a file that was cut', async () => {
    const digest = digestThread(await openFile(Buffer.from('abc')))
    await digest.add([Buffer.from('abc'), Buffer.from('lost')])
    expect(await digest.digest()).toBe(sha256(Buffer.from('abc')))
  })
})
