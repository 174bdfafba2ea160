import {spawn, type ChildProcess} from 'node:child_process'
import {ChatctlError} from '../errors/index.js'

/** A program to run; no shell reads its words. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Whether it has the terminal; otherwise it reads nothing, and what it says on standard error is kept. */
  readonly hasTerminal?: boolean
  /** When it is ended, with all that it has started. */
  readonly timeoutMs?: number
}

/** How a program has ended. */
export interface ProgramEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly isTimedOut: boolean
  /** The end of what it said on standard error. */
  readonly complaint: string
}

const maxComplaintLength = 4096

/**
 * Runs a program to its end.
 * @throws ChatctlError `bad-argument` when it cannot be started
 */
export function runProgram(program: Program): Promise<ProgramEnd> {
  const {command, args, env = process.env, hasTerminal = false, timeoutMs} = program
  const stdio = hasTerminal ? 'inherit' : (['ignore', 'ignore', 'pipe'] as const)
  // In a group of its own it can be ended with all that it has started, and Ctrl-C is not for it.
  const isGroup = !hasTerminal && process.platform !== 'win32'
  const child = spawn(command, args, {env, stdio: stdio as 'inherit', detached: isGroup, windowsHide: true})
  const end = (): void => endProcess(child, isGroup)
  process.once('exit', end)
  let [complaint, isTimedOut] = ['', false]
  const endLate = (): void => {
    isTimedOut = true
    end()
  }
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-maxComplaintLength)))
  const timer = timeoutMs === undefined ? undefined : setTimeout(endLate, timeoutMs)
  return new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', error => reject(cannotRun(command, error)))
    // What it has started may hold its standard error open for ever.
    child.once('exit', exitCode => setImmediate(() => resolve({exitCode, isTimedOut, complaint})))
  }).finally(() => {
    clearTimeout(timer)
    process.off('exit', end)
    child.stderr?.destroy()
  })
}

function endProcess(child: ChildProcess, isGroup: boolean): void {
  if (child.pid === undefined || child.exitCode !== null) return
  try {
    if (isGroup) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function cannotRun(command: string, cause: NodeJS.ErrnoException): ChatctlError {
  const why = cause.code === 'ENOENT' ? 'there is no such program' : (cause.code ?? cause.message)
  const hint = 'Check the name, and that it is in PATH; no shell is in between.'
  return new ChatctlError('bad-argument', `cannot run ${command}: ${why}`, {hint, cause})
}
