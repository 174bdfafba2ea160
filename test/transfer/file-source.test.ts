import {existsSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {FileSource} from '../../src/transfer/file-source.js'
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

  it.runIf(existsSync('/proc/cpuinfo'))('refuses a file that has bytes but says it has none', async () => {
    const before = readdirSync('/proc/self/fd').length
    const failure = await failureOf(FileSource.inspect('/proc/cpuinfo'))
    expect(failure).toMatchObject({code: 'not-a-file', exitCode: 2})
    expect(failure.message).toContain('size is not known beforehand')
    expect(readdirSync('/proc/self/fd')).toHaveLength(before)
  })
})
