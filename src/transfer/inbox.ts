import {access, constants, stat} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {ChatctlError} from '../errors/index.js'
import {errnoOf, toWriteError} from './disk-error.js'

/**
 * Makes sure, before anybody brings something, that files can go to a directory; one that is not there is made for the first.
 * @throws ChatctlError `not-a-directory`, `not-writable`
 */
export async function requireInbox(directory: string): Promise<void> {
  try {
    const stats = await stat(directory)
    if (!stats.isDirectory()) throw new ChatctlError('not-a-directory', `${directory} is not a directory`, {hint})
    await requireOpen(directory)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw toWriteError(error, directory)
    await requireRoomToMake(resolve(directory))
  }
}

/** Looks whether a directory that is not there can be made in the nearest one above it that is. */
async function requireRoomToMake(directory: string): Promise<void> {
  for (let above = dirname(directory), below = directory; above !== below; below = above, above = dirname(above)) {
    try {
      await requireOpen(above)
      return
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw toWriteError(error, directory)
    }
  }
}

/** Something can be made in a directory only by who may come into it, too. */
function requireOpen(directory: string): Promise<void> {
  return access(directory, constants.W_OK | constants.X_OK)
}

const hint = 'Received files keep their names: name the directory where they go.'
