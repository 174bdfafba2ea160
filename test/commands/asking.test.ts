import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code, liveHost} from '../helpers/live-chatctl.js'
import {startInTerminal} from '../helpers/live-terminal.js'
import {runChatctl} from '../helpers/run-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

/** A person at a terminal, who answers questions. */
function person(argv: readonly string[], env: Record<string, string> = {}) {
  const terminal = startInTerminal(argv, env)
  const sees = (text: string, times = 1) => terminal.until(output => output.split(text).length > times)
  const answers = async (question: string, answer: string, times = 1) => {
    await sees(question, times)
    terminal.type(answer)
  }
  return {answers, sees, exit: terminal.exit, output: () => terminal.output}
}

function codeFile(given: string): string {
  const path = join(temporaryDirectory(), 'code')
  writeFileSync(path, `${given}\n`)
  return path
}

const fresh = () => ({CHATCTL_HOME: newHome()})

async function openRoom(...flags: string[]): Promise<string> {
  const {port} = await liveHost(
    ['--bind', '127.0.0.1', ...flags],
    flags.includes('--open') || flags.includes('--code-file') ? {env: {CHATCTL_CODE: ''}} : {},
  )
  return `127.0.0.1:${port}`
}

describe('join on a terminal', () => {
  it('asks for the code and enters', async () => {
    const ana = person(['join', await openRoom()])
    await ana.answers('Code from the host: ', `${code}\r`)
    await ana.answers('Type to talk.', '/quit\r')
    expect(await ana.exit).toBe(0)
  })

  it('asks again after a wrong code, and after one that is not well formed', async () => {
    const ana = person(['join', await openRoom()])
    await ana.answers('Code from the host: ', 'legal-zoo\r')
    await ana.answers('a code has at least 3 words', 'zoo-zoo-zoo\r')
    await ana.sees('Wrong, or already used: ask for a new one.')
    await ana.answers('Code from the host: ', `${code}\r`, 3)
    await ana.answers('Type to talk.', '/quit\r')
    expect(await ana.exit).toBe(0)
  })

  it('takes first letters, blanks and capitals, and shows what is typed', async () => {
    const ana = person(['join', await openRoom()])
    await ana.answers('Code from the host: ', 'LEGA zoo  Aban\r')
    await ana.answers('Type to talk.', '/quit\r')
    expect(ana.output()).toContain('LEGA zoo  Aban')
    expect(await ana.exit).toBe(0)
  })

  it('takes ten digits', async () => {
    const ana = person(['join', await openRoom('--code-file', codeFile('0123456789'))])
    await ana.answers('Code from the host: ', '01234 56789\r')
    await ana.answers('Type to talk.', '/quit\r')
    expect(await ana.exit).toBe(0)
  })

  it('completes the words of the code with Tab', async () => {
    const ana = person(['join', await openRoom()])
    await ana.answers('Code from the host: ', 'lega\t')
    await ana.answers('legal', '-zo\t')
    await ana.answers('-zo', 'o-aban\t\r')
    await ana.answers('Type to talk.', '/quit\r')
    expect(await ana.exit).toBe(0)
  })

  it('names the nearest words to one that is not in the list, which costs no try', async () => {
    const ana = person(['join', await openRoom()])
    for (let slips = 1; slips <= 4; slips++) {
      await ana.answers('Code from the host: ', 'legal-zooo-abandon\r', slips)
      await ana.sees('word 2 of the code is not in the list: the nearest are zoo,', slips)
    }
    await ana.answers('Code from the host: ', `${code}\r`, 5)
    await ana.answers('Type to talk.', '/quit\r')
    expect(await ana.exit).toBe(0)
  })

  it('exits 4 after three wrong codes, and prints none of them but as they are typed', async () => {
    const ana = person(['join', await openRoom()])
    await ana.answers('Code from the host: ', 'zoo-zoo-able\r')
    await ana.answers('Code from the host: ', 'zoo-zoo-about\r', 2)
    await ana.answers('Code from the host: ', 'zoo-zoo-above\r', 3)
    expect(await ana.exit).toBe(4)
    expect(ana.output()).toContain('the code is wrong, or already used: ask for a new one')
    expect(ana.output().split('zoo-zoo-above')).toHaveLength(2)
  })

  it('exits 130 when Ctrl-C is the answer', async () => {
    const ana = person(['join', await openRoom()])
    await ana.answers('Code from the host: ', 'legal-z\u0003')
    expect(await ana.exit).toBe(130)
    expect(ana.output()).not.toContain('Error')
  })

  it('asks for the address when none is given', async () => {
    const ana = person(['join'], {CHATCTL_CODE: code})
    await ana.answers('Address of the host: ', `${await openRoom()}\r`)
    await ana.answers('Type to talk.', '/quit\r')
    expect(await ana.exit).toBe(0)
  })

  it('asks before it enters where nobody is proved', async () => {
    const address = await openRoom('--open')
    const refusing = person(['join', address])
    await refusing.answers('nobody is proved here, enter? [y/N] ', '\r')
    expect(await refusing.exit).toBe(4)
    const accepting = person(['join', address])
    await accepting.answers('[y/N] ', 'y\r')
    await accepting.answers('Type to talk.', '/quit\r')
    expect(await accepting.exit).toBe(0)
  })
})

describe('nobody is asked', () => {
  it.each(['--plain', '--json'])('on a terminal with %s', async flag => {
    const script = person(['join', await openRoom(), flag])
    expect(await script.exit).toBe(4)
    expect(script.output()).not.toContain('Code from the host')
  })

  it.each([[['join']], [['send-file', import.meta.filename, '--to']]])('behind a pipe, by %j', async argv => {
    const {exitCode, stdout, stderr} = await runChatctl([...argv, await openRoom()], {env: fresh()})
    expect(stderr).toMatch(/^Error: .+\n {2}Give the code in CHATCTL_CODE/)
    expect({exitCode, stdout}).toEqual({exitCode: 4, stdout: ''})
  })
})

describe('the code of a script', () => {
  it('exits 2 before anything is dialled when it is not well formed', async () => {
    const {exitCode, stderr} = await runChatctl(['join', '127.0.0.1:1'], {env: {...fresh(), CHATCTL_CODE: 'legal-zoo'}})
    expect(stderr).toContain('a code has at least 3 words')
    expect(exitCode).toBe(2)
  })

  it('is tried once, and never printed', async () => {
    const env = {...fresh(), CHATCTL_CODE: 'zoo-zoo-zoo', DEBUG: '*'}
    const {exitCode, stdout, stderr} = await runChatctl(['join', await openRoom(), '--json'], {env})
    expect(exitCode).toBe(4)
    expect(stdout + stderr).not.toContain('zoo-zoo-zoo')
  })

  it('comes as the first line of standard input, and what follows is said', async () => {
    const {host, port} = await liveHost()
    const argv = ['join', `127.0.0.1:${port}`, '--nick', 'ana', '--code-file', '-']
    const {exitCode} = await runChatctl(argv, {env: fresh(), input: `${code}\nhello\n`})
    await host.says('ana: hello\n')
    expect(exitCode).toBe(0)
  })
})
