import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {runChatctl} from '../helpers/run-chatctl.js'

const fingerprint = 'ab'.repeat(32)

describe('peers rename', () => {
  it('gives a remembered device another name, and says which', async () => {
    const env = {CHATCTL_HOME: newHome()}
    await runChatctl(['peers', 'add', fingerprint, 'nas'], {env})
    const renamed = await runChatctl(['peers', 'rename', 'nas', 'attic'], {env})
    expect(renamed).toEqual({exitCode: 0, stdout: 'it is attic now\n', stderr: ''})
    const {stdout} = await runChatctl(['peers', '--json'], {env})
    expect(JSON.parse(stdout)).toMatchObject({ok: true, peers: [{name: 'attic', fingerprint}]})
  })

  it('exits 2 where nobody has that name', async () => {
    const {exitCode, stdout, stderr} = await runChatctl(['peers', 'rename', 'nas', 'attic'], {
      env: {CHATCTL_HOME: newHome()},
    })
    expect(stderr).toMatch(/^Error: [^\n]+\n {2}[^\n]+\n$/)
    expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  })
})
