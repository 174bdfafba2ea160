import {randomBytes} from 'node:crypto'
import {rmSync} from 'node:fs'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/**
 * Makes a directory for what is tried out, and removes it, with all that is in it, when the use of it is over, or the
 * process ends before that.
 */
export async function withScratch<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'chatctl-'))
  const removeAtExit = (): void => rmSync(directory, {recursive: true, force: true})
  process.once('exit', removeAtExit)
  try {
    return await use(directory)
  } finally {
    await rm(directory, {recursive: true, force: true, maxRetries: 3})
    process.off('exit', removeAtExit)
  }
}

/** Writes a file of so many bytes that cannot be compressed. */
export async function writeSample(path: string, bytes: number): Promise<void> {
  await writeFile(path, randomBytes(bytes))
}
