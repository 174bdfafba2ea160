import {constants, type BigIntStats} from 'node:fs'
import {ChatctlError} from '../../errors/index.js'
import {startDigest, type FileDigest} from '../digest/file-digest.js'
import {errnoOf, toWriteError} from '../disk-error.js'
import type {Continuation, Sink} from '../sink.js'
import {standsAt} from './file-identity.js'
import {isOwnFile, openOwnFile, type OpenFile} from './own-file.js'
import type {Released} from './part-request.js'
import {findPublished} from './publish.js'

/** A published file that is open. */
export interface FoundFile extends OpenFile {
  path: string
}

/** What becomes of it, and of what tells that it is there. */
export interface DeliveredFileOptions {
  /** The name of its journal. */
  journal: string
  released: Released
  forget: () => Promise<void>
  /** Begins with nothing, beside it. */
  createAnew: () => Promise<Sink>
}

/** Looks for a file of this number and size that was published under a name; undefined when it is not there any more. */
export async function findFile(
  {directory, name, bytes}: {directory: string; name: string; bytes: number},
  ino: bigint | undefined,
): Promise<FoundFile | undefined> {
  const isIt = (stats: BigIntStats): boolean => stats.ino === ino && isOwnFile(stats) && stats.size === BigInt(bytes)
  const path = await findPublished(directory, name, isIt)
  if (path === undefined) return undefined
  try {
    const file = await openOwnFile(path, constants.O_RDONLY)
    if (file && isIt(file.stats)) return {...file, path}
    await file?.handle.close()
    return undefined
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    // Whoever has it may have moved it, or taken it for himself: it comes anew.
    return undefined
  }
}

/**
 * A file that is published, and whose sender has not heard so and offers it again: nothing of it has to come. It is hashed
 * again; if somebody has changed it meanwhile it is left alone, and the file comes anew.
 */
export class DeliveredFile implements Sink, Continuation {
  readonly files = 1
  readonly continuation = this
  readonly #file: FoundFile
  readonly #digest: FileDigest
  readonly #options: DeliveredFileOptions
  /** What comes in its place. */
  #anew: Sink | undefined

  private constructor(file: FoundFile, digest: FileDigest, options: DeliveredFileOptions) {
    this.#file = file
    this.#digest = digest
    this.#options = options
  }

  /** Begins to hash a file that was found. */
  static async open(file: FoundFile, options: DeliveredFileOptions): Promise<DeliveredFile> {
    const bytes = Number(file.stats.size)
    return new DeliveredFile(file, await startDigest(file.handle, bytes, {start: bytes}), options)
  }

  get bytes(): number {
    return this.#anew ? this.#anew.bytes : Number(this.#file.stats.size)
  }

  async write(pieces: Buffer[]): Promise<void> {
    if (!this.#anew) throw new RangeError('all of it is there')
    await this.#anew.write(pieces)
  }

  async digest(): Promise<string> {
    if (this.#anew) return this.#anew.digest()
    try {
      return await this.#digest.digest()
    } catch (error) {
      throw toWriteError(error, this.#file.path)
    }
  }

  async persist(): Promise<void> {
    await this.#anew?.persist()
  }

  async publish(): Promise<string> {
    if (this.#anew) return this.#anew.publish()
    const {path, stats} = this.#file
    await this.#close()
    if (!(await standsAt(stats, path)))
      throw new ChatctlError('not-writable', `${path} was moved while it was looked at`)
    this.#options.released({fileName: this.#options.journal, isWhole: true})
    return path
  }

  async forget(): Promise<void> {
    await (this.#anew ? this.#anew.continuation?.forget() : this.#options.forget())
  }

  async discard(): Promise<void> {
    if (this.#anew) return this.#anew.discard()
    await this.#close()
    this.#options.released()
  }

  async settled(): Promise<void> {
    await this.#anew?.continuation?.settled()
  }

  async startOver(): Promise<void> {
    if (this.#anew) return this.#anew.continuation?.startOver()
    await this.#close()
    await this.#options.forget()
    this.#anew = await this.#options.createAnew()
  }

  async keep(): Promise<void> {
    if (this.#anew) return this.#anew.continuation?.keep()
    await this.#close()
    this.#options.released({fileName: this.#options.journal, isWhole: false})
  }

  async #close(): Promise<void> {
    await this.#digest.close()
    await this.#file.handle.close()
  }
}
