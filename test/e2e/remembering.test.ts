import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, LiveChatctl, type AnyEvent, type LiveOptions} from '../helpers/live-chatctl.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

/** Opens a room in event mode; its code is generated unless the environment has one. */
async function openRoom(home: string, argv: readonly string[] = [], options: LiveOptions = {}) {
  const host = new LiveChatctl(['host', '-p', '0', '--json', '--nick', 'bob', ...argv], {home, ...options})
  const {port, code: made} = await host.event('listening')
  return {host, port: String(port), made: String(made)}
}

function enter(home: string, host: string, argv: readonly string[] = [], shown?: string): LiveChatctl {
  const env = shown === undefined ? {} : {CHATCTL_CODE: shown}
  return new LiveChatctl(['join', host, '--json', '--nick', 'ana', ...argv], {home, env})
}

/** Runs a command that ends by itself, on the device of `home`. */
function run(home: string, argv: readonly string[], env: Record<string, string> = {}) {
  return runChatctl(argv, {cwd: temporaryDirectory(), env: {CHATCTL_HOME: home, ...env}})
}

async function leave(member: LiveChatctl): Promise<void> {
  member.type('/quit')
  await member.exit
}

/** A host and a guest who have met over a code for one guest; the room is closed again. */
async function acquainted(): Promise<{bob: string; ana: string}> {
  const [bob, ana] = [newHome(), newHome()]
  const {host, port} = await openRoom(bob)
  host.type('/invite 1')
  const {code: invite} = await host.event('invite')
  const guest = enter(ana, '127.0.0.1', ['-p', port], String(invite))
  await Promise.all([guest.event('remembered'), host.event('remembered')])
  await leave(host)
  await guest.exit
  return {bob, ana}
}

const errorOf = ({events}: LiveChatctl): AnyEvent | undefined => events.find(({event}) => event === 'error')

describe('two devices that met over a code for one guest', () => {
  it('need none after both have started anew, for talk, a word or a file, and in the other direction', async () => {
    const {bob, ana} = await acquainted()
    const {host, port} = await openRoom(bob, ['--accept', 'known'])
    const guest = enter(ana, `127.0.0.1:${port}`)
    expect(await guest.event('connected')).toMatchObject({known: true, knownAs: 'bob'})
    expect(await host.event('joined')).toMatchObject({member: {nick: 'ana'}, knownAs: 'ana'})
    expect(await run(ana, ['say', '--to', `127.0.0.1:${port}`, 'hello'])).toMatchObject({exitCode: 0, stderr: ''})
    await host.event('message', ({text}) => text === 'hello')
    const file = join(temporaryDirectory(), 'a.txt')
    writeFileSync(file, 'a')
    expect(await run(ana, ['send-file', '--to', `127.0.0.1:${port}`, file])).toMatchObject({exitCode: 0})
    await host.event('received', ({name}) => name === 'a.txt')

    const swapped = await openRoom(ana)
    const former = enter(bob, `127.0.0.1:${swapped.port}`)
    expect(await former.event('connected')).toMatchObject({known: true, knownAs: 'ana'})
  })

  it('find each other by name, and a name never leads to another device', async () => {
    const {bob, ana} = await acquainted()
    const {host, port} = await openRoom(bob)
    const guest = enter(ana, 'bob', ['-p', port])
    expect(await guest.event('connected')).toMatchObject({host: '127.0.0.1', port: Number(port), known: true})
    await leave(guest)
    expect(await run(ana, ['say', '--to', 'bob', 'at the address of last time'])).toMatchObject({exitCode: 0})
    await leave(host)

    const {port: others} = await openRoom(newHome(), ['--open'])
    const misled = enter(ana, 'bob', ['-p', others, '--open'], code)
    expect(await misled.exit).toBe(4)
    expect(errorOf(misled)).toMatchObject({code: 'other-device', message: expect.stringContaining('than bob')})
  })

  it('are strangers again when one has forgotten the other, at once also in a room that is open', async () => {
    const {bob, ana} = await acquainted()
    const {host, port} = await openRoom(bob)
    const address = `127.0.0.1:${port}`
    expect(await run(bob, ['peers', 'forget', 'ana'])).toMatchObject({exitCode: 0})
    const asked = enter(ana, address)
    expect(await asked.exit).toBe(4)
    expect(errorOf(asked)).toMatchObject({code: 'no-code'})

    expect(await run(bob, ['peers', 'add', await fingerprintOf(ana), 'ana'])).toMatchObject({exitCode: 0})
    await leave(enter(ana, address))
    host.type('/forget ana')
    host.type('/peers')
    await host.tells('no device is remembered')
    expect(await enter(ana, address).exit).toBe(4)
  })
})

describe('a code for any number of guests', () => {
  it.each([
    ['admits again while the host runs, and no longer', [], 4],
    ['admits again for good when the host says --remember', ['--remember'], 0],
  ])('%s', async (_, argv, exitCode) => {
    const [bob, ana] = [newHome(), newHome()]
    const {host, port, made} = await openRoom(bob, argv)
    const first = enter(ana, `127.0.0.1:${port}`, [], made)
    expect(await first.event('connected')).toMatchObject({known: false})
    expect(await first.event('remembered')).toMatchObject({name: 'bob', role: 'host'})
    await leave(first)
    const second = enter(ana, `127.0.0.1:${port}`)
    expect(await second.event('connected')).toMatchObject({known: true})
    await leave(second)
    await leave(host)

    const {port: next} = await openRoom(bob, argv)
    const third = enter(ana, `127.0.0.1:${next}`)
    third.endInput()
    expect(await third.exit).toBe(exitCode)
  })
})

describe('receive', () => {
  it('remembers who brings a delivery with its code: the next one needs none', async () => {
    const [bob, ana] = [newHome(), newHome()]
    const file = join(temporaryDirectory(), 'a.txt')
    writeFileSync(file, 'a')
    for (const isFirst of [true, false]) {
      const reception = new LiveChatctl(['receive', '-p', '0', '--json'], {home: bob})
      const {port, code: made} = await reception.event('listening')
      const env: Record<string, string> = isFirst ? {CHATCTL_CODE: String(made)} : {}
      const sent = await run(ana, ['send-file', '--to', `127.0.0.1:${String(port)}`, file], env)
      expect(sent).toMatchObject({exitCode: 0})
      expect(sent.stderr.includes('peers forget')).toBe(isFirst)
      expect(await reception.exit).toBe(0)
    }
  })

  it('lets another sender use its code when the first one has brought nothing', async () => {
    const reception = new LiveChatctl(['receive', '-p', '0', '--json'], {home: newHome()})
    const {port, code: made} = await reception.event('listening')
    const to = ['--to', `127.0.0.1:${String(port)}`]
    const env = {CHATCTL_CODE: String(made)}
    expect(await run(newHome(), ['say', ...to, 'hello'], env)).toMatchObject({exitCode: 4})
    const file = join(temporaryDirectory(), 'a.txt')
    writeFileSync(file, 'a')
    expect(await run(newHome(), ['send-file', ...to, file], env)).toMatchObject({exitCode: 0})
    expect(await reception.exit).toBe(0)
  })
})

describe('--accept known', () => {
  it('takes files at once only from devices that were remembered before', async () => {
    const {bob, ana} = await acquainted()
    const {host, port, made} = await openRoom(bob, ['--accept', 'known', '--remember'])
    const file = join(temporaryDirectory(), 'a.txt')
    writeFileSync(file, 'a')
    const send = (home: string, env = {}) => run(home, ['send-file', '--to', `127.0.0.1:${port}`, file], env)
    expect(await send(newHome(), {CHATCTL_CODE: made})).toMatchObject({exitCode: 5})
    await host.event('declined')
    expect(await send(ana)).toMatchObject({exitCode: 0})
  })
})

describe('a device of one’s own', () => {
  it('proves the code each time, and is not remembered', async () => {
    const home = newHome()
    const {host, port} = await openRoom(home, ['--remember'], {env: {CHATCTL_CODE: code}})
    const guest = enter(home, `127.0.0.1:${port}`, [], code)
    expect(await guest.event('connected')).toMatchObject({known: false})
    guest.type('/verify')
    await guest.tells('bob is this device')
    await leave(guest)
    expect(await enter(home, `127.0.0.1:${port}`).exit).toBe(4)
    await leave(host)
    expect(host.events.some(({event}) => event === 'remembered')).toBe(false)
    expect(await run(home, ['peers'])).toMatchObject({exitCode: 0, stdout: ''})
  })
})

describe('the words of /verify', () => {
  it('are the same eight at the host and at the member', async () => {
    const {host, port, made} = await openRoom(newHome())
    const guest = enter(newHome(), `127.0.0.1:${port}`, [], made)
    await host.event('joined')
    guest.type('/verify')
    host.type('/verify ana')
    const words = /\n {2}([a-z]+(?: [a-z]+){7})\n/
    await Promise.all([guest.tells(words), host.tells(words)])
    expect(words.exec(guest.stderr)?.[1]).toBe(words.exec(host.stderr)?.[1])
  })
})

async function fingerprintOf(home: string): Promise<string> {
  return (await run(home, ['id'])).stdout.trim()
}
