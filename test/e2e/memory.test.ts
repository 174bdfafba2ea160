import {closeSync, ftruncateSync, openSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {code, LiveChatctl, liveHost} from '../helpers/live-chatctl.js'
import {quickDisk, temporaryDirectory} from '../helpers/temporary-directory.js'

const bytes = 400_000_000
/** What each end may have at most, whatever the size. */
const mostBytes = 150_000_000

/** A file of any size that takes no room. */
function makeHole(path: string, bytes: number): string {
  const descriptor = openSync(path, 'w')
  ftruncateSync(descriptor, bytes)
  closeSync(descriptor)
  return path
}

/** The most memory that a process has had. */
function peakBytes({pid}: {pid: number}): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
}

it.skipIf(process.platform !== 'linux')('a sparse file of 400 MB is not held in memory by either end', async () => {
  const {host, port} = await liveHost(['--json', '--accept', 'all', '--out', temporaryDirectory(quickDisk)])
  const path = makeHole(join(temporaryDirectory(), 'hole.bin'), bytes)
  const to = ['join', '-h', '127.0.0.1', '-p', port, '--json']
  const member = new LiveChatctl(to, {env: {CHATCTL_CODE: code}})
  await member.event('connected')
  member.type(JSON.stringify({file: path}))
  expect(await member.event('sent')).toMatchObject({bytes})
  for (const end of [host, member]) expect(peakBytes(end)).toBeLessThan(mostBytes)
})
