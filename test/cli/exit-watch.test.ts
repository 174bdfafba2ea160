import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, openSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {text} from 'node:stream/consumers'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {exitOf, packageRoot, startChatctl} from '../helpers/run-chatctl.js'

interface ToldEvent {
  event: string
  port: number
  code: string
}

const openRoom = async () => {
  const child = startChatctl(['host', '-p', '0', '--bind', '127.0.0.1', '--json'], {
    env: {CHATCTL_HOME: newHome()},
  })
  const stderr: string[] = []
  child.stderr.on('data', (data: Buffer) => stderr.push(data.toString()))
  const events: ToldEvent[] = []
  const lines = createInterface(child.stdout).on('line', line => events.push(JSON.parse(line) as ToldEvent))
  await once(lines, 'line')
  return {child, events, stderr: () => stderr.join('')}
}

describe('a host that is told to end', () => {
  it('closes the room on SIGHUP too, and exits 129', async () => {
    const {child, events, stderr} = await openRoom()
    child.kill('SIGHUP')
    expect(await exitOf(child)).toBe(129)
    expect(events.at(-1)).toMatchObject({event: 'bye'})
    expect(stderr()).toMatch(/^listening on \S+\n$/)
  })

  it('ends quietly when nobody reads its output any more', async () => {
    const {child, events, stderr} = await openRoom()
    const {port, code} = events[0]!
    const guest = startChatctl(['join', `127.0.0.1:${port}`], {
      env: {CHATCTL_HOME: newHome(), CHATCTL_CODE: code},
    })
    const guestExit = exitOf(guest)
    while (!events.some(({event}) => event === 'joined')) await once(child.stdout, 'data')
    child.stdout.destroy()
    guest.stdin.write('hello\n')
    expect(await exitOf(child)).toBe(141)
    expect(stderr()).toMatch(/^listening on \S+\n$/)
    expect(await guestExit).toBe(0)
  })
})

describe('a guest that is told to end', () => {
  it('leaves the room before it exits', async () => {
    const {child, events} = await openRoom()
    const {port, code} = events[0]!
    const env = {CHATCTL_HOME: newHome(), CHATCTL_CODE: code}
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

describe('output that cannot be written', () => {
  it.skipIf(!existsSync('/dev/full'))('ends a host with exit 8 and says why, without a stack', async () => {
    const child = spawn(process.execPath, [`${packageRoot}/bin/run.js`, 'host', '-p', '0', '--json'], {
      env: {PATH: process.env['PATH'], CHATCTL_HOME: newHome()},
      stdio: ['pipe', openSync('/dev/full', 'w'), 'pipe'],
    })
    const [exitCode, told] = await Promise.all([exitOf(child), text(child.stderr!)])
    expect(told).toMatch(/^listening on .*\nError: there is no room left for the output\n {2}Make room .*\n$/)
    expect(exitCode).toBe(8)
  })

  it('ends a host with exit 8 when nobody reads it and people go on talking', async () => {
    const {child, events, stderr} = await openRoom()
    const {port, code} = events[0]!
    child.stdout.pause()
    const guest = startChatctl(['join', `127.0.0.1:${port}`], {
      env: {CHATCTL_HOME: newHome(), CHATCTL_CODE: code},
    })
    guest.stdin.on('error', () => undefined).end(`${'x'.repeat(65_000)}\n`.repeat(1100))
    // All of it comes before the end of the stream, but not before the exit; the other stream is never read.
    const [exited] = await Promise.all([once(child, 'exit'), once(child.stderr, 'close')])
    expect(exited).toEqual([8, null])
    expect(stderr()).toMatch(/\nError: nobody reads the output\n {2}.*\n$/)
    child.stdout.destroy()
    guest.kill()
    await exitOf(guest)
  })
})
