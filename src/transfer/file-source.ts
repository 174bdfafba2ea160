import {constants, type BigIntStats} from 'node:fs'
import {open, stat, type FileHandle} from 'node:fs/promises'
import {ChatctlError} from '../errors/index.js'
import {toMtimeMs, type Attributes} from '../protocol/attributes.js'
import {toReadError} from './disk-error.js'
import {startDigest, type FileDigest} from './digest/file-digest.js'
import {theBeginning, type Source, type SourceIdentity, type SourceReader} from './source.js'

/** A file that is offered: what it was when someone looked. */
export class FileSource implements Source {
  readonly files = 1
  readonly bytes: number
  readonly attributes: Attributes
  readonly identity: SourceIdentity
  readonly #path: string
  /** Tells whether it is still the same, without reading it. */
  readonly #stamp: string

  private constructor(path: string, {bytes, attributes, stamp, ctimeNs}: Appearance) {
    this.#path = path
    this.bytes = bytes
    this.attributes = attributes
    // A file whose time was set back has still changed.
    this.identity = {what: path, state: `${stamp} ${ctimeNs}`}
    this.#stamp = stamp
  }

  /**
   * Looks whether a file can be sent.
   * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable`
   */
  static async inspect(path: string): Promise<FileSource> {
    const handle = await openFile(path)
    try {
      const appearance = await lookAt(handle)
      if (appearance.bytes === 0) await requireEmpty(path, handle)
      return new FileSource(path, appearance)
    } catch (error) {
      throw toReadError(error, path)
    } finally {
      await handle.close()
    }
  }

  async open({bytes: start} = theBeginning): Promise<FileReader> {
    const handle = await openFile(this.#path).catch((error: unknown) => {
      throw isUsage(error) ? changed(this.#path) : error
    })
    try {
      const offered = {bytes: this.bytes, stamp: this.#stamp}
      await requireUnchanged(handle, this.#path, offered)
      return new FileReader(handle, this.#path, offered, await startDigest(handle, this.bytes, {start}), start)
    } catch (error) {
      await handle.close()
      throw error
    }
  }
}

/** Reads an offered file, and notices when it is not what was offered. */
export class FileReader implements SourceReader {
  readonly files = 1
  readonly #handle: FileHandle
  readonly #path: string
  readonly #offered: Offered
  readonly #digest: FileDigest
  #position: number
  #reading: Promise<unknown> = Promise.resolve()

  constructor(handle: FileHandle, path: string, offered: Offered, digest: FileDigest, start: number) {
    this.#handle = handle
    this.#path = path
    this.#offered = offered
    this.#digest = digest
    this.#position = start
  }

  get bytes(): number {
    return this.#position
  }

  read(buffer: Buffer): Promise<Buffer> {
    return (this.#reading = this.#read(buffer))
  }

  async digest(): Promise<string> {
    try {
      return await this.#digest.digest()
    } catch (error) {
      throw toReadError(error, this.#path)
    }
  }

  requireUnchanged(): Promise<void> {
    return requireUnchanged(this.#handle, this.#path, this.#offered)
  }

  /** A read that nobody waits for any more comes to its end first. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#reading])
    await this.#digest.close()
    await this.#handle.close()
  }

  async #read(buffer: Buffer): Promise<Buffer> {
    const wanted = Math.min(buffer.length, this.#offered.bytes - this.#position)
    let filled = 0
    while (filled < wanted) filled += await this.#readAt(buffer.subarray(filled, wanted), this.#position + filled)
    this.#position += filled
    const chunk = buffer.subarray(0, filled)
    await this.#digest.add([chunk])
    return chunk
  }

  async #readAt(buffer: Buffer, position: number): Promise<number> {
    try {
      const {bytesRead} = await this.#handle.read(buffer, 0, buffer.length, position)
      if (bytesRead === 0) throw changed(this.#path)
      return bytesRead
    } catch (error) {
      throw toReadError(error, this.#path)
    }
  }
}

/** How a file looks without being read. */
interface Appearance {
  bytes: number
  attributes: Attributes
  stamp: string
  ctimeNs: bigint
}

type Offered = Pick<Appearance, 'bytes' | 'stamp'>

async function lookAt(handle: FileHandle): Promise<Appearance> {
  const stats = await handle.stat({bigint: true})
  const {dev, ino, size, mtimeNs, ctimeNs} = stats
  const stamp = [dev, ino, size, mtimeNs].join(' ')
  return {bytes: Number(size), attributes: attributesIn(stats), stamp, ctimeNs}
}

/** It is executable if its owner may run it. */
function attributesIn({mode, mtimeNs}: BigIntStats): Attributes {
  const isExecutable = (Number(mode) & constants.S_IXUSR) !== 0
  return {mtimeMs: toMtimeMs(Number(mtimeNs) / 1e6), ...(isExecutable && {executable: true})}
}

async function requireUnchanged(handle: FileHandle, path: string, offered: Offered): Promise<void> {
  const {stamp} = await lookAt(handle)
  if (stamp !== offered.stamp) throw changed(path)
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Opening a pipe would wait for its other end.
    if (!(await stat(path)).isFile()) throw new ChatctlError('not-a-file', `${path} is not a regular file`)
    return await open(path, 'r')
  } catch (error) {
    throw toReadError(error, path)
  }
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
