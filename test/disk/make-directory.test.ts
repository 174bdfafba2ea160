import {mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {makeDirectory} from '../../src/disk/make-directory.js'
import {PeerJournal} from '../../src/security/peer-journal.js'
import {loadIdentity} from '../../src/security/identity.js'
import {PartFile} from '../../src/transfer/part/part-file.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const isWindows = process.platform === 'win32'

describe('a directory', () => {
  it('is made with all those above it, for their owner only where that is asked for', async () => {
    const top = temporaryDirectory()
    await makeDirectory(join(top, 'a', 'b', 'c'), 0o700)
    const modes = [['a'], ['a', 'b'], ['a', 'b', 'c']].map(parts => statSync(join(top, ...parts)).mode & 0o777)
    if (!isWindows) expect(modes).toEqual([0o700, 0o700, 0o700])
  })

  it('stays as it is when it is there, also behind a link', async () => {
    const top = temporaryDirectory()
    mkdirSync(join(top, 'there', 'within'), {recursive: true})
    symlinkSync(join(top, 'there'), join(top, 'link'), 'junction')
    await makeDirectory(join(top, 'there'))
    await makeDirectory(join(top, 'link'))
    expect(readdirSync(join(top, 'link'))).toEqual(['within'])
  })

  it('is made once when many make it at the same time', async () => {
    const path = join(temporaryDirectory(), 'a', 'b', 'c')
    await Promise.all(Array.from({length: 20}, () => makeDirectory(path)))
    expect(statSync(path).isDirectory()).toBe(true)
  })

  it('is not made in place of a file, or below one', async () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    await expect(makeDirectory(file)).rejects.toMatchObject({code: 'EEXIST'})
    await expect(makeDirectory(join(file, 'a', 'b'))).rejects.toThrow()
  })
})

describe.skipIf(process.platform !== 'linux')('where nobody can make a directory', () => {
  const path = '/proc/nope/deep'

  it('no identity is made, and that is said at once', async () => {
    await expect(loadIdentity(path)).rejects.toMatchObject({code: 'not-writable', exitCode: 8})
  })

  it('nobody is remembered, and that is said at once', async () => {
    const record = {type: 'forget', fingerprint: 'a'.repeat(64), at: new Date().toISOString()} as const
    await expect(new PeerJournal(path).append(record)).rejects.toMatchObject({code: 'not-writable', exitCode: 8})
  })

  it('no file is received, and that is said at once', async () => {
    const options = {directory: path, name: 'a', transfer: '0'.repeat(32), bytes: 1}
    await expect(PartFile.create(options)).rejects.toMatchObject({code: 'not-writable', exitCode: 8})
  })
})
