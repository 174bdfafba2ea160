import {spawn} from '@lydell/node-pty'
import {newHome} from './device.js'
import {draw, type Screen} from './terminal.js'
import {packageRoot} from './run-chatctl.js'
import {temporaryDirectory} from './temporary-directory.js'
import {whenOver} from './when-over.js'

/** The real binary on a terminal: typed into, looked at, and gone after the test. */
export interface LiveTerminal {
  /** All that was written, escapes and all. */
  readonly output: string
  readonly cwd: string
  readonly pid: number
  readonly exit: Promise<number>
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** Resolves as soon as what is shown fits. */
  until(fits: (text: string) => boolean): Promise<void>
  /** What a person sees now. */
  screen(): Promise<Screen>
}

/** What a terminal is like in which something is started. */
export interface TerminalOptions {
  columns?: number
  rows?: number
  cwd?: string
}

/** What starts the binary in a shell: a word. */
export const chatctl = `"$NODE" ${packageRoot}bin/run.js`

/** Starts the binary on a pseudo-terminal of its own. */
export function startInTerminal(
  argv: readonly string[],
  env: Record<string, string> = {},
  options: TerminalOptions = {},
): LiveTerminal {
  return startOnTerminal(process.execPath, [`${packageRoot}/bin/run.js`, ...argv], env, options)
}

/** Starts a shell with job control on a pseudo-terminal of its own, and so in a session of its own. */
export function startShellInTerminal(env: Record<string, string> = {}, options: TerminalOptions = {}): LiveTerminal {
  return startOnTerminal('/bin/sh', ['-i'], {PS1: 'shell$ ', NODE: process.execPath, ...env}, options)
}

function startOnTerminal(
  program: string,
  args: string[],
  env: Record<string, string>,
  {columns = 100, rows = 30, cwd = temporaryDirectory()}: TerminalOptions,
): LiveTerminal {
  const home = newHome()
  let [output, width, height, hasExited] = ['', columns, rows, false]
  const looking = new Set<() => void>()
  const child = spawn(program, args, {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: {PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', LANG: 'C.UTF-8', CHATCTL_HOME: home, ...env},
  })
  child.onData(text => {
    output += text
    for (const look of [...looking]) look()
  })
  const exit = new Promise<number>(resolve => {
    child.onExit(({exitCode, signal}) => {
      hasExited = true
      for (const look of [...looking]) look()
      resolve(signal ? 128 + signal : exitCode)
    })
  })
  whenOver(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const live: LiveTerminal = {
    get output() {
      return output
    },
    cwd,
    pid: child.pid,
    exit,
    type: keys => child.write(keys),
    resize: (newColumns, newRows) => {
      ;[width, height] = [newColumns, newRows]
      child.resize(newColumns, newRows)
    },
    until: fits =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (fits(output)) resolve()
          else if (hasExited) reject(new Error(`ended before what is shown fitted\n${output}`))
          else return
          looking.delete(look)
        }
        looking.add(look)
        look()
      }),
    screen: () => draw(output, {columns: width, rows: height}),
  }
  return live
}
