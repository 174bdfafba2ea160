import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

describe('host --open', () => {
  it.each([
    ['in CHATCTL_CODE', [], {CHATCTL_CODE: code}],
    ['in a file', ['--code-file', 'code'], {}],
  ])('exits 2 when a code is given too, %s: it would be asked of nobody', async (_, flags, env) => {
    const cwd = temporaryDirectory()
    writeFileSync(join(cwd, 'code'), `${code}\n`)
    const argv = ['host', '-p', '0', '--bind', '127.0.0.1', '--open', ...flags]
    const {exitCode, stdout, stderr} = await runChatctl(argv, {cwd, env: {CHATCTL_HOME: newHome(), ...env}})
    expect(stderr).toMatch(/^Error: a room that is open has no code, and both are given\n {2}.*--open.*\n$/)
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })

  it('takes an empty CHATCTL_CODE for none', async () => {
    const {host} = await liveHost(['--open'], {env: {CHATCTL_CODE: ''}})
    await host.tells('open: no code is asked')
  })
})

describe('host --max-members', () => {
  it('admits that many, the host included', async () => {
    const {host, port} = await liveHost(['--max-members', '2'])
    liveMember(port, ['--nick', 'ana'])
    await host.tells('ana joined')
    const late = liveMember(port, ['--nick', 'eve'])
    expect(await late.exit).toBe(4)
    expect(late.stderr).toContain('--max-members')
  })
})
