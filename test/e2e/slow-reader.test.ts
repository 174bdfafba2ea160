import {once} from 'node:events'
import {describe, expect, it, onTestFinished} from 'vitest'
import {newHome} from '../helpers/device.js'
import {exitOf, startChatctl} from '../helpers/run-chatctl.js'

const start = (argv: readonly string[], env: Record<string, string> = {}) => {
  const child = startChatctl(argv, {env: {CHATCTL_HOME: newHome(), ...env}})
  child.stdin.on('error', () => undefined)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    child.stdout.destroy()
    child.stderr.destroy()
    await exitOf(child)
  })
  return child
}

interface Told {
  event: string
  port: number
  code: string
  text: string
}

/** Takes lines out of what comes, as events. */
const eventReader = () => {
  const parts: string[] = []
  return (chunk: string): Told[] => {
    if (!chunk.includes('\n')) return (parts.push(chunk), [])
    const lines = [...parts.splice(0), chunk].join('').split('\n')
    parts.push(lines.pop() ?? '')
    return lines.map(line => JSON.parse(line) as Told)
  }
}

/** What takes a reader its time: it asks the host so many questions, one after the other, and awaits each answer. */
async function ask(host: ReturnType<typeof start>, questionCount: number, gone: Promise<unknown>): Promise<void> {
  for (let asked = 0; asked < questionCount; asked++) {
    const answered = once(host.stderr, 'data')
    host.stdin.write('/who\n')
    await Promise.race([answered, gone])
  }
}

describe('a host in event mode', () => {
  it('shows all of a flood of 100 MB to one who reads more slowly than that comes', async () => {
    const texts = Array.from({length: 1700}, (_, number) => `${number} ${'x'.repeat(60_000)}`)
    const host = start(['host', '-p', '0', '--bind', '127.0.0.1', '--json'])
    const gone = once(host, 'exit')
    const take = eventReader()
    let guestExit: Promise<number | null> | undefined
    let shown = 0
    const left: string[] = []

    const flood = (port: number, code: string): void => {
      const guest = start(['join', `127.0.0.1:${port}`], {CHATCTL_CODE: code})
      guest.stderr.resume()
      guest.stdin.end(texts.map(text => `${text}\n`).join(''))
      guestExit = exitOf(guest)
    }
    const observe = ({event, port, code, text}: Told): void => {
      if (event === 'listening') flood(port, code)
      else if (event === 'message' && text === texts[shown]) shown++
      else if (event === 'left') left.push(event)
    }
    for await (const chunk of host.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      take(chunk).forEach(observe)
      if (left.length > 0) host.stdin.end('/quit\n')
      else if (shown > 0) await ask(host, 32, gone)
    }
    expect(await exitOf(host)).toBe(0)
    expect(shown).toBe(texts.length)
    expect(await guestExit).toBe(0)
  })
})
