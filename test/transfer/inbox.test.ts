import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {requireInbox} from '../../src/transfer/inbox.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {failureOf} from '../helpers/transfer-pair.js'

const isRoot = process.getuid?.() === 0

describe('a directory where files go', () => {
  it('may be missing, and those above it', async () => {
    await requireInbox(join(temporaryDirectory(), 'a', 'b'))
  })

  it('is refused when it is below a file', async () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    expect(await failureOf(requireInbox(file))).toMatchObject({code: 'not-a-directory'})
    expect(await failureOf(requireInbox(join(file, 'a', 'b')))).toMatchObject({code: 'not-writable'})
  })

  it.skipIf(isRoot || process.platform === 'win32').each([0o222, 0o555])(
    'is refused when nothing can be made in it, nor in what is missing there: %o',
    async mode => {
      const directory = join(temporaryDirectory(), 'in')
      mkdirSync(directory)
      chmodSync(directory, mode)
      for (const path of [directory, join(directory, 'a', 'b')])
        expect(await failureOf(requireInbox(path))).toMatchObject({code: 'not-writable'})
    },
  )
})
