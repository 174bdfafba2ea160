import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

function someFile(bytes: number): string {
  const path = join(temporaryDirectory(), 'report.pdf')
  writeFileSync(path, Buffer.alloc(bytes))
  return path
}

const deliver = (port: string, ...argv: string[]) =>
  runChatctl(['send-file', '--to', `127.0.0.1:${port}`, ...argv], {
    env: {CHATCTL_HOME: newHome(), CHATCTL_CODE: code},
  })

describe('--quiet', () => {
  it('leaves the first line of a host, and offers, but not who comes and goes', async () => {
    const {host, port} = await liveHost(['--quiet', '--accept', 'ask'])
    const member = liveMember(port, ['--nick', 'ana'])
    member.type('hello', `/file ${someFile(1)}`)
    await Promise.all([host.tells('ana offers #1'), host.says('hello\n')])
    expect(host.stdout).toBe('ana: hello\n')
    expect(host.stderr).toMatch(/^listening on /)
    expect(host.stderr).not.toContain('ana joined')
  })

  it('makes send-file silent when all goes well', async () => {
    const {port} = await liveHost(['--accept', 'all'])
    expect(await deliver(port, '-q', someFile(1000))).toEqual({exitCode: 0, stdout: '', stderr: ''})
  })

  it('keeps what fails', async () => {
    const {port} = await liveHost(['--accept', 'none'])
    const {exitCode, stdout, stderr} = await deliver(port, '-q', someFile(1000))
    expect(stderr).toMatch(/^Error: /)
    expect({exitCode, stdout}).toEqual({exitCode: 5, stdout: ''})
  })
})

describe('--verbose', () => {
  it('is not for those who want quiet', async () => {
    expect(await runChatctl(['host', '-q', '-v'])).toMatchObject({exitCode: 2})
  })
})
