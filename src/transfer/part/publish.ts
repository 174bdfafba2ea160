import type {BigIntStats} from 'node:fs'
import * as fs from 'node:fs/promises'
import {join} from 'node:path'
import {ChatctlError} from '../../errors/index.js'
import {errnoOf} from '../disk-error.js'
import {identityOf, standsAt, type FileIdentity} from './file-identity.js'
import {numberName} from './file-name.js'

/** How many files of one name a directory may hold before a further one is refused. */
const maxOfOneName = 9999

/**
 * Gives a finished file its name in a directory and returns its path; a name that is taken gets a number.
 *
 * Nothing is ever replaced: the file system itself decides who comes first. `link` is the system's, or a stand-in for
 * one that has no hard links.
 */
export async function publish(partPath: string, directory: string, name: string, link = fs.link): Promise<string> {
  return takeFreeName(directory, name, path => claim(partPath, path, link))
}

/**
 * Claims a name in a directory, or the next free one behind a number, and returns its path; `claim` tells whether it could.
 * @throws ChatctlError `not-writable` when there are too many of that name, or what `claim` throws
 */
export async function takeFreeName(
  directory: string,
  name: string,
  claim: (path: string) => Promise<boolean>,
): Promise<string> {
  for (let number = 1; number <= maxOfOneName; number++) {
    const path = join(directory, number === 1 ? name : numberName(name, number))
    if (await claim(path)) return path
  }
  throw new ChatctlError('not-writable', `there are ${maxOfOneName} files named ${name} in ${directory}`)
}

/**
 * Looks for something that was given its name in a directory, or one behind a number: its path, if it has that still.
 * `isIt` tells it from others.
 */
export async function findPublished(
  directory: string,
  name: string,
  isIt: (stats: BigIntStats) => boolean,
): Promise<string | undefined> {
  for (let number = 1; number <= maxOfOneName; number++) {
    const path = join(directory, number === 1 ? name : numberName(name, number))
    const stats = await statsOf(path)
    // When it got its name those before were taken.
    if (stats === undefined) return undefined
    if (isIt(stats)) return path
  }
  return undefined
}

async function statsOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await fs.lstat(path, {bigint: true})
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Gives a finished file a name that nothing has; false when something has it. */
export async function claim(partPath: string, path: string, link: typeof fs.link): Promise<boolean> {
  try {
    await link(partPath, path)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    // The file or its directory is gone: that is no file system without links.
    if (errnoOf(error) === 'ENOENT') throw error
    return claimWithoutLinks(partPath, path)
  }
  await fs.unlink(partPath)
  return true
}

/** An empty file of our own holds the name until the whole one is moved over it. */
async function claimWithoutLinks(partPath: string, path: string): Promise<boolean> {
  const placeholder = await hold(path)
  if (placeholder === undefined) return false
  try {
    await fs.rename(partPath, path)
  } catch (error) {
    if (await standsAt(placeholder, path)) await fs.unlink(path)
    throw error
  }
  return true
}

async function hold(path: string): Promise<FileIdentity | undefined> {
  try {
    const handle = await fs.open(path, 'wx')
    return await identityOf(handle).finally(() => handle.close())
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined
    throw error
  }
}
