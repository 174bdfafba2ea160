import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {TreeChain} from '../../src/protocol/tree-chain.js'
import {encodeDone, encodeEntry, writeDataHeader} from '../../src/protocol/tree-encoder.js'
import type {TreeEntry} from '../../src/protocol/tree-record.js'
import {until} from '../helpers/until.js'
import {offer, sha256, transferId} from './offers.js'
import {Scene} from './scene.js'

const transfer = transferId(1)

const directory = (...path: string[]): TreeEntry => ({type: 'directory', path, mtimeMs: 0})
const file = (bytes: number, ...path: string[]): TreeEntry => ({type: 'file', path, bytes, mtimeMs: 0})
const link = (target: string, ...path: string[]): TreeEntry => ({type: 'link', path, target})
const skipped = (code: string, ...path: string[]): TreeEntry => ({type: 'skipped', path, code})

/** What mallory sends: entries, and bytes that are none. */
type Stream = (TreeEntry | Buffer)[]

const empty = encodeDone(Buffer.from(sha256(''), 'hex'))

function data(text: string): Buffer {
  const record = Buffer.concat([Buffer.alloc(4), Buffer.from(text)])
  writeDataHeader(record, text.length)
  return record
}

/** Offers two files in a directory, and sends this in their place. */
async function send(scene: Scene, stream: Stream, digest = chainOf(stream)): Promise<void> {
  const {mallory} = scene
  await scene.seat()
  mallory.say(offer(1, {kind: 'tree', name: 'photos', bytes: 10, files: 2, mediaType: 'inode/directory'}))
  await until(() => mallory.heard('accept').length === 1)
  mallory.frame('open', {transfer}, {channel: 1})
  await until(() => mallory.all('credit').length > 0)
  const bytes = Buffer.concat(stream.map(part => (Buffer.isBuffer(part) ? part : encodeEntry(part))))
  mallory.frame('chunk', bytes, {channel: 1})
  mallory.frame('end', {sha256: digest}, {channel: 1, number: bytes.length})
}

function chainOf(stream: Stream): string {
  const chain = new TreeChain()
  for (const part of stream) if (!Buffer.isBuffer(part)) chain.add(encodeEntry(part))
  return chain.digest
}

describe('a member that sends the host a directory with', () => {
  it.each<[string, Stream, string]>([
    ['a record of 16 MiB', [Buffer.of(1, 255, 255, 255)], 'protocol-violation'],
    ['a record of no known type', [Buffer.of(9, 0, 0, 2), Buffer.from('{}')], 'protocol-violation'],
    ['something in a directory that never came', [file(0, 'a', 'b'), empty], 'protocol-violation'],
    ['something in what is a link', [link('b', 'a'), directory('a', 'c')], 'protocol-violation'],
    ['more of a file than it said', [file(1, 'a'), data('ab')], 'protocol-violation'],
    ['an end in the middle of a file', [file(3, 'a'), data('ab')], 'protocol-violation'],
    ['a larger file than it offered', [file(11, 'a')], 'size-mismatch'],
    ['more files than it offered', ['a', 'b', 'c'].flatMap(name => [file(0, name), empty]), 'size-mismatch'],
    ['an end of something else', [file(0, 'a'), empty], 'digest-mismatch'],
  ])('%s hears why, and nothing of it stays', async (_, stream, code) => {
    const scene = await Scene.open()
    await send(scene, stream, code === 'digest-mismatch' ? sha256('') : undefined)
    expect(await scene.room.host.event('failed')).toMatchObject({code})
    await until(() => scene.mallory.heard('failed').length + scene.mallory.resets.length > 0)
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })

  it.each<[string, Stream, string[]]>([
    ['names that climb', [directory('..'), file(0, '..', 'x'), empty, file(0, '../../x'), empty], []],
    ['names that hurt', [file(0, 'a\u001b[2J'), empty, directory('a\nb'), skipped('not-readable', '\u202egpj')], []],
    ['links that lead out', [link('..', 'a'), link('/etc', 'b'), link('x/../../..', 'c')], []],
    ['one name twice', [file(0, 'a'), empty, link('a', 'A')], ['A (2)', 'a']],
  ])('%s has nothing elsewhere, and hears what is missing', async (_, stream, kept) => {
    const scene = await Scene.open()
    const {host} = scene.room
    const outside = host.intake.directory
    host.intake.directory = join(outside, 'in')
    await send(scene, stream)
    const {path} = await host.event('received')
    expect(path).toBe(join(host.intake.directory, 'new_photos'))
    expect(readdirSync(path).sort()).toEqual(kept)
    expect(readdirSync(host.intake.directory)).toEqual(['new_photos'])
    expect(readdirSync(outside)).toEqual(['in'])
    await until(() => scene.mallory.heard('verified').length === 1)
    await scene.isUndisturbed()
  })

  it('a name of its own that climbs is turned down', async () => {
    const scene = await Scene.open()
    await scene.seat()
    scene.mallory.say(offer(1, {kind: 'tree', name: '../photos', bytes: 0, files: 0}))
    await until(() => scene.mallory.heard('decline').length === 1)
    expect(scene.mallory.heard('decline')).toEqual([{type: 'decline', transfer, code: 'unsafe-name'}])
    await scene.isUndisturbed()
    await scene.leavesNothing()
  })
})
