import {existsSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {withScratch, writeSample} from '../../src/disk/scratch.js'

describe('a scratch directory', () => {
  it('is there while it is used, and gone with all that is in it afterwards', async () => {
    const directory = await withScratch(async path => {
      await writeSample(join(path, 'sample'), 1000)
      expect(statSync(join(path, 'sample')).size).toBe(1000)
      return path
    })
    expect(existsSync(directory)).toBe(false)
  })

  it('is gone when its use fails, too', async () => {
    let directory = ''
    const failing = withScratch(path => {
      directory = path
      return Promise.reject(new Error('no'))
    })
    await expect(failing).rejects.toThrow('no')
    expect(existsSync(directory)).toBe(false)
  })
})
