import {access, constants, stat} from 'node:fs/promises'
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
    await access(directory, constants.W_OK)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw toWriteError(error, directory)
  }
}

const hint = 'Received files keep their names: name the directory where they go.'
