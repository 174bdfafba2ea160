import {mkdir, stat} from 'node:fs/promises'
import {dirname} from 'node:path'

/**
 * Makes a directory, and those above it that are missing. Level by level: Node's own way never comes to an end where
 * the system lets nobody make any, as in `/proc`.
 */
export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  try {
    await makeLevel(path, mode)
  } catch (error) {
    const parent = dirname(path)
    if (parent === path || !isMissing(error)) throw error
    await makeDirectory(parent, mode)
    await makeLevel(path, mode)
  }
}

async function makeLevel(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, {mode})
  } catch (error) {
    // Systems have many words for a directory that is there, or that another process has made meanwhile.
    if (isMissing(error) || !(await isDirectory(path))) throw error
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // Why it cannot be made says more than why it cannot be looked at.
    return false
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
