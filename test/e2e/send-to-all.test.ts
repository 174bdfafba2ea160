import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {code, LiveChatctl} from '../helpers/live-chatctl.js'
import {liveRoomOf} from '../helpers/live-room.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'

const bytes = randomBytes(16_000_000)
const sha256 = createHash('sha256').update(bytes).digest('hex')

describe('send-file --for all in a room of five', () => {
  it('exits 6 when one declined and one was killed on the way, and tells what became of each', async () => {
    const {host, port, members} = await liveRoomOf([
      {nick: 'cem'},
      {nick: 'dora', accept: 'none'},
      {nick: 'eve'},
      {nick: 'finn'},
    ])
    const [cem, dora, eve, finn] = members as [LiveChatctl, LiveChatctl, LiveChatctl, LiveChatctl]
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'data.bin'), bytes)
    const to = ['--to', `127.0.0.1:${port}`, '--for', 'all', '--bwlimit', '16M']
    const sender = new LiveChatctl(['send-file', ...to, '--json', 'data.bin'], {cwd, env: {CHATCTL_CODE: code}})
    await eve.event('progress')
    eve.kill('SIGKILL')

    expect(await sender.exit).toBe(6)
    const file = {name: 'data.bin', path: 'data.bin', resumedFrom: 0}
    const sent = {...file, bytes: bytes.length, files: 1, sha256, ms: expect.any(Number), status: 'sent'}
    const unsent = {...file, bytes: 0, files: 0, sha256: '', ms: 0}
    const error = (word: string) => ({
      code: word,
      message: expect.stringContaining(word),
      suggestions: [expect.any(String)],
    })
    const result = JSON.parse(sender.stdout) as {files: {to: string}[]}
    expect(result).toEqual({
      ...{v: 1, ok: false, exitCode: 6, error: error('connection-lost'), peer: 'bob', ms: expect.any(Number)},
      files: expect.arrayContaining([
        {...sent, to: 'bob'},
        {...sent, to: 'cem'},
        {...unsent, to: 'dora', status: 'declined', error: error('declined')},
        {...unsent, to: 'eve', status: 'failed', error: error('connection-lost')},
        {...sent, to: 'finn'},
      ]),
    })
    expect(result.files).toHaveLength(5)
    for (const receiver of [host, cem, finn]) {
      await until(() => readdirSync(receiver.cwd).length === 1)
      expect(readdirSync(receiver.cwd)).toEqual(['new_data.bin'])
      expect(readFileSync(join(receiver.cwd, 'new_data.bin')).equals(bytes)).toBe(true)
    }
    expect(readdirSync(dora.cwd)).toEqual([])
    dora.type('still here')
    await finn.event('message', ({text}) => text === 'still here')
    for (const {events} of [host, cem, finn]) expect(events.map(({event}) => event)).not.toContain('failed')
  })
})
