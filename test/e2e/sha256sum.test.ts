import {execFileSync, spawnSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {code, liveHost} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const isThere = spawnSync('sha256sum', ['--version']).status === 0
const sha256sum = (path: string): string => execFileSync('sha256sum', [path], {encoding: 'utf8'}).slice(0, 64)

const contents = {
  'empty.bin': Buffer.alloc(0),
  'small.bin': randomBytes(1000),
  'large.bin': randomBytes(9_000_001),
  'text.txt': Buffer.from('it compresses well\n'.repeat(100_000)),
}

it.skipIf(!isThere)('sha256sum finds in what arrived the digests that both ends print', async () => {
  const {host, port} = await liveHost(['--json', '--accept', 'all'])
  const cwd = temporaryDirectory()
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(cwd, name), bytes)
  const env = {CHATCTL_CODE: code, CHATCTL_HOME: join(temporaryDirectory(), 'home')}
  const argv = ['send-file', '--to', `127.0.0.1:${port}`, '--json', ...Object.keys(contents)]
  const {stdout, exitCode} = await runChatctl(argv, {cwd, env})
  expect(exitCode).toBe(0)
  const sent = (JSON.parse(stdout) as {files: {name: string; sha256: string}[]}).files
  expect(sent).toHaveLength(Object.keys(contents).length)
  for (const {name, sha256} of sent) {
    const received = await host.event('received', event => event['name'] === name)
    expect([sha256, received['sha256']]).toEqual(Array(2).fill(sha256sum(String(received['path']))))
  }
})
