import {rm, stat, writeFile} from 'node:fs/promises'
import {setTimeout as pause} from 'node:timers/promises'

/** How often whoever has to wait for a lock looks again. */
const lookAgainMs = 20

/** What is done under a lock takes milliseconds: who has it for so long has ended without giving it back. */
export const lockLifetimeMs = 10_000

/** Works while no other process works under the same lock, which is a file. */
export async function withFileLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  while (!(await take(path))) {
    if (await isLeft(path)) await rm(path, {force: true})
    else await pause(lookAgainMs)
  }
  try {
    return await work()
  } finally {
    await rm(path, {force: true})
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, '', {flag: 'wx', mode: 0o600})
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

async function isLeft(path: string): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < Date.now() - lockLifetimeMs
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
