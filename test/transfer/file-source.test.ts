import {chmodSync, existsSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {FileSource} from '../../src/transfer/file-source.js'
import {setTime} from '../../src/transfer/part/file-attributes.js'
import {TreeFile} from '../../src/transfer/tree/tree-file.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {failureOf} from '../helpers/transfer-pair.js'

describe('FileSource', () => {
  it('finds no file under a name that no path can have', async () => {
    expect(await failureOf(FileSource.inspect('a\u0000b'))).toMatchObject({code: 'no-such-file', exitCode: 2})
  })

  it('tells the size of a file, an empty one too', async () => {
    const path = join(temporaryDirectory(), 'a')
    writeFileSync(path, '')
    expect(await FileSource.inspect(path)).toMatchObject({bytes: 0, files: 1})
    writeFileSync(path, 'abc')
    expect(await FileSource.inspect(path)).toMatchObject({bytes: 3, files: 1})
  })

  it('tells the time that a file was given when it was received, to the millisecond, and so does a tree', async () => {
    const path = join(temporaryDirectory(), 'a')
    writeFileSync(path, 'abc')
    const times = fc.date({min: new Date('1950-01-01'), max: new Date('2200-01-01'), noInvalidDate: true})
    await fc.assert(
      fc.asyncProperty(times, async time => {
        setTime(path, {mtimeMs: time.getTime()})
        const file = TreeFile.open(path)
        file.closeAtOnce()
        expect(file.mtimeMs).toBe(time.getTime())
        expect(await FileSource.inspect(path)).toMatchObject({attributes: {mtimeMs: time.getTime()}})
      }),
    )
  })

  it.skipIf(process.platform === 'win32')('tells whether its owner may run a file', async () => {
    const path = join(temporaryDirectory(), 'a')
    writeFileSync(path, '')
    for (const [mode, executable] of [
      [0o744, true],
      [0o655, undefined],
      [0o711, true],
    ] as const) {
      chmodSync(path, mode)
      expect((await FileSource.inspect(path)).attributes.executable).toBe(executable)
    }
  })

  it.runIf(existsSync('/proc/cpuinfo'))('refuses a file that has bytes but says it has none', async () => {
    const before = readdirSync('/proc/self/fd').length
    const failure = await failureOf(FileSource.inspect('/proc/cpuinfo'))
    expect(failure).toMatchObject({code: 'not-a-file', exitCode: 2})
    expect(failure.message).toContain('size is not known beforehand')
    expect(readdirSync('/proc/self/fd')).toHaveLength(before)
  })
})
