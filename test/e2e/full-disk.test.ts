import {randomBytes} from 'node:crypto'
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {code, LiveChatctl, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {noSmallDisk, SmallDisk, smallDiskBytes} from '../helpers/small-disk.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

beforeEach(({skip}) => skip(noSmallDisk !== undefined, noSmallDisk))

const tooLarge = smallDiskBytes + 1
/** It fits on the disk, but not with much else. */
const large = smallDiskBytes - 100_000

/** A directory with a file of so many bytes, and a small one. */
function outgoing(bytes: number): string {
  const cwd = temporaryDirectory()
  writeFileSync(join(cwd, 'large.bin'), randomBytes(bytes))
  writeFileSync(join(cwd, 'small.txt'), 'small')
  return cwd
}

/** Starts `send-file`, slow enough for a disk to be filled under way. */
function sending(port: string, cwd: string, argv: readonly string[]): LiveChatctl {
  const slowly = ['--bwlimit', '2M', '--to', `127.0.0.1:${port}`]
  return new LiveChatctl(['send-file', ...slowly, ...argv], {cwd, env: {CHATCTL_CODE: code}})
}

const filled = {
  name: 'large.bin',
  code: 'disk-full',
  message: expect.stringMatching(
    /^paused: cannot write .*large\.bin.*: the disk is full; it goes on when there is room$/,
  ),
}

describe('a host whose disk is small', () => {
  async function hostOnSmallDisk(...argv: string[]) {
    const disk = new SmallDisk()
    const {launch, directory} = disk
    const room = await liveHost(['--accept', 'all', '--out', directory, ...argv], {launch})
    return {disk, ...room}
  }

  it('refuses before it begins what does not fit, says so at both ends, and takes what does', async () => {
    const {disk, host, port} = await hostOnSmallDisk('--json')
    const sender = sending(port, outgoing(tooLarge), ['--json', 'large.bin', 'small.txt'])
    expect(await host.event('failed')).toMatchObject({
      ...{name: 'large.bin', code: 'disk-full'},
      message: `there is no room for ${tooLarge} B in ${disk.directory}: the whole disk has ${smallDiskBytes} B`,
    })
    expect(await sender.exit).toBe(6)
    expect(JSON.parse(sender.stdout)).toMatchObject({
      ...{ok: false, exitCode: 6},
      error: {code: 'peer-failed', message: expect.stringContaining('disk-full'), suggestions: [expect.any(String)]},
      files: [
        {name: 'large.bin', sha256: '', status: 'failed'},
        {name: 'small.txt', status: 'sent'},
      ],
    })
    expect(host.events.filter(({name, event}) => name === 'large.bin' && event === 'progress')).toEqual([])
    expect(disk.files(host)).toEqual(['new_small.txt'])
  })

  it('pauses a file when it fills up under way, says so at both ends, and goes on once there is room', async () => {
    const {disk, host, port} = await hostOnSmallDisk('--json')
    const sender = sending(port, outgoing(large), ['large.bin'])
    await host.event('progress')
    disk.fill(host)
    expect(await host.event('paused')).toMatchObject(filled)
    await sender.tells('large.bin: paused: the disk of the other side is full; it goes on when there is room\n')
    disk.clear(host)
    await sender.tells('large.bin: goes on\n')
    expect(await sender.exit).toBe(0)
    await expect.poll(() => disk.files(host)).toEqual(['new_large.bin'])
  })

  it('pauses a directory likewise, and loses none of its small files', async () => {
    const {disk, host, port} = await hostOnSmallDisk('--json')
    const cwd = temporaryDirectory()
    const names = Array.from({length: 100}, (_, index) => `${index}`)
    mkdirSync(join(cwd, 'src'))
    for (const name of names) writeFileSync(join(cwd, 'src', name), randomBytes(30_000))
    const sender = sending(port, cwd, ['src'])
    await host.event('progress')
    disk.fill(host)
    expect(await host.event('paused')).toMatchObject({name: 'src', code: 'disk-full'})
    disk.clear(host)
    expect(await sender.exit).toBe(0)
    // What it kept for a sender who has not heard goes when that has.
    await expect.poll(() => disk.files(host)).toEqual(['new_src'])
    expect(disk.files(host, 'new_src')).toEqual(names.sort())
  })

  it('tells a person what happened, and what to do', async () => {
    const {host, port} = await hostOnSmallDisk()
    await sending(port, outgoing(tooLarge), ['large.bin']).exit
    await host.tells(/^#1 large\.bin failed: there is no room for \d+ B in .*: .*\n {2}Make room, .*$/m)
  })
})

describe('a member whose disk fills up while a file of another member comes', () => {
  it('may give it up: it exits 6 in the end, as its sender does; until then both talk, and what fits arrives', async () => {
    const {host, port} = await liveHost(['--json'])
    const disk = new SmallDisk()
    const flags = ['--json', '--nick', 'cem', '--accept', 'all', '--out', disk.directory]
    const cem = liveMember(port, flags, {launch: disk.launch})
    await cem.event('connected')
    const ana = liveMember(port, ['--json', '--nick', 'ana', '--bwlimit', '2M'], {cwd: outgoing(large)})
    await ana.event('connected')

    ana.type('/file large.bin --to cem')
    await cem.event('progress')
    disk.fill(cem)
    expect(await cem.event('paused')).toMatchObject(filled)
    expect(await ana.event('paused')).toMatchObject({name: 'large.bin', by: 'peer', code: 'disk-full'})
    cem.type('{"cancel": 1}')
    await Promise.all([ana.event('cancelled'), cem.event('cancelled')])
    expect(disk.files(cem)).toEqual([])
    disk.clear(cem)
    ana.type('/file small.txt --to cem', 'still here')
    await cem.event('received', ({name}) => name === 'small.txt')
    await host.event('message', ({text}) => text === 'still here')
    expect(disk.files(cem)).toEqual(['new_small.txt'])

    for (const member of [ana, cem]) member.endInput()
    expect(await Promise.all([cem.exit, ana.exit])).toEqual([6, 6])
    expect(readdirSync(host.cwd)).toEqual([])
  })
})

describe('receive on a small disk', () => {
  it('does not count a delivery that does not fit, and waits for one that does', async () => {
    const disk = new SmallDisk()
    const argv = ['receive', '-p', '0', '--bind', '127.0.0.1', '--out', disk.directory]
    const receiver = new LiveChatctl(argv, {launch: disk.launch, env: {CHATCTL_CODE: code}})
    await receiver.tells(/^listening on .*:\d+$/m)
    const port = /:(\d+)$/m.exec(receiver.stderr)![1]!
    expect(await sending(port, outgoing(tooLarge), ['large.bin']).exit).toBe(6)
    await receiver.tells(/^#1 large\.bin failed: there is no room for .*\n {2}Make room, .*$/m)
    expect(disk.files(receiver)).toEqual([])
    expect(await sending(port, outgoing(1), ['small.txt']).exit).toBe(0)
    expect(await receiver.exit).toBe(0)
  })
})

describe('a device whose disk is full', () => {
  it('cannot keep its identity, says so, leaves nothing half-written, and exits 8', async () => {
    const disk = new SmallDisk({isFull: true})
    // What is on the disk is seen only while a process has it.
    const andList = '"$@"; exitCode=$?; ls -A "$0/home"; exit $exitCode'
    const launch = [...disk.launch, 'sh', '-c', andList, disk.directory]
    const host = new LiveChatctl(['host', '-p', '0'], {launch, home: join(disk.directory, 'home')})
    expect(await host.exit).toBe(8)
    expect(host.stdout).toBe('')
    expect(host.stderr).toMatch(/^Error: cannot write .*: the disk is full\n {2}Make room, [^\n]+\n$/)
  })
})
