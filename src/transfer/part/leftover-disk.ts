import type {BigIntStats} from 'node:fs'
import {lstat, readdir, rm} from 'node:fs/promises'
import {errnoOf} from '../disk-error.js'
import {journalOf} from './part-name.js'

/** Removes something. What cannot be removed stays: whoever receives there has no less for it. */
export async function remove(path: string): Promise<void> {
  try {
    await rm(path, {recursive: true, force: true})
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
  }
}

/** Removes a part, and its journal if that stands beside it. */
export async function removePart(path: string): Promise<void> {
  const stats = await statsOf(path)
  await remove(path)
  if (stats?.isFile()) await remove(journalOf(path, stats))
}

/** Lists a directory. One that is not there, or cannot be read, holds nothing to go on with; whoever writes there hears why. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (errnoOf(error) !== undefined) return []
    throw error
  }
}

/** Looks at something; undefined when somebody else has just taken or removed it, or it cannot be looked at. */
export async function statsOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, {bigint: true})
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined
    throw error
  }
}
