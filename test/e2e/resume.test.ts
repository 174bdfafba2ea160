import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {code, LiveChatctl} from '../helpers/live-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'
import {until} from '../helpers/until.js'

const content = randomBytes(8_000_000)
const sha256 = createHash('sha256').update(content).digest('hex')

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
    const partBytes = (): number => {
      const [part] = readdirSync(inbox).filter(name => name.endsWith('.part'))
      return part === undefined ? 0 : statSync(join(inbox, part)).size
    }
    await until(() => partBytes() > 2_000_000)
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
})
