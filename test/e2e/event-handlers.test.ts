import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import {liveHost, liveMember} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

/** A program that appends what it was told to a file. */
function recorder() {
  const directory = temporaryDirectory()
  const [script, out] = [join(directory, 'record.cjs'), join(directory, 'out')]
  writeFileSync(
    script,
    `const {CHATCTL_EVENT: event, CHATCTL_NICK: nick, CHATCTL_TEXT: text, CHATCTL_PATH: path} = process.env
    require('fs').appendFileSync(process.argv[2], JSON.stringify({event, nick, text, path}) + '\\n')`,
  )
  const command = `"${process.execPath}" "${script}" "${out}"`
  const lines = () =>
    existsSync(out)
      ? readFileSync(out, 'utf8')
          .trim()
          .split('\n')
          .map(line => JSON.parse(line) as object)
      : []
  return {command, lines}
}

describe('--on-join, --on-message and --on-file', () => {
  it('run at what happens, and the room goes on', async () => {
    const {command, lines} = recorder()
    const flags = ['--on-join', command, '--on-message', command, '--on-file', command, '--accept', 'all']
    const {host, port} = await liveHost(['--json', ...flags])
    const ana = liveMember(port, ['--nick', 'ana'])
    const file = join(ana.cwd, 'a $(touch pwned).txt')
    writeFileSync(file, 'x')
    ana.type('$(touch pwned); `touch pwned`', `/file "${file}"`)
    await host.event('received')
    await vi.waitFor(() => expect(lines()).toHaveLength(3), {timeout: 20_000})
    expect(lines()).toEqual(
      expect.arrayContaining([
        {event: 'join', nick: 'ana'},
        {event: 'message', nick: 'ana', text: '$(touch pwned); `touch pwned`'},
        {event: 'file', nick: 'ana', path: join(host.cwd, 'new_a $(touch pwned).txt')},
      ]),
    )
    expect([host.cwd, ana.cwd].some(directory => existsSync(join(directory, 'pwned')))).toBe(false)
  })

  it('that fail are told of, and end nothing', async () => {
    const {host, port} = await liveHost(['--json', '--on-join', 'no-such-program-here'])
    liveMember(port, ['--nick', 'ana'])
    await host.tells('--on-join: cannot run no-such-program-here: there is no such program')
    host.type('/quit')
    expect(await host.exit).toBe(0)
  })

  it('take a command and nothing else', async () => {
    for (const command of ['', ' ', '"open'])
      expect(await runChatctl(['host', '--on-message', command])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('is no command'),
      })
  })
})
