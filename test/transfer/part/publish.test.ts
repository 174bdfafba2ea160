import {linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {link} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {publish} from '../../../src/transfer/part/publish.js'
import {failureOf} from '../../helpers/transfer-pair.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'

const noLinks: typeof link = () => Promise.reject(Object.assign(new Error('EPERM'), {code: 'EPERM', syscall: 'link'}))

describe.each([
  ['with hard links', link],
  ['without hard links', noLinks],
])('publish, %s', (_how, linking) => {
  function setUp() {
    const directory = temporaryDirectory()
    const part = join(directory, '.a.part')
    writeFileSync(part, 'whole')
    return {directory, part, read: (name: string) => readFileSync(join(directory, name), 'utf8')}
  }

  it('gives the file its name and leaves nothing else', async () => {
    const {directory, part, read} = setUp()
    expect(await publish(part, directory, 'new_a.txt', linking)).toBe(join(directory, 'new_a.txt'))
    expect(readdirSync(directory)).toEqual(['new_a.txt'])
    expect(read('new_a.txt')).toBe('whole')
  })

  it('takes the next free name and replaces nothing: files, directories, links, dangling ones too', async () => {
    const {directory, part, read} = setUp()
    writeFileSync(join(directory, 'a.tar.gz'), 'mine')
    mkdirSync(join(directory, 'a (2).tar.gz'))
    linkSync(join(directory, 'a.tar.gz'), join(directory, 'a (3).tar.gz'))
    symlinkSync(join(directory, 'nowhere'), join(directory, 'a (4).tar.gz'))
    expect(await publish(part, directory, 'a.tar.gz', linking)).toBe(join(directory, 'a (5).tar.gz'))
    expect([read('a.tar.gz'), read('a (3).tar.gz'), read('a (5).tar.gz')]).toEqual(['mine', 'mine', 'whole'])
    expect(lstatSync(join(directory, 'a (4).tar.gz')).isSymbolicLink()).toBe(true)
    expect(readdirSync(directory)).not.toContain('nowhere')
  })

  it('gives each of many at once a name of its own', async () => {
    const {directory} = setUp()
    const parts = Array.from({length: 20}, (_, index) => join(directory, `.${index}.part`))
    for (const [index, part] of parts.entries()) writeFileSync(part, String(index))
    const paths = await Promise.all(parts.map(part => publish(part, directory, 'a.txt', linking)))
    expect(new Set(paths).size).toBe(20)
    expect(paths.map(path => readFileSync(path, 'utf8'))).toEqual(parts.map((_, index) => String(index)))
  })

  it('leaves no name behind when the file is gone', async () => {
    const {directory, part} = setUp()
    expect(await failureOf(publish(`${part}.gone`, directory, 'a.txt', linking))).toMatchObject({code: 'ENOENT'})
    expect(readdirSync(directory)).toEqual(['.a.part'])
  })
})

describe('publish, where the file system takes two names for one', () => {
  /** A file system that tells names apart neither by case nor by their normal form, as APFS and NTFS do. */
  const folding: typeof link = async (from, to) => {
    const path = String(to)
    const key = (name: string): string => name.normalize('NFKC').toLowerCase()
    const names = readdirSync(dirname(path)).map(key)
    if (names.includes(key(basename(path)))) throw Object.assign(new Error('EEXIST'), {code: 'EEXIST', syscall: 'link'})
    await link(from, to)
  }

  it.each([
    ['A.TXT', 'a.txt', 'a (2).txt'],
    ['e\u0301.txt', '\u00e9.txt', '\u00e9 (2).txt'],
    ['\u00e9.txt', 'E\u0301.txt', 'E\u0301 (2).txt'],
    ['ﬁle.txt', 'file.txt', 'file (2).txt'],
    ['ａ.txt', 'a.txt', 'a (2).txt'],
  ])('beside %j the name %j becomes %j', async (there, name, published) => {
    const directory = temporaryDirectory()
    const part = join(directory, '.x.part')
    writeFileSync(join(directory, there), 'mine')
    writeFileSync(part, 'whole')
    expect(await publish(part, directory, name, folding)).toBe(join(directory, published))
    expect(readFileSync(join(directory, there), 'utf8')).toBe('mine')
  })
})
