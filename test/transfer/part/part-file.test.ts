import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {PartFile} from '../../../src/transfer/part/part-file.js'
import {failureOf} from '../../helpers/transfer-pair.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'

const transfer = '0123456789abcdef'.repeat(2)

function options(over: Partial<Parameters<typeof PartFile.create>[0]> = {}) {
  return {directory: temporaryDirectory(), name: 'new_a.txt', transfer, bytes: 3, ...over}
}

describe('PartFile', () => {
  it('is hidden under a name that holds the transfer, until it is published', async () => {
    const place = options()
    const part = await PartFile.create(place)
    expect(readdirSync(place.directory)).toEqual([`.new_a.txt.${transfer}.part`])
    await part.write([Buffer.from('a'), Buffer.from('bc')])
    expect(part.bytes).toBe(3)
    expect(await part.publish()).toBe(join(place.directory, 'new_a.txt'))
    expect(readdirSync(place.directory)).toEqual(['new_a.txt'])
    expect(readFileSync(join(place.directory, 'new_a.txt'), 'utf8')).toBe('abc')
  })

  it('leaves nothing when it is discarded', async () => {
    const place = options()
    const part = await PartFile.create(place)
    await part.write([Buffer.from('abc')])
    await part.discard()
    expect(readdirSync(place.directory)).toEqual([])
  })

  it('holds what was written, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.uint8Array({maxLength: 50}))), async batches => {
        const part = await PartFile.create(options({bytes: null}))
        for (const batch of batches) await part.write(batch.map(piece => Buffer.from(piece)))
        expect(readFileSync(await part.publish())).toEqual(Buffer.concat(batches.flat()))
      }),
      {numRuns: 40},
    )
  })

  it('is never written through something that stands there already', async () => {
    const place = options()
    const victim = join(place.directory, 'victim')
    writeFileSync(victim, 'precious')
    symlinkSync(victim, join(place.directory, `.new_a.txt.${transfer}.part`))
    expect(await failureOf(PartFile.create(place))).toMatchObject({code: 'not-writable'})
    expect(readFileSync(victim, 'utf8')).toBe('precious')
  })

  it('leaves what somebody else has under its name: it fails, and neither writes nor removes', async () => {
    const place = options()
    const path = join(place.directory, `.new_a.txt.${transfer}.part`)
    writeFileSync(path, 'theirs')
    expect(await failureOf(PartFile.create(place))).toMatchObject({code: 'not-writable'})
    expect(readFileSync(path, 'utf8')).toBe('theirs')
  })

  it.each<[string, (path: string, victim: string) => void]>([
    ['a link', (path, victim) => symlinkSync(victim, path)],
    ['another file', path => writeFileSync(path, 'forged')],
    ['a directory', path => mkdirSync(path)],
    ['nothing', () => undefined],
  ])('is not published when %s has come to stand in its place, which stays', async (_, plant) => {
    const place = options()
    const [path, victim] = [`.new_a.txt.${transfer}.part`, 'victim'].map(name => join(place.directory, name)) as [
      string,
      string,
    ]
    writeFileSync(victim, 'precious')
    const part = await PartFile.create(place)
    await part.write([Buffer.from('abc')])
    renameSync(path, `${path}.stolen`)
    plant(path, victim)
    const before = readdirSync(place.directory)
    const failure = await failureOf(part.publish())
    expect(failure).toMatchObject({code: 'not-writable', exitCode: 8})
    const isThere = existsSync(path)
    expect(failure.message).toContain(isThere ? 'has put something else in the place of' : 'has removed')
    await part.discard()
    expect(readdirSync(place.directory)).toEqual(before)
    expect(readFileSync(victim, 'utf8')).toBe('precious')
  })

  it('has the mode that the umask leaves to any new file: nobody may execute it', async () => {
    for (const [umask, mode] of [
      [0o022, 0o644],
      [0o077, 0o600],
      [0o000, 0o666],
    ] as const) {
      const before = process.umask(umask)
      try {
        const path = await (await PartFile.create(options())).publish()
        if (process.platform !== 'win32') expect(lstatSync(path).mode & 0o7777).toBe(mode)
      } finally {
        process.umask(before)
      }
    }
  })

  it('goes where the directory leads, if that is a link of the user', async () => {
    const [real, place] = [temporaryDirectory(), options()]
    const directory = join(place.directory, 'link')
    symlinkSync(real, directory)
    const part = await PartFile.create({...place, directory})
    await part.write([Buffer.from('abc')])
    expect(await part.publish()).toBe(join(directory, 'new_a.txt'))
    expect(readdirSync(real)).toEqual(['new_a.txt'])
    expect(statSync(join(real, 'new_a.txt')).nlink).toBe(1)
  })

  it('keeps its name within the limit for a name of full length', async () => {
    const name = `${'語'.repeat(81)}.txt`
    const part = await PartFile.create(options({name}))
    await part.write([Buffer.from('abc')])
    expect(existsSync(await part.publish())).toBe(true)
  })

  it('is not begun where there is no room for the whole', async () => {
    const place = options({bytes: Number.MAX_SAFE_INTEGER})
    const failure = await failureOf(PartFile.create(place))
    expect(failure).toMatchObject({code: 'disk-full', exitCode: 8})
    expect(failure.message).toMatch(/^there is no room for 9\.0 PB in .*: the whole disk has \d+\.\d .B$/)
    expect(readdirSync(place.directory)).toEqual([])
  })

  it('makes a directory that is missing', async () => {
    const missing = options({directory: join(temporaryDirectory(), 'not', 'there', 'yet')})
    await (await PartFile.create(missing)).discard()
    expect(readdirSync(missing.directory)).toEqual([])
  })

  it('says that a directory is none', async () => {
    const file = options({directory: import.meta.filename})
    expect(await failureOf(PartFile.create(file))).toMatchObject({code: 'not-writable', exitCode: 8})
  })

  it.each([8.64e15, -8.64e15, -1, 0])('is whole under its name when its time is to be %d', async mtimeMs => {
    const part = await PartFile.create(options({attributes: {mtimeMs, executable: true}}))
    await part.write([Buffer.from('abc')])
    expect(readFileSync(await part.publish(), 'utf8')).toBe('abc')
  })

  it('has its own time as long as it comes: whoever finds it may go by that', async () => {
    const place = options({attributes: {mtimeMs: 1000}})
    const part = await PartFile.create(place)
    await part.write([Buffer.from('abc')])
    await part.persist()
    const [hidden] = readdirSync(place.directory)
    expect(statSync(join(place.directory, hidden!)).mtimeMs).toBeGreaterThan(1e12)
    expect(statSync(await part.publish()).mtimeMs).toBe(1000)
  })

  it('takes no transfer id that could lead elsewhere', async () => {
    await expect(PartFile.create(options({transfer: `../${transfer}`}))).rejects.toThrow(RangeError)
  })
})
