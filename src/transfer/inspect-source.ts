import {stat} from 'node:fs/promises'
import {ChatctlError} from '../errors/index.js'
import type {Clock} from '../session/clock.js'
import {errnoOf} from './disk-error.js'
import {FileSource} from './file-source.js'
import type {Source} from './source.js'
import type {WalkOptions} from './tree/walk-tree.js'

/**
 * Looks whether a file, or a directory, can be sent, and what is known of it beforehand.
 * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`, `bad-argument` for a path that is empty
 */
export async function inspectSource(path: string, options: WalkOptions, clock: Clock): Promise<Source> {
  if (!(await isDirectory(path))) return FileSource.inspect(path)
  // Few send directories: what it takes is loaded for them.
  const {TreeSource} = await import('./tree/tree-source.js')
  return TreeSource.inspect(path, options, clock)
}

/**
 * Looks only whether there is something that can be sent.
 * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`, `bad-argument` for a path that is empty
 */
export async function requireSource(path: string): Promise<void> {
  if (!(await isDirectory(path))) await FileSource.inspect(path)
}

/** What cannot be looked at is taken for a file, which says why. */
async function isDirectory(path: string): Promise<boolean> {
  if (path === '') throw unnamed()
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    // Node refuses a path with a NUL before the system sees it.
    if (errnoOf(error) === undefined && !(error instanceof TypeError)) throw error
    return false
  }
}

function unnamed(): ChatctlError {
  const hint = 'Name a file or a directory; in a script, the variable for it may be empty.'
  return new ChatctlError('bad-argument', 'an empty path names nothing', {hint})
}
