import {hash, randomBytes} from 'node:crypto'
import {readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {ResumablePair} from '../helpers/resumable-pair.js'
import {expectNothingLeft} from '../helpers/nothing-left.js'
import type {DeskEnd} from '../helpers/transfer-pair.js'
import {harvest, plant} from '../helpers/trees.js'
import {until} from '../helpers/until.js'

const content = randomBytes(300_000)
const sha256 = hash('sha256', content)
/** What sessions, offers, entries and digests cost. */
const mostTalkBytes = 5000

/** A delivery of something that its sender makes, whose line was cut before the sender could hear that it is there. */
async function deliverUnheard(make: (directory: string) => string) {
  const pair = new ResumablePair()
  const path = make(pair.directories.member)
  const {host, member, line} = pair.begin()
  host.onEvent = ({event}) => {
    if (event === 'received') line.cut()
  }
  const {delivered} = await member.desk.offer(path, {links: true})
  delivered.catch(() => undefined)
  await until(() => host.happened.includes('received') && !member.session.isAttached)
  expect(member.happened).not.toContain('sent')
  return {pair, path, received: join(host.directory, `new_${path.split('/').at(-1)}`)}
}

const aFile = (directory: string): string => {
  const path = join(directory, 'a.bin')
  writeFileSync(path, content)
  return path
}

const aTree = (directory: string): string =>
  plant(join(directory, 'src'), {'a/b': 'b', 'a/large': 'x'.repeat(100_000), link: '->a/b', z: 'z'})

/** Offers it on new sessions, and returns what is said of it and how many bytes it takes. */
async function offerAgain(pair: ResumablePair, path: string) {
  const before = pair.sentBytes
  const {host, member} = pair.begin()
  const sent = await (await member.desk.offer(path, {links: true})).delivered
  await until(() => host.happened.includes('received'))
  return {host, member, sent, bytes: pair.sentBytes - before}
}

function renameOver(path: string, content: string): void {
  writeFileSync(`${path}.other`, content)
  renameSync(`${path}.other`, path)
}

function noticesOf({events}: DeskEnd): string[] {
  return events.flatMap(event => (event.event === 'notice' ? [event.code] : []))
}

describe('a file that was delivered, and its sender does not know', () => {
  it('is found when it is offered again: nothing of it is sent, and it stays one', async () => {
    const {pair, path, received} = await deliverUnheard(aFile)
    const {host, sent, bytes} = await offerAgain(pair, path)
    expect(sent).toMatchObject({bytes: 300_000, sha256, resumedFrom: 300_000})
    expect(host.events.at(-1)).toMatchObject({event: 'received', path: received, sha256, resumedFrom: 300_000})
    expect(bytes).toBeLessThan(mostTalkBytes)
    await expectNothingLeft(host, ['new_a.bin'])
  })

  it('is a new delivery as soon as it knows', async () => {
    const {pair, path} = await deliverUnheard(aFile)
    await (await offerAgain(pair, path)).host.desk.idle()
    const {host, sent} = await offerAgain(pair, path)
    expect(sent).toMatchObject({resumedFrom: 0})
    await expectNothingLeft(host, ['new_a (2).bin', 'new_a.bin'])
  })

  it('comes anew beside it, where somebody has changed it', async () => {
    const {pair, path, received} = await deliverUnheard(aFile)
    writeFileSync(received, Buffer.alloc(300_000))
    const {host, member, sent} = await offerAgain(pair, path)
    expect(sent).toMatchObject({sha256, resumedFrom: 0})
    for (const end of [host, member]) expect(noticesOf(end)).toEqual(['resumed', 'started-over'])
    expect(readFileSync(received)).toEqual(Buffer.alloc(300_000))
    expect(readFileSync(join(host.directory, 'new_a (2).bin')).equals(content)).toBe(true)
    await expectNothingLeft(host, ['new_a (2).bin', 'new_a.bin'])
  })

  it.each<[string, (path: string) => void]>([
    ['moved', path => renameSync(path, `${path}.mine`)],
    ['removed', path => rmSync(path)],
    ['put another in the place of', path => renameOver(path, 'another')],
  ])('comes anew where somebody has %s it', async (_, spoil) => {
    const {pair, path, received} = await deliverUnheard(aFile)
    spoil(received)
    const {host, sent} = await offerAgain(pair, path)
    expect(sent).toMatchObject({sha256, resumedFrom: 0})
    await host.desk.idle()
    expect(host.files.filter(name => name.startsWith('.'))).toEqual([])
  })
})

describe('a directory that was delivered, and its sender does not know', () => {
  it('is found when it is offered again: nothing of it is sent, and it stays one', async () => {
    const {pair, path, received} = await deliverUnheard(aTree)
    const {host, sent, bytes} = await offerAgain(pair, path)
    expect(sent).toMatchObject({bytes: 100_002, files: 3, resumedFrom: 100_002})
    expect(host.events.at(-1)).toMatchObject({event: 'received', path: received, bytes: 100_002, files: 3})
    expect(bytes).toBeLessThan(mostTalkBytes)
    expect(harvest(received)).toEqual(harvest(path))
    await expectNothingLeft(host, ['new_src'])
  })

  it('is as whoever received it has left it when it is found: nothing of it is touched', async () => {
    const {pair, path, received} = await deliverUnheard(aTree)
    writeFileSync(join(received, 'a/mine'), 'mine')
    const touched = statSync(join(received, 'a')).mtimeMs
    const {host, sent} = await offerAgain(pair, path)
    expect(sent).toMatchObject({resumedFrom: 100_002})
    expect(statSync(join(received, 'a')).mtimeMs).toBe(touched)
    expect(harvest(received)).toEqual({...harvest(path), 'a/mine': 'mine'})
    await expectNothingLeft(host, ['new_src'])
  })

  it.each<[string, (path: string) => void]>([
    ['moved', path => renameSync(path, `${path} of mine`)],
    ['removed', path => rmSync(path, {recursive: true})],
  ])('comes anew where somebody has %s it', async (_, spoil) => {
    const {pair, path, received} = await deliverUnheard(aTree)
    spoil(received)
    const {host, sent} = await offerAgain(pair, path)
    expect(sent).toMatchObject({resumedFrom: 0})
    await host.desk.idle()
    expect(harvest(received)).toEqual(harvest(path))
    expect(host.files.filter(name => name.startsWith('.'))).toEqual([])
  })

  it('is a new delivery as soon as it knows', async () => {
    const {pair, path} = await deliverUnheard(aTree)
    await (await offerAgain(pair, path)).host.desk.idle()
    const {host, sent} = await offerAgain(pair, path)
    expect(sent).toMatchObject({resumedFrom: 0})
    await expectNothingLeft(host, ['new_src', 'new_src (2)'])
  })

  it.each<[string, (source: string, received: string) => void]>([
    ['something was changed where it was sent', source => writeFileSync(join(source, 'a/b'), 'changed')],
    ['there is more of it where it was sent', source => writeFileSync(join(source, 'zz'), 'more')],
    ['something is gone where it came', (_, received) => rmSync(join(received, 'a/b'))],
    ['something was changed where it came', (_, received) => writeFileSync(join(received, 'a/b'), 'changed')],
  ])('comes anew beside it, which is left alone, when %s', async (_, spoil) => {
    const {pair, path, received} = await deliverUnheard(aTree)
    spoil(path, received)
    writeFileSync(join(received, 'mine'), 'mine')
    const before = harvest(received)
    const {host, sent} = await offerAgain(pair, path)
    expect(sent).toMatchObject({resumedFrom: 0})
    expect(harvest(received)).toEqual(before)
    expect(harvest(join(host.directory, 'new_src (2)'))).toEqual(harvest(path))
    await expectNothingLeft(host, ['new_src', 'new_src (2)'])
  })
})
