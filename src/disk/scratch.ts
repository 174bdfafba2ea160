import {randomBytes} from 'node:crypto'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** Makes a directory for what is tried out, and removes it, with all that is in it, when the use of it is over. */
export async function withScratch<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'chatctl-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, {recursive: true, force: true, maxRetries: 3})
  }
}

/** Writes a file of so many bytes that cannot be compressed. */
export async function writeSample(path: string, bytes: number): Promise<void> {
  await writeFile(path, randomBytes(bytes))
}
