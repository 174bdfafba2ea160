import {lstatSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {joinDesks} from '../../helpers/transfer-pair.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'
import {date, harvest, plant} from '../../helpers/trees.js'

const refused = vi.hoisted(() => () => {
  throw Object.assign(new Error('EPERM: operation not permitted'), {code: 'EPERM'})
})
vi.mock('node:fs', async original => ({...(await original<object>()), futimesSync: refused}))

describe('on a file system that keeps no times of others', () => {
  it('a file arrives all the same', async () => {
    const {host, member} = joinDesks()
    const path = member.write('a.txt', 'abc')
    date(path, '2001-01-01')
    const {delivered} = await member.desk.offer(path)
    await delivered
    const arrived = join(host.directory, 'new_a.txt')
    expect(readFileSync(arrived, 'utf8')).toBe('abc')
    expect(lstatSync(arrived).mtime.getFullYear()).toBeGreaterThan(2025)
  })

  it('a directory arrives all the same', async () => {
    const {host, member} = joinDesks()
    const root = plant(join(temporaryDirectory(), 'src'), {'a/b': 'b', 'a/large': 'x'.repeat(100_000)})
    const {delivered} = await member.desk.offer(root)
    await delivered
    expect(harvest(join(host.directory, 'new_src'))).toEqual(harvest(root))
  })
})
