import * as fs from 'node:fs/promises'
import {join} from 'node:path'
import {ChatctlError} from '../../errors/index.js'
import {errnoOf} from '../disk-error.js'
import {claim, publish} from './publish.js'

/** What happens when a received file's name is taken: it gets another one, takes its place, or does not come. */
export type OnConflict = 'rename' | 'overwrite' | 'skip'

/** The file that a received one would stand beside, or replace. */
export interface Place {
  /** Absolute. */
  directory: string
  name: string
  onConflict: OnConflict
}

/**
 * Makes sure that a file which is only wanted where none has its name would be the first.
 * @throws ChatctlError `exists`
 */
export async function requireWanted({directory, name, onConflict}: Place): Promise<void> {
  if (onConflict === 'skip' && (await modeOf(join(directory, name))) !== undefined) throw exists(name)
}

/**
 * Gives a finished file its name, or the next free one, and returns its path. The file system decides who comes first.
 *
 * Only a regular file is ever replaced, at once and whole: what is no such file, a link or a directory, keeps its name,
 * and nothing is written through it. `link` is the system's, or a stand-in for one that has no hard links.
 * @throws ChatctlError `exists`
 */
export async function settle(partPath: string, {directory, name, onConflict}: Place, link = fs.link): Promise<string> {
  if (onConflict === 'rename') return publish(partPath, directory, name, link)
  const path = join(directory, name)
  if (await claim(partPath, path, link)) return path
  if (onConflict === 'skip') throw exists(name)
  const mode = await modeOf(path)
  if (mode !== undefined && !mode.isFile()) return publish(partPath, directory, name, link)
  await fs.rename(partPath, path)
  return path
}

async function modeOf(path: string): Promise<{isFile(): boolean} | undefined> {
  try {
    return await fs.lstat(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Says that what has a name already keeps it. */
export function exists(name: string): ChatctlError {
  return new ChatctlError('exists', `${name} is there already, and is kept`)
}
