import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {code, LiveChatctl} from '../helpers/live-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'

const content = randomBytes(8_000_000)
const sha256 = createHash('sha256').update(content).digest('hex')

function partBytesIn(inbox: string): number {
  const [part] = readdirSync(inbox).filter(name => name.endsWith('.part'))
  return part === undefined ? 0 : statSync(join(inbox, part)).size
}

describe('a file whose way was interrupted', () => {
  it.each([
    ['SIGKILL', 'sender'],
    ['SIGKILL', 'receiver'],
    ['SIGINT', 'sender'],
    ['SIGINT', 'receiver'],
  ] as const)('by %s of the %s goes on by the same commands', async (signal, victim) => {
    const [inbox, home, path] = [temporaryDirectory(), temporaryDirectory(), join(temporaryDirectory(), 'a.bin')]
    const senderHome = temporaryDirectory()
    writeFileSync(path, content)
    const env = {CHATCTL_CODE: code}
    const receive = async (): Promise<{process: LiveChatctl; port: string}> => {
      const argv = ['receive', '--keep', '-p', '0', '--json', '--out', inbox]
      const process = new LiveChatctl(argv, {home, env})
      return {process, port: String((await process.event('listening'))['port'])}
    }
    const send = (port: string, ...flags: string[]): LiveChatctl =>
      new LiveChatctl(['send-file', '--to', '127.0.0.1', '-p', port, '--json', ...flags, path], {home: senderHome, env})
    const receiver = await receive()
    const sender = send(receiver.port, '--bwlimit', '2M')
    await until(() => partBytesIn(inbox) > 2_000_000)
    const killed = victim === 'sender' ? sender : receiver.process
    killed.kill(signal)
    await killed.exit
    const {port} = victim === 'sender' ? receiver : await receive()
    const again = send(port)
    expect(await again.exit).toBe(0)
    const {files} = JSON.parse(again.stdout) as {files: {sha256: string; resumedFrom: number}[]}
    expect(files).toMatchObject([{sha256}])
    expect(files[0]!.resumedFrom).toBeGreaterThan(1_900_000)
    expect(readFileSync(join(inbox, 'new_a.bin')).equals(content)).toBe(true)
    await until(() => readdirSync(inbox).length === 1)
    expect(readdirSync(inbox)).toEqual(['new_a.bin'])
  })

  it('and that has changed since begins anew, which is said, and nothing of it is left', async () => {
    const [inbox, home, senderHome] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()]
    const path = join(temporaryDirectory(), 'a.bin')
    writeFileSync(path, content)
    const receive = (): LiveChatctl =>
      new LiveChatctl(['receive', '--keep', '-p', '0', '--json', '--out', inbox], {home, env: {CHATCTL_CODE: code}})
    const send = async (receiver: LiveChatctl, ...flags: string[]): Promise<LiveChatctl> => {
      const port = String((await receiver.event('listening'))['port'])
      const argv = ['send-file', '--to', '127.0.0.1', '-p', port, '--json', ...flags, path]
      return new LiveChatctl(argv, {home: senderHome, env: {CHATCTL_CODE: code}})
    }
    const before = receive()
    const killed = [before, await send(before, '--bwlimit', '2M')]
    await until(() => partBytesIn(inbox) > 1_000_000)
    for (const process of killed) process.kill('SIGKILL')
    await Promise.all(killed.map(({exit}) => exit))
    utimesSync(path, new Date(), new Date())
    const receiver = receive()
    expect(await (await send(receiver)).exit).toBe(0)
    const {message} = await receiver.event('notice', ({code}) => code === 'started-over')
    expect(message).toBe('#1 a.bin begins anew: it has changed')
    await until(() => readdirSync(inbox).length === 1)
    expect(readFileSync(join(inbox, 'new_a.bin')).equals(content)).toBe(true)
  })
})
