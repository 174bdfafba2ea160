import {randomBytes} from 'node:crypto'
import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeEach, describe, expect, it} from 'vitest'
import {code, liveHost, liveMember, LiveChatctl} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {noSmallDisk, SmallDisk, smallDiskBytes} from '../helpers/small-disk.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

beforeEach(({skip}) => skip(noSmallDisk !== undefined, noSmallDisk))

const tooLarge = smallDiskBytes + 1
/** It fits on the disk, but not with anything else. */
const large = smallDiskBytes - 100_000

function outgoing(bytes: number): string {
  const cwd = temporaryDirectory()
  writeFileSync(join(cwd, 'large.bin'), randomBytes(bytes))
  writeFileSync(join(cwd, 'small.txt'), 'small')
  return cwd
}

/** Starts `send-file`; it sends slowly enough for a disk to be filled under way. */
function sending(port: string, cwd: string, argv: readonly string[]): LiveChatctl {
  const slowly = ['--bwlimit', '2M', '--to', `127.0.0.1:${port}`]
  return new LiveChatctl(['send-file', ...slowly, ...argv], {cwd, env: {CHATCTL_CODE: code}})
}

describe('a host whose disk is small', () => {
  async function hostOnSmallDisk(...argv: string[]) {
    const disk = new SmallDisk()
    const {launch, directory} = disk
    const room = await liveHost(['--accept', 'all', '--out', directory, ...argv], {launch})
    return {disk, ...room}
  }

  it('refuses at once what does not fit, says so at both ends, and takes what does', async () => {
    const {disk, host, port} = await hostOnSmallDisk('--json')
    const sender = sending(port, outgoing(tooLarge), ['--json', 'large.bin', 'small.txt'])
    expect(await host.event('failed')).toMatchObject({
      ...{transfer: 1, name: 'large.bin', code: 'disk-full'},
      message: `there is no room for ${tooLarge} bytes in ${disk.directory}`,
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
    expect(host.events.filter(({event}) => event === 'progress')).toEqual([])
    expect(disk.files(host)).toEqual(['new_small.txt'])
  })

  it('keeps nothing of what fills it up under way, and takes the same file once there is room', async () => {
    const {disk, host, port} = await hostOnSmallDisk('--json')
    const cwd = outgoing(large)
    const sender = sending(port, cwd, ['large.bin'])
    await host.event('progress')
    disk.fill(host)
    expect(await host.event('failed')).toMatchObject({
      ...{transfer: 1, name: 'large.bin', code: 'disk-full'},
      message: expect.stringMatching(/^cannot write .*: the disk is full$/),
    })
    expect(await sender.exit).toBe(6)
    expect(sender.stderr).toMatch(/^Error: the other side ended the transfer \(disk-full\)\n {2}[^\n]+\n$/)
    expect(disk.files(host)).toEqual([])
    disk.clear(host)
    expect(await sending(port, cwd, ['large.bin']).exit).toBe(0)
    expect(disk.files(host)).toEqual(['new_large.bin'])
  })

  it('tells a person what happened, and what to do', async () => {
    const {disk, host, port} = await hostOnSmallDisk()
    const sender = sending(port, outgoing(tooLarge), ['large.bin'])
    expect(await sender.exit).toBe(6)
    await host.tells(/^#1 large\.bin failed: there is no room for \d+ bytes in .*\n {2}Make room, .*$/m)
    expect(disk.files(host)).toEqual([])
  })
})
