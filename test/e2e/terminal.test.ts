import {randomBytes} from 'node:crypto'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {code} from '../helpers/live-chatctl.js'
import {chatctl, startInTerminal, startShellInTerminal, type LiveTerminal} from '../helpers/live-terminal.js'
import {draw} from '../helpers/terminal.js'

/** Throws where nobody catches it when the process gets SIGUSR2. */
const bomb = `data:text/javascript,process.on('SIGUSR2',()=>setImmediate(()=>{throw new Error('a%20crash')}))`

const host = `${chatctl} host -p 0 --bind 127.0.0.1 --nick bob`

/** A shell on a terminal, in which a room is opened, and half a line is written. */
class Desk {
  readonly terminal: LiveTerminal
  readonly #env = {CHATCTL_CODE: code, NODE_OPTIONS: `--import "${bomb}"`}

  constructor() {
    this.terminal = startShellInTerminal(this.#env)
  }

  /** Resolves when the terminal shows `text` behind a place in all that was written. */
  async sees(text: string, behind = 0): Promise<void> {
    await this.terminal.until(output => output.includes(text, behind))
  }

  /** Runs a command of the shell, and waits for the prompt behind it. */
  async run(command: string): Promise<void> {
    const behind = this.terminal.output.length
    this.terminal.type(`${command}\r`)
    await this.sees('\nshell$ ', behind)
  }

  /** What the terminal is set to, as the system says it. */
  async settings(): Promise<string> {
    await this.run('stty -a > settings')
    return readFileSync(join(this.terminal.cwd, 'settings'), 'utf8')
  }

  /** Starts a room; returns the process. */
  async open(): Promise<number> {
    this.terminal.type(`sh -c 'echo $$ > pid; exec ${host}'\r`)
    await this.sees('bob> ')
    return Number(readFileSync(join(this.terminal.cwd, 'pid'), 'utf8'))
  }

  /** The modes of the terminal, and whether a cursor is seen. */
  async modes(): Promise<{modes: string; isCursorShown: boolean}> {
    const {modes} = await this.terminal.screen()
    const {output} = this.terminal
    return {modes, isCursorShown: output.lastIndexOf('\u001b[?25h') >= output.lastIndexOf('\u001b[?25l')}
  }
}

interface WayOut {
  way: string
  leave: (desk: Desk, pid: number) => void
}

const byKeys = (keys: string) => (desk: Desk) => desk.terminal.type(keys)
const bySignal = (signal: NodeJS.Signals) => (_: Desk, pid: number) => void process.kill(pid, signal)

const waysOut: WayOut[] = [
  {way: '/quit', leave: byKeys('\u0015/quit\r')},
  {way: 'Ctrl-C and Ctrl-D', leave: byKeys('\u0003\u0004')},
  ...(['SIGHUP', 'SIGINT', 'SIGTERM'] as const).map(signal => ({way: signal, leave: bySignal(signal)})),
  {way: 'a crash', leave: bySignal('SIGUSR2')},
]

describe.skipIf(process.platform === 'win32')('the terminal', () => {
  it.each(waysOut)('is as it was found after $way, and no row of the prompt is left', async ({leave}) => {
    const desk = new Desk()
    await desk.sees('shell$ ')
    const found = await desk.settings()
    const pid = await desk.open()
    desk.terminal.type('half a line')
    await desk.sees('half a line')
    const behind = desk.terminal.output.length
    leave(desk, pid)
    await desk.sees('shell$ ', behind)
    expect(await desk.modes()).toEqual({modes: (await draw('')).modes, isCursorShown: true})
    expect(await desk.settings()).toBe(found)
    const {rows} = await desk.terminal.screen()
    expect(rows.join('\n')).not.toMatch(/bob>|half a line/)
  })

  it('is given to the shell by Ctrl-Z, and with fg the line is there that was being written', async () => {
    const desk = new Desk()
    await desk.sees('shell$ ')
    const found = await desk.settings()
    await desk.open()
    desk.terminal.type('half a line')
    await desk.sees('half a line')
    const behind = desk.terminal.output.length
    desk.terminal.type('\u001a')
    await desk.sees('shell$ ', behind)
    expect(await desk.modes()).toEqual({modes: (await draw('')).modes, isCursorShown: true})
    expect(await desk.settings()).toBe(found)
    const again = desk.terminal.output.length
    desk.terminal.type('fg\r')
    await desk.sees('half a line', again)
    expect(JSON.parse((await desk.modes()).modes)).toMatchObject({bracketedPasteMode: true})
    desk.terminal.type(' is whole\r')
    await desk.terminal.until(output => /bob\S* +\S*half a line is whole/.test(output.slice(again)))
    const last = desk.terminal.output.length
    desk.terminal.type('/quit\r')
    await desk.sees('shell$ ', last)
    expect(await desk.settings()).toBe(found)
  })
})

const lastPrompt = async (terminal: LiveTerminal) => {
  const {rows} = await terminal.screen()
  const shown = rows.slice(0, rows.findLastIndex(row => row !== '') + 1)
  return {
    row: shown.at(-1),
    count: shown.filter(row => /^\w+> /.test(row)).length,
    above: shown.slice(0, -1).join('\n'),
  }
}

describe.skipIf(process.platform === 'win32')('two people at terminals', () => {
  it('talk, move a file under a bar while a line is being written, and lose each other, and no line', async () => {
    const bob = startInTerminal(['host', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob'], {CHATCTL_CODE: code})
    await bob.until(output => output.includes('closes the room'))
    const port = / -p (\d+)/.exec(bob.output)![1]!
    expect((await bob.screen()).rows.join('\n')).toContain(
      `On the other computer:\n\n    chatctl join -h 127.0.0.1 -p ${port}`,
    )
    const ana = startInTerminal(['join', '-h', '127.0.0.1', '-p', port, '--nick', 'ana'], {CHATCTL_CODE: code})
    await ana.until(output => output.includes('lists the commands.'))
    expect((await ana.screen()).rows[0]).toContain('connected to bob (127.0.0.1)   encrypted')
    ana.type('good morning\r')
    await bob.until(output => /ana\S* +\S*good morning/.test(output))

    writeFileSync(join(ana.cwd, 'big.tar'), randomBytes(2_000_000))
    ana.type('/bwlimit 500K\r/file big.tar\r')
    await bob.until(output => output.includes('big.tar'))
    bob.type('/get 1\r')
    await ana.until(output => /\^ big\.tar.*%/.test(output))
    ana.type('typing on')
    await ana.until(output => output.includes('typing on'))
    await bob.until(output => /v big\.tar.*%/.test(output))
    expect(await lastPrompt(ana)).toMatchObject({row: 'ana> typing on', count: 1})
    ana.resize(40, 20)
    ana.type('\u001b[D!')
    await ana.until(output => output.includes('o!n') && output.includes('sent big.tar'))
    await bob.until(output => output.includes('received '))
    const calm = await lastPrompt(ana)
    expect(calm).toMatchObject({row: 'ana> typing o!n', count: 1})
    expect(calm.above).not.toMatch(/^\^ /m)

    process.kill(bob.pid, 'SIGKILL')
    await ana.until(output => output.includes('bob is gone'))
    expect(await lastPrompt(ana)).toMatchObject({row: 'ana> typing o!n', count: 1})
    ana.type('\u0005\u0015/quit\r')
    expect(await ana.exit).toBe(0)
    expect((await ana.screen()).rows.join('\n')).not.toContain('ana>')
  })

  it('lose each other in the middle of a file: whoever does not wait for the other exits 6, and hears why', async () => {
    const bob = startInTerminal(['host', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob'], {CHATCTL_CODE: code})
    await bob.until(output => output.includes('closes the room'))
    const port = / -p (\d+)/.exec(bob.output)![1]!
    const way = ['-h', '127.0.0.1', '-p', port, '--accept', 'all', '--bwlimit', '500K']
    const ana = startInTerminal(['join', ...way], {CHATCTL_CODE: code})
    await ana.until(output => output.includes('lists the commands.'))
    writeFileSync(join(bob.cwd, 'big.tar'), randomBytes(2_000_000))
    bob.type('/file big.tar\r')
    await ana.until(output => /v big\.tar.*%/.test(output))
    process.kill(bob.pid, 'SIGKILL')
    await ana.until(output => output.includes('bob is gone'))
    ana.type('\u0004')
    expect(await ana.exit).toBe(6)
    expect((await ana.screen()).rows.join('\n')).toContain('Error: bob was not back, and not all was done\n')
  })
})
