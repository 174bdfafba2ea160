import {constants, type BigIntStats} from 'node:fs'
import {open, type FileHandle} from 'node:fs/promises'

/** A file that is open, and how it looked then. */
export interface OpenFile {
  handle: FileHandle
  stats: BigIntStats
}

// Windows has neither links that an open follows by surprise nor pipes in a directory, and no such flags.
const {O_NOFOLLOW = 0, O_NONBLOCK = 0} = constants as Partial<typeof constants>

/**
 * Opens a file that this user left behind, for reading and writing; undefined when something else stands there: a link,
 * a pipe, a file of somebody else, or one that has a second name.
 */
export async function openOwnFile(path: string, flags = constants.O_RDWR): Promise<OpenFile | undefined> {
  const handle = await open(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600)
  try {
    const stats = await handle.stat({bigint: true})
    if (isOwnFile(stats)) return {handle, stats}
    await handle.close()
    return undefined
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Whether it is a regular file of this user, under one name. */
export function isOwnFile(stats: BigIntStats): boolean {
  return isOwnLink(stats) && stats.nlink === 1n
}

/** Whether it is a name of a regular file of this user, which may have others: of a part that was killed as it was published. */
export function isOwnLink(stats: BigIntStats): boolean {
  return stats.isFile() && isOwn(stats)
}

/** Whether it is a directory of this user that nobody else comes into. */
export function isOwnDirectory(stats: BigIntStats): boolean {
  // Windows has no such permissions.
  return stats.isDirectory() && isOwn(stats) && (process.platform === 'win32' || (stats.mode & 0o077n) === 0n)
}

function isOwn({uid}: BigIntStats): boolean {
  return process.getuid === undefined || uid === BigInt(process.getuid())
}
