import {lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync} from 'node:fs'
import {link} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {settle, type OnConflict} from '../../../src/transfer/part/conflict.js'
import {failureOf, joinDesks} from '../../helpers/transfer-pair.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'

const noLinks: typeof link = () => Promise.reject(Object.assign(new Error('EPERM'), {code: 'EPERM', syscall: 'link'}))

describe.each([
  ['with hard links', link],
  ['without hard links', noLinks],
])('a finished file whose name may be taken, %s', (_how, linking) => {
  function setUp() {
    const directory = temporaryDirectory()
    const part = join(directory, '.a.part')
    writeFileSync(part, 'new')
    const settled = (onConflict: OnConflict) => settle(part, {directory, name: 'a.txt', onConflict}, linking)
    return {directory, settled, path: join(directory, 'a.txt'), files: () => readdirSync(directory).sort()}
  }

  it.each(['rename', 'overwrite', 'skip'] as const)('gets it when it is free: %s', async onConflict => {
    const {settled, path, files} = setUp()
    expect(await settled(onConflict)).toBe(path)
    expect(files()).toEqual(['a.txt'])
  })

  it.each([
    ['rename', 'old', ['a (2).txt', 'a.txt']],
    ['overwrite', 'new', ['a.txt']],
  ] as const)('meets a file: %s', async (onConflict, content, names) => {
    const {settled, path, files} = setUp()
    writeFileSync(path, 'old')
    await settled(onConflict)
    expect(readFileSync(path, 'utf8')).toBe(content)
    expect(files()).toEqual(names)
  })

  it('is not wanted where one came first: skip', async () => {
    const {settled, path, files} = setUp()
    writeFileSync(path, 'old')
    expect(await failureOf(settled('skip'))).toMatchObject({code: 'exists', exitCode: 5})
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(files()).toEqual(['.a.part', 'a.txt'])
  })

  it('does not replace a directory', async () => {
    const {settled, path, files} = setUp()
    mkdirSync(path)
    expect(await settled('overwrite')).toBe(path.replace('a.txt', 'a (2).txt'))
    expect(files()).toEqual(['a (2).txt', 'a.txt'])
  })

  it.each(['target.txt', 'nowhere'])('meets a link, which is neither followed nor replaced: %s', async target => {
    const {directory, settled, path} = setUp()
    writeFileSync(join(directory, 'target.txt'), 'old')
    symlinkSync(target, path)
    expect(await settled('overwrite')).toBe(path.replace('a.txt', 'a (2).txt'))
    expect(lstatSync(path).isSymbolicLink() && readlinkSync(path)).toBe(target)
    expect(readFileSync(join(directory, 'target.txt'), 'utf8')).toBe('old')
    expect(readdirSync(directory)).not.toContain('nowhere')
  })
})

describe('a file that is offered where one has its name', () => {
  it('is skipped before a byte of it comes, and its sender hears why', async () => {
    const {host, member} = joinDesks()
    host.intake.onConflict = 'skip'
    host.write('new_a.txt', 'old')
    const {delivered} = await member.desk.offer(member.write('a.txt', 'new'))
    expect(await failureOf(delivered)).toMatchObject({code: 'exists', exitCode: 5})
    const skipped = {event: 'declined', transfer: 1, name: 'a.txt', code: 'exists'}
    expect(host.events).toMatchObject([{event: 'offer'}, skipped])
    expect(member.events).toMatchObject([skipped])
    expect(host.files).toEqual(['new_a.txt'])
  })

  it('may be taken under another name', async () => {
    const {host, member} = joinDesks()
    Object.assign(host.intake, {onConflict: 'skip', accept: 'ask'})
    host.write('new_a.txt', 'old')
    const offered = await member.desk.offer(member.write('a.txt', 'new'))
    await expect.poll(() => host.desk.offers().length).toBe(1)
    host.desk.accept(1, 'b.txt')
    await offered.delivered
    expect(host.files).toEqual(['b.txt', 'new_a.txt'])
  })

  it('is skipped at its end when another came first, which is kept', async () => {
    const {host, member} = joinDesks()
    Object.assign(host.intake, {onConflict: 'skip', accept: 'ask'})
    const path = member.write('a.txt', 'new')
    const both = [await member.desk.offer(path), await member.desk.offer(path)]
    await expect.poll(() => host.desk.offers().length).toBe(2)
    for (const {transfer} of host.desk.offers()) host.desk.accept(transfer)
    const ends = await Promise.allSettled(both.map(({delivered}) => delivered))
    expect(ends.map(({status}) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await host.desk.idle()
    expect(host.happened).toContain('declined')
    expect(host.files).toEqual(['new_a.txt'])
  })

  it('takes its place, whole', async () => {
    const {host, member} = joinDesks()
    host.intake.onConflict = 'overwrite'
    host.write('new_a.txt', 'an older and longer text')
    await (
      await member.desk.offer(member.write('a.txt', 'new'))
    ).delivered
    expect(readFileSync(join(host.directory, 'new_a.txt'), 'utf8')).toBe('new')
    expect(host.files).toEqual(['new_a.txt'])
  })
})
