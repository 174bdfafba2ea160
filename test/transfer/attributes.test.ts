import {randomBytes} from 'node:crypto'
import {chmodSync, lstatSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {PassThrough, Readable} from 'node:stream'
import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../src/errors/index.js'
import {StreamOutput} from '../../src/transfer/stream-output.js'
import {ResumablePair} from '../helpers/resumable-pair.js'
import {RoomInMemory} from '../helpers/room-in-memory.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {joinDesks, meetPeer} from '../helpers/transfer-pair.js'
import {date, harvest, plant} from '../helpers/trees.js'
import {until} from '../helpers/until.js'

const longAgo = '2001-02-03T04:05:06.789Z'
const lost = new ChatctlError('connection-lost', 'the line was cut')
const isWindows = process.platform === 'win32'

/** Makes a file old, and executable. */
function age(path: string, iso = longAgo): string {
  chmodSync(path, 0o755)
  utimesSync(path, new Date(iso), new Date(iso))
  return path
}

function look(path: string) {
  const {mode, mtime} = lstatSync(path)
  return {mode, mtime}
}

/** How a file looks that is made here with all permissions that its owner gives, and is dated. */
function expected({isExecutable = true, iso = longAgo} = {}) {
  const path = join(temporaryDirectory(), 'model')
  writeFileSync(path, '', {mode: isExecutable ? 0o777 : 0o666})
  utimesSync(path, new Date(iso), new Date(iso))
  return look(path)
}

describe('a file that is offered alone', () => {
  it.each([0, 3, 100_000, 3_000_000])('of %i bytes has its time, and may be run', async size => {
    const {host, member} = joinDesks()
    const {delivered} = await member.desk.offer(age(member.write('a.sh', randomBytes(size))))
    await delivered
    expect(look(join(host.directory, 'new_a.sh'))).toEqual(expected())
  })

  it.each(['1965-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z', '2038-01-19T03:14:08.001Z'])(
    'has its time of %s',
    async iso => {
      const {host, member} = joinDesks()
      const {delivered} = await host.desk.offer(age(host.write('a.sh', 'a'), iso))
      await delivered
      expect(look(join(member.directory, 'new_a.sh'))).toEqual(expected({iso}))
    },
  )

  it('may not be run when its owner may not run it', async () => {
    const {host, member} = joinDesks()
    const path = member.write('a.txt', 'a')
    chmodSync(path, 0o611)
    date(path, longAgo)
    const {delivered} = await member.desk.offer(path)
    await delivered
    expect(look(join(host.directory, 'new_a.txt'))).toEqual(expected({isExecutable: false}))
  })

  it('has both in the place of another, which is overwritten', async () => {
    const {host, member} = joinDesks()
    Object.assign(host.intake, {prefix: '', onConflict: 'overwrite'})
    const path = host.write('a.sh', 'before')
    const {delivered} = await member.desk.offer(age(member.write('a.sh', 'after')))
    await delivered
    expect(look(path)).toEqual(expected())
  })

  it('has both when it went on in another process', async () => {
    const pair = new ResumablePair()
    const path = join(pair.directories.member, 'a.bin')
    writeFileSync(path, randomBytes(2_000_000))
    age(path)
    const first = pair.begin()
    first.line.cutAfter(1_000_000)
    const offered = await first.member.desk.offer(path)
    offered.delivered.catch(() => undefined)
    await until(() => !first.host.session.isAttached && !first.member.session.isAttached)
    await Promise.all([first.host.desk.close(lost), first.member.desk.close(lost)])
    const {host, member} = pair.begin()
    const {delivered} = await member.desk.offer(path)
    expect((await delivered).resumedFrom).toBeGreaterThan(500_000)
    expect(look(join(host.directory, 'new_a.bin'))).toEqual(expected())
  })

  it('has both when its session came back', async () => {
    const pair = new ResumablePair()
    const {host, member, line} = pair.begin()
    line.cutAfter(1_000_000)
    const {delivered} = await member.desk.offer(age(member.write('a.bin', randomBytes(2_000_000))))
    await until(() => !host.session.isAttached && !member.session.isAttached)
    pair.connect(host, member)
    expect((await delivered).resumedFrom).toBeGreaterThan(500_000)
    expect(look(join(host.directory, 'new_a.bin'))).toEqual(expected())
  })

  it('has both at a member that another one sends it to, through the host', async () => {
    const room = new RoomInMemory()
    const [ana, cem] = [await room.member('ana'), await room.member('cem')]
    const {delivered} = await ana.room.sendFile(age(ana.write('a.sh', 'a')), {to: 'cem'})
    await delivered
    expect(look((await cem.event('received')).path)).toEqual(expected())
  })

  it('has both at everyone whom it is sent to at once', async () => {
    const room = new RoomInMemory()
    const [ana, cem, dora] = [await room.member('ana'), await room.member('cem'), await room.member('dora')]
    const path = age(ana.write('a.bin', randomBytes(500_000)))
    const offers = ['bob', 'cem', 'dora'].map(to => ana.room.sendFile(path, {to, recipients: 3}))
    await Promise.all((await Promise.all(offers)).map(({delivered}) => delivered))
    for (const {intake} of [room.host, cem, dora]) expect(look(join(intake.directory, 'new_a.bin'))).toEqual(expected())
  })

  it('is whole where nothing of it can be set: in a stream', async () => {
    const {host, member} = joinDesks()
    const stream = new PassThrough()
    Object.assign(host.intake, {output: new StreamOutput(stream)})
    const {delivered} = await member.desk.offer(age(member.write('a.sh', 'abc')))
    await delivered
    expect(String(stream.read())).toBe('abc')
    expect(host.files).toEqual([])
  })

  it('is of now, and no program, when it comes from a stream', async () => {
    const {host, member} = joinDesks()
    const {delivered} = await member.desk.offer({stream: Readable.from([Buffer.from('abc')]), name: 'a.sh'})
    await delivered
    const {mode, mtime} = look(join(host.directory, 'new_a.sh'))
    expect(mode).toBe(expected({isExecutable: false}).mode)
    expect(mtime.getFullYear()).toBeGreaterThan(2025)
  })

  it('takes nothing more from what is said of it than a time and a bit', async () => {
    const {host, peer} = meetPeer()
    const said = {mtimeMs: -8.64e15, executable: true, mode: 0o4777, uid: 0}
    const plain = {type: 'offer', transfer: '0'.repeat(32), name: 'a', bytes: 0, files: 1, mediaType: 'a/b'} as const
    peer.session.send({...plain, ...said} as never)
    await peer.until(() => peer.messages.some(({type}) => type === 'accept'))
    for (const key of Object.keys(said)) expect(host.events[0]).not.toHaveProperty(key)
  })
})

describe('the root of a directory', () => {
  const plan = {'a/b/c.txt': 'c', 'a/large.bin': 'x'.repeat(400_000), 'run.sh*': '#!/bin/sh', link: '->run.sh', z: 'z'}

  /** A directory whose root, and `a` in it, are old. */
  function plantOld(over: object = {}): string {
    const root = plant(join(temporaryDirectory(), 'src'), {...plan, ...over})
    date(join(root, 'a'), '2010-01-01T00:00:00Z')
    date(root, longAgo)
    return root
  }

  const timesOf = (root: string) => [lstatSync(root), lstatSync(join(root, 'a'))].map(({mtime}) => mtime.toISOString())
  const times = [longAgo, '2010-01-01T00:00:00.000Z']

  it('has its time when all in it is there', async () => {
    const {host, member} = joinDesks()
    const root = plantOld()
    const {delivered} = await member.desk.offer(root, {links: true})
    await delivered
    const tree = join(host.directory, 'new_src')
    expect(timesOf(tree)).toEqual(times)
    expect(harvest(tree)).toEqual(harvest(root))
  })

  it('has it when nothing is in it', async () => {
    const {host, member} = joinDesks()
    const root = plant(join(temporaryDirectory(), 'src'), {'.': null})
    date(root, longAgo)
    const {delivered} = await member.desk.offer(root)
    await delivered
    expect(lstatSync(join(host.directory, 'new_src')).mtime).toEqual(new Date(longAgo))
  })

  it.skipIf(isWindows)('has it when something of it cannot be kept', async () => {
    const {host, member} = joinDesks()
    const {delivered} = await member.desk.offer(plantOld({'bad\nname': 'b'}))
    expect(await delivered).toMatchObject({skipped: {count: 1}})
    expect(timesOf(join(host.directory, 'new_src'))).toEqual(times)
  })

  it('has it when the directory went on in another process', async () => {
    const pair = new ResumablePair()
    const root = plantOld({'b/large.bin': randomBytes(1_000_000).toString('latin1')})
    const first = pair.begin()
    first.line.cutAfter(900_000)
    const offered = await first.member.desk.offer(root)
    offered.delivered.catch(() => undefined)
    await until(() => !first.host.session.isAttached && !first.member.session.isAttached)
    await Promise.all([first.host.desk.close(lost), first.member.desk.close(lost)])
    const {host, member} = pair.begin()
    const {delivered} = await member.desk.offer(root)
    expect((await delivered).resumedFrom).toBeGreaterThan(400_000)
    expect(timesOf(join(host.directory, 'new_src'))).toEqual(times)
  })

  it('has it at everyone whom it is sent to at once, through the host', async () => {
    const room = new RoomInMemory()
    const [ana, cem, dora] = [await room.member('ana'), await room.member('cem'), await room.member('dora')]
    const root = plantOld()
    const offers = ['bob', 'cem', 'dora'].map(to => ana.room.sendFile(root, {to, recipients: 3}))
    await Promise.all((await Promise.all(offers)).map(({delivered}) => delivered))
    for (const {intake} of [room.host, cem, dora]) expect(timesOf(join(intake.directory, 'new_src'))).toEqual(times)
  })
})
