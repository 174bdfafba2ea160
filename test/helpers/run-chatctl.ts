import {spawn, type ChildProcess} from 'node:child_process'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'

/** The root of the package. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url))

/** How a process that has ended did. */
export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** What a test process starts with; the environment is what is given here and PATH. */
export interface RunOptions {
  env?: Record<string, string>
  cwd?: string
  /** As whom it runs, where the test may choose. */
  uid?: number
  /** A command that starts what follows it, when the test is not to start it itself. */
  launch?: readonly string[]
  /** All of standard input. */
  input?: string
}

/** What was told, but for whose answer is waited for: on a busy machine any answer takes that long. */
export function besidesWaiting(stderr: string): string {
  return stderr.replace(/^waiting for \S+ to accept\n/gm, '')
}

/** Runs the real binary to its end. */
export function runChatctl(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runScript(`${packageRoot}/bin/run.js`, argv, options)
}

/** Runs a script to its end. */
export async function runScript(script: string, argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = startScript(script, argv, options)
  child.stdin.end(options.input ?? '')
  return ended(child)
}

/** Starts the real binary and leaves its streams to the test. */
export function startChatctl(argv: readonly string[], options: Omit<RunOptions, 'input'> = {}) {
  return startScript(`${packageRoot}/bin/run.js`, argv, options)
}

/** Resolves with all that a process wrote, once it has ended. */
export async function ended(child: ReturnType<typeof startScript>): Promise<Ended> {
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)])
  return {exitCode, stdout, stderr}
}

function startScript(script: string, argv: readonly string[], {env = {}, cwd, uid, launch = []}: RunOptions) {
  const variables = {PATH: process.env['PATH'], ...env}
  const [command, ...args] = [...launch, process.execPath, script, ...argv] as [string, ...string[]]
  const child = spawn(command, args, {cwd, uid, env: variables, stdio: 'pipe'})
  exits.set(child, closeOf(child))
  return child
}

const exits = new WeakMap<ChildProcess, Promise<number | null>>()

/** Resolves with the exit code of a process and with its streams closed, also when it ended before anyone asked. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  return exits.get(child) ?? closeOf(child)
}

function closeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
}
