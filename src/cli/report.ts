import type {Writable} from 'node:stream'
import {ChatctlError, toChatctlError} from '../errors/index.js'
import {errorText} from '../repl/error-text.js'
import type {Look} from '../ui/look.js'
import {sanitiseBlock} from '../ui/sanitise.js'
import {createTheme} from '../ui/theme.js'
import {redact} from './secrets.js'

/** Returns any error in the shape in which it is reported; `helpHint` follows those about the command line. */
export function toReportable(error: unknown, helpHint: string): ChatctlError {
  if (!isOclifError(error)) return toChatctlError(error)
  const message = hasMissing(error) ? missingText(error.args) : tidy(error.message)
  return new ChatctlError('bad-argument', message, {hint: helpHint, cause: error})
}

/** Reports an error to people on standard error: what happened, the likely cause, the next command. */
export async function report(error: ChatctlError, look: Look): Promise<void> {
  // A cause may quote what a peer has sent.
  const stack = isDebugging(process.env) ? `${sanitiseBlock(stackOf(error))}\n` : ''
  const theme = createTheme(look)
  await write(process.stderr, theme.fit(`${errorText(error, theme, process.stderr.columns)}\n${stack}`))
}

/** Writes text without the codes in it, and waits until it is out: the process may end right after it. */
export function write(stream: Writable, text: string): Promise<void> {
  return new Promise(resolve => stream.write(redact(text), () => resolve()))
}

/** Says whether DEBUG asks for chatctl's own debug output, and so for stacks. */
export function isDebugging(env: Readonly<Record<string, string | undefined>>): boolean {
  const patterns = (env['DEBUG'] ?? '').split(/[\s,]+/)
  return patterns.some(pattern => pattern === '*' || pattern.startsWith('chatctl'))
}

/** Says whether an error is oclif's way to end the process with a code: there is nothing to report. */
export function isExit(error: unknown): error is OclifError {
  return isOclifError(error) && error.code === 'EEXIT'
}

/** An error that oclif made, with the exit code that it chose. */
export interface OclifError extends Error {
  code?: string
  oclif: {exit?: number}
}

function isOclifError(error: unknown): error is OclifError {
  return error instanceof Error && 'oclif' in error
}

/** An argument that a command takes. */
interface DeclaredArgument {
  name: string
  description?: string
}

/** Arguments that do not belong there are words; those that are missing have names. */
function hasMissing(error: OclifError): error is OclifError & {args: [DeclaredArgument, ...DeclaredArgument[]]} {
  return 'args' in error && Array.isArray(error.args) && typeof error.args[0] === 'object'
}

function missingText([{name, description = ''}]: readonly [DeclaredArgument, ...DeclaredArgument[]]): string {
  return `${name.toUpperCase()} is missing: ${startLow(description)}`
}

/** oclif writes sentences over several lines; an error of ours is one line in lower case. */
function tidy(message: string): string {
  const line = message
    .replace(/See more help with --help\s*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  const [, flag, reason = line] = /^Parsing (--\S+) (.*)$/.exec(line) ?? []
  const start = flag === undefined ? '' : `${flag}: `
  return start + startLow(reason)
}

function startLow(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`
  return (error.stack ?? error.message) + cause
}
