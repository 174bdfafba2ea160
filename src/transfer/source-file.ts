import {open, stat, type FileHandle} from 'node:fs/promises'
import {ChatctlError} from '../errors/index.js'
import {toReadError} from './disk-error.js'

/** A file that is offered: what it was when someone looked. */
export interface SourceFile {
  path: string
  bytes: number
  /** Tells whether it is still the same, without reading it. */
  stamp: string
}

/**
 * Looks whether a file can be sent.
 * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`
 */
export async function inspectSource(path: string): Promise<SourceFile> {
  const reader = await SourceReader.open(path)
  await reader.close()
  return reader.source
}

/** Reads a file from its beginning into buffers of the caller, and notices when it is not what was offered. */
export class SourceReader {
  readonly source: SourceFile
  readonly #handle: FileHandle
  #position = 0

  private constructor(source: SourceFile, handle: FileHandle) {
    this.source = source
    this.#handle = handle
  }

  /**
   * Opens a file for reading.
   * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`
   */
  static async open(path: string): Promise<SourceReader> {
    try {
      // Opening a pipe would wait for its other end.
      if (!(await stat(path)).isFile()) throw new ChatctlError('not-a-file', `${path} is not a regular file`)
      return await SourceReader.#inspect(path, await open(path, 'r'))
    } catch (error) {
      throw toReadError(error, path)
    }
  }

  static async #inspect(path: string, handle: FileHandle): Promise<SourceReader> {
    try {
      const source = await describe(path, handle)
      if (source.bytes === 0) await requireEmpty(path, handle)
      return new SourceReader(source, handle)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /**
   * Fills `buffer`, or what the file has left of it, and returns the filled part; empty at the end.
   * @throws ChatctlError `not-readable`, `source-changed` when the file has become shorter
   */
  async read(buffer: Buffer): Promise<Buffer> {
    const wanted = Math.min(buffer.length, this.source.bytes - this.#position)
    let filled = 0
    while (filled < wanted) {
      const bytesRead = await this.#readSome(buffer, filled, wanted - filled)
      if (bytesRead === 0) throw changed(this.source.path)
      filled += bytesRead
    }
    this.#position += filled
    return buffer.subarray(0, filled)
  }

  /**
   * Opens a file that was offered.
   * @throws ChatctlError `source-changed` when it is another one by now, or none; `not-readable`
   */
  static async openOffered(offered: SourceFile): Promise<SourceReader> {
    const reader = await SourceReader.open(offered.path).catch((error: unknown) => {
      throw isUsage(error) ? changed(offered.path) : error
    })
    try {
      await reader.requireUnchanged(offered)
      return reader
    } catch (error) {
      await reader.close()
      throw error
    }
  }

  /**
   * Looks whether the file is what it was when it was offered.
   * @throws ChatctlError `source-changed`
   */
  async requireUnchanged(offered: SourceFile): Promise<void> {
    const {stamp} = await describe(this.source.path, this.#handle)
    if (stamp !== offered.stamp) throw changed(this.source.path)
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  async #readSome(buffer: Buffer, offset: number, length: number): Promise<number> {
    try {
      const {bytesRead} = await this.#handle.read(buffer, offset, length, this.#position + offset)
      return bytesRead
    } catch (error) {
      throw toReadError(error, this.source.path)
    }
  }
}

async function describe(path: string, handle: FileHandle): Promise<SourceFile> {
  const {dev, ino, size, mtimeNs} = await handle.stat({bigint: true})
  return {path, bytes: Number(size), stamp: [dev, ino, size, mtimeNs].join(' ')}
}

/** Files that the system makes up when they are read, as in /proc, say that they are empty. */
async function requireEmpty(path: string, handle: FileHandle): Promise<void> {
  const {bytesRead} = await handle.read(Buffer.alloc(1), 0, 1, 0)
  if (bytesRead > 0) throw new ChatctlError('not-a-file', `${path} is not empty, but its size is not known beforehand`)
}

/** What was right when it was asked for is no mistake of who asked. */
function isUsage(error: unknown): boolean {
  return error instanceof ChatctlError && (error.code === 'no-such-file' || error.code === 'not-a-file')
}

function changed(path: string): ChatctlError {
  return new ChatctlError('source-changed', `${path} is not what it was when it was offered`)
}
