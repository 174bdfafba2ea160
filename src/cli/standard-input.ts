import {createReadStream, fstatSync} from 'node:fs'
import type {Readable} from 'node:stream'
import {ChatctlError} from '../errors/index.js'
import {toSafeName} from '../transfer/part/safe-name.js'

/**
 * Makes sure of what is asked of standard input: it is read once, and has a name of its own.
 * @throws ChatctlError `bad-argument`
 */
export function requireSendable(
  paths: readonly string[],
  {for: to, name}: {for: string | undefined; name: string | undefined},
): void {
  const count = paths.filter(path => path === '-').length
  if (count > 1)
    throw misused('standard input can be read only once', 'Give `-` once; a file that is called `-` is `./-`.')
  if (count === 1 && to === 'all')
    throw misused('standard input can be read only once, and not for everyone', 'Write it to a file, and send that.')
  if (count === 0 && name !== undefined) throw misused('--name is for standard input', 'Give `-` as the path.')
  if (name !== undefined && !isPlainName(name))
    throw misused(`${JSON.stringify(name)} is no name for a file`, 'Give a plain one.')
}

/**
 * Returns standard input for reading: Node itself takes a disk, a block device, for empty. `hint` says what to give
 * in place of a directory.
 * @throws ChatctlError `not-a-file` for a directory
 */
export function standardInput(hint: string): Readable {
  const stats = fstatSync(0)
  if (stats.isDirectory()) throw new ChatctlError('not-a-file', 'standard input is a directory', {hint})
  return stats.isBlockDevice() ? createReadStream('', {fd: 0}) : process.stdin
}

function misused(message: string, hint: string): ChatctlError {
  return new ChatctlError('bad-argument', message, {hint})
}

function isPlainName(name: string): boolean {
  try {
    toSafeName(name, {prefix: ''})
    return true
  } catch {
    // Whoever receives would refuse it for the same reason.
    return false
  }
}
