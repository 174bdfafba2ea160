import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {cannotWrite} from '../../src/security/home-errors.js'
import {loadIdentity} from '../../src/security/identity.js'
import {JournalFiles} from '../../src/security/journal-files.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const elsewhere = expect.stringContaining('CHATCTL_HOME')

describe('a data directory', () => {
  it('that cannot be written is told with what helps there, not what helps for a received file', async () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    const error = {code: 'not-writable', exitCode: 8, suggestions: [elsewhere]}
    await expect(new JournalFiles(file).append(0, Buffer.from('x'))).rejects.toMatchObject(error)
    expect(cannotWrite(file, new Error('EACCES'))).toMatchObject(error)
  })

  it('that cannot be read is told with what helps there, not what helps for a file to be sent', async () => {
    const home = temporaryDirectory()
    const error = {code: 'not-readable', exitCode: 8, suggestions: [elsewhere]}
    mkdirSync(join(home, 'peers.jsonl'))
    await expect(new JournalFiles(home).read(0)).rejects.toMatchObject(error)
    mkdirSync(join(home, 'identity.pem'))
    await expect(loadIdentity(home)).rejects.toMatchObject(error)
  })

  it.each(['ENOSPC', 'EDQUOT'])('that is full is told as that: %s', code => {
    const cause = Object.assign(new Error(code), {code})
    expect(cannotWrite('/home/ana', cause)).toMatchObject({code: 'disk-full', suggestions: [elsewhere]})
  })
})
