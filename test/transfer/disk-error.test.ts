import {existsSync} from 'node:fs'
import {open, readFile} from 'node:fs/promises'
import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {toReadError, toWriteError} from '../../src/transfer/disk-error.js'
import {writeAll} from '../../src/transfer/part/write-all.js'
import {failureOf} from '../helpers/transfer-pair.js'

function systemError(code: string): Error {
  return Object.assign(new Error(code), {code, syscall: 'write', errno: -1})
}

describe('errors of the disk', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EFBIG', 'disk-full'],
    ['EACCES', 'not-writable'],
    ['EROFS', 'not-writable'],
    ['ENOENT', 'not-writable'],
    ['EIO', 'not-writable'],
  ])('while writing, %s is %s', (system, code) => {
    const error = toWriteError(systemError(system), '/out/a')
    expect(error).toMatchObject({code, exitCode: 8})
    expect(error.message).toMatch(/^cannot write \/out\/a: /)
  })

  it.each([
    ['ENOENT', 'no-such-file', 2],
    ['ENAMETOOLONG', 'path-too-long', 2],
    ['EACCES', 'not-readable', 8],
    ['EIO', 'not-readable', 8],
  ])('while reading, %s is %s', (system, code, exitCode) => {
    expect(toReadError(systemError(system), '/a')).toMatchObject({code, exitCode})
  })

  it('while reading, a name that is no Unicode is said to be one', () => {
    const error = toReadError(systemError('ENOENT'), '/bad\uFFFD')
    expect(error).toMatchObject({code: 'no-such-file', exitCode: 2, suggestions: [expect.stringContaining('Rename')]})
    expect(error.message).toBe('cannot read /bad\uFFFD: its name seems to be no Unicode')
  })

  it('leaves what is ours as it is, and takes what is nobody\u2019s for a bug', () => {
    const ours = new ChatctlError('disk-full', 'no room')
    expect(toWriteError(ours, '/a')).toBe(ours)
    expect(toWriteError(new TypeError('oops'), '/a')).toMatchObject({code: 'internal'})
  })

  it('come from the system as they are told: a device that is always full, a directory that is a file', async () => {
    if (existsSync('/dev/full')) {
      const full = await open('/dev/full', 'w')
      const failure = await failureOf(writeAll(full, [Buffer.from('x')], 0))
      await full.close()
      expect(toWriteError(failure, '/dev/full')).toMatchObject({code: 'disk-full'})
    }
    const failure = await failureOf(readFile(`${import.meta.filename}/x`))
    expect(toReadError(failure, 'x')).toMatchObject({code: 'no-such-file'})
  })
})
