import {randomBytes} from 'node:crypto'
import {constants} from 'node:fs'
import {copyFile, link, open, readdir, readFile, rm, stat, type FileHandle} from 'node:fs/promises'
import {join} from 'node:path'
import {makeDirectory} from '../disk/make-directory.js'
import {cannotRead, cannotWrite, isSystemError} from './home-errors.js'

/** A journal's files: `peers.jsonl`, and `peers.1.jsonl`, `peers.2.jsonl` and so on, each of which takes over from the one before. */
const fileName = /^peers(?:\.([1-9]\d{0,14}))?\.jsonl$/

/** The files in a home directory that a journal of remembered devices is kept in: its generations. */
export class JournalFiles {
  readonly #home: string

  constructor(home: string) {
    this.#home = home
  }

  pathOf(generation: number): string {
    return join(this.#home, generation === 0 ? 'peers.jsonl' : `peers.${generation}.jsonl`)
  }

  /**
   * The generation that is written to now; 0 when there is no file yet.
   * @throws ChatctlError `not-readable`
   */
  async newest(): Promise<number> {
    return Math.max(0, ...(await this.#generations()))
  }

  /**
   * All bytes of a generation; none when there is no such file.
   * @throws ChatctlError `not-readable`
   */
  read(generation: number): Promise<Buffer> {
    const path = this.pathOf(generation)
    return ifThere(path, () => readFile(path), Buffer.alloc(0))
  }

  /**
   * What is another after each write to a generation.
   * @throws ChatctlError `not-readable`
   */
  stamp(generation: number): Promise<string> {
    const path = this.pathOf(generation)
    const look = async (): Promise<string> => {
      const {ino, size, mtimeMs} = await stat(path)
      return [ino, size, mtimeMs].join()
    }
    return ifThere(path, look, 'none')
  }

  /**
   * Writes to the end of a generation, in one piece; resolves when the disk has it.
   * @throws ChatctlError `not-writable`, or `disk-full`
   */
  async append(generation: number, bytes: Buffer): Promise<void> {
    const path = this.pathOf(generation)
    try {
      await makeDirectory(this.#home, 0o700)
      const file = await open(path, 'a', 0o600)
      await writeAll(file, bytes).finally(() => file.close())
    } catch (cause) {
      throw cannotWrite(path, cause)
    }
  }

  /**
   * Makes a generation, whole or not at all; nothing when there is one already. Those that nobody reads any more, all
   * but the one before, are removed.
   * @throws ChatctlError `not-writable`, or `disk-full`
   */
  async begin(generation: number, bytes: Buffer): Promise<void> {
    const path = this.pathOf(generation)
    const draft = `${path}.${randomBytes(8).toString('hex')}`
    try {
      const file = await open(draft, 'wx', 0o600)
      await writeAll(file, bytes).finally(() => file.close())
      await link(draft, path)
      for (const old of await this.#generations()) if (old < generation - 1) await rm(this.pathOf(old), {force: true})
    } catch (cause) {
      if (!isSystemError(cause, 'EEXIST')) throw cannotWrite(path, cause)
    } finally {
      await rm(draft, {force: true})
    }
  }

  /**
   * Copies a generation as it is to a file of its own; returns the path of the copy.
   * @throws ChatctlError `not-writable`, or `disk-full`
   */
  async keepAside(generation: number, at: string): Promise<string> {
    const path = this.pathOf(generation)
    const copy = path.replace(/\.jsonl$/, `.damaged-${at.replaceAll(/[:.]/g, '-')}.jsonl`)
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL)
      return copy
    } catch (cause) {
      // Another process has found the same at the same moment.
      if (isSystemError(cause, 'EEXIST')) return copy
      throw cannotWrite(copy, cause)
    }
  }

  async #generations(): Promise<number[]> {
    const names = await ifThere(this.#home, () => readdir(this.#home), [])
    return names.flatMap(name => {
      const match = fileName.exec(name)
      return match ? [Number(match[1] ?? 0)] : []
    })
  }
}

async function ifThere<Value>(path: string, look: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await look()
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return otherwise
    throw cannotRead(path, cause)
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  const {bytesWritten} = await file.write(bytes)
  // The rest could no longer be written in one piece with it.
  if (bytesWritten < bytes.length) throw Object.assign(new Error('a short write'), {code: 'ENOSPC'})
  await file.sync()
}
