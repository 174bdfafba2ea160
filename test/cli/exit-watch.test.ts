import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {describe, expect, it} from 'vitest'
import {exitOf, startChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

interface ToldEvent {
  event: string
  port: number
  code: string
}

const openRoom = async () => {
  const child = startChatctl(['host', '-p', '0', '--bind', '127.0.0.1', '--json'], {
    env: {CHATCTL_HOME: temporaryDirectory()},
  })
  const stderr: string[] = []
  child.stderr.on('data', (data: Buffer) => stderr.push(data.toString()))
  const events: ToldEvent[] = []
  const lines = createInterface(child.stdout).on('line', line => events.push(JSON.parse(line) as ToldEvent))
  await once(lines, 'line')
  return {child, events, stderr: () => stderr.join('')}
}

describe('a host that is told to end', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('closes the room on %s and exits %i', async (signal, exitCode) => {
    const {child, events, stderr} = await openRoom()
    child.kill(signal)
    expect(await exitOf(child)).toBe(exitCode)
    expect(events.at(-1)).toMatchObject({event: 'bye'})
    expect(stderr()).toBe('')
  })

  it('ends quietly when nobody reads its output any more', async () => {
    const {child, events, stderr} = await openRoom()
    const {port, code} = events[0]!
    child.stdout.destroy()
    const guest = startChatctl(['join', `127.0.0.1:${port}`], {
      env: {CHATCTL_HOME: temporaryDirectory(), CHATCTL_CODE: code},
    })
    expect(await exitOf(child)).toBe(141)
    expect(stderr()).toBe('')
    guest.stdin.end()
    expect(await exitOf(guest)).toBe(0)
  })
})

describe('a guest that is told to end', () => {
  it('leaves the room before it exits', async () => {
    const {child, events} = await openRoom()
    const {port, code} = events[0]!
    const env = {CHATCTL_HOME: temporaryDirectory(), CHATCTL_CODE: code}
    const guest = startChatctl(['join', `127.0.0.1:${port}`], {env})
    await once(guest.stderr, 'data')
    guest.kill('SIGINT')
    expect(await exitOf(guest)).toBe(130)
    while (!events.some(({event}) => event === 'left')) await once(child.stdout, 'data')
    expect(events.at(-1)).toMatchObject({event: 'left', reason: 'quit'})
    child.kill()
    await exitOf(child)
  })
})
