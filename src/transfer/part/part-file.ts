import {type FileHandle, open, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {makeDirectory} from '../../disk/make-directory.js'
import type {Attributes} from '../../protocol/attributes.js'
import {requireWanted, settle, type OnConflict, type Place} from './conflict.js'
import {toWriteError} from '../disk-error.js'
import {requireLargeEnough, requireRoom} from './disk-room.js'
import {modeOf, setTime} from './file-attributes.js'
import {identityOf, lostFrom, standsAt, type FileIdentity} from './file-identity.js'
import {startDigest, type FileDigest} from '../digest/file-digest.js'
import {formatPartName} from './part-name.js'
import {once, type UntilRoom} from '../room-wait.js'
import type {Sink} from '../sink.js'
import {writeAll} from './write-all.js'

/** Where a part file is made, and what for. */
export interface PartPlace {
  /** Absolute. */
  directory: string
  /** The name that the whole file will have, safe already. */
  name: string
  /** Null when the sender does not know it. */
  bytes: number | null
  /** Those that it will have; none by default. */
  attributes?: Attributes | undefined
  /** `rename` by default. */
  onConflict?: OnConflict | undefined
  /** By default nobody waits for room. */
  untilRoom?: UntilRoom | undefined
}

/** The part file of a transfer, by its id on the wire. */
export interface PartFileOptions extends PartPlace {
  transfer: string
}

/** A part file that is open. */
export interface OpenPart extends PartPlace {
  handle: FileHandle
  identity: FileIdentity
  path: string
  /** So many of its bytes are there, and right. */
  written: number
}

/**
 * A file that is on its way in: hidden, and of no use to anyone, until it is whole and verified.
 *
 * Its name holds the id of the transfer, so that two receivers may share a directory, and it is created
 * exclusively: what stands there already, a link of an attacker included, is never written through. Who else may write
 * into the directory can still put something in its place: that is neither published nor removed.
 */
export class PartFile implements Sink {
  readonly files = 1
  readonly #handle: FileHandle
  readonly #identity: FileIdentity
  readonly #place: Place
  readonly #attributes: Attributes
  readonly #expectedBytes: number | null
  readonly #untilRoom: UntilRoom
  #path: string
  #digest: FileDigest
  #bytes: number
  #hasRoom = false

  private constructor(part: OpenPart, digest: FileDigest) {
    const {handle, identity, path, directory, name, bytes, written} = part
    const {attributes = {}, onConflict = 'rename', untilRoom = once} = part
    this.#handle = handle
    this.#identity = identity
    this.#digest = digest
    this.#path = path
    this.#place = {directory, name, onConflict}
    this.#attributes = attributes
    this.#expectedBytes = bytes
    this.#untilRoom = untilRoom
    this.#bytes = written
  }

  /**
   * Creates the part file of a transfer, and its directory if that is missing.
   * @throws ChatctlError `disk-full` when there will never be room for the whole, `not-writable`, `exists`
   */
  static async create({transfer, ...place}: PartFileOptions): Promise<PartFile> {
    return PartFile.createAt(join(place.directory, formatPartName({name: place.name, id: transfer})), place)
  }

  /**
   * Creates a part file under a name that its caller has chosen.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  static async createAt(path: string, options: PartPlace): Promise<PartFile> {
    const {directory, name, attributes = {}, onConflict = 'rename'} = options
    try {
      await makeDirectory(directory)
      await requireLargeEnough(options)
      await requireWanted({directory, name, onConflict})
      // Read, too: by the digest of a large file.
      const handle = await open(path, 'wx+', modeOf(attributes))
      return await PartFile.open({...options, handle, identity: await identityOf(handle), path, written: 0})
    } catch (error) {
      throw toWriteError(error, path)
    }
  }

  /** Goes on behind what is written of a part that is open for reading, too. */
  static async open(part: OpenPart): Promise<PartFile> {
    return new PartFile(part, await startDigest(part.handle, part.bytes, {start: part.written}))
  }

  get bytes(): number {
    return this.#bytes
  }

  get identity(): FileIdentity {
    return this.#identity
  }

  /** Where it stands. */
  get path(): string {
    return this.#path
  }

  async write(pieces: Buffer[]): Promise<void> {
    await this.#untilRoom(async isAgain => {
      if (isAgain || (!this.#hasRoom && this.#expectedBytes !== null)) await this.#requireRoom()
      this.#hasRoom = true
      await this.#do(() => writeAll(this.#handle, pieces, this.#bytes))
    })
    await this.#digest.add(pieces)
    for (const {length} of pieces) this.#bytes += length
  }

  async digest(): Promise<string> {
    try {
      return await this.#digest.digest()
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  async persist(): Promise<void> {
    await this.#untilRoom(() => this.#do(() => this.#handle.datasync()))
  }

  /** It has its time before it has its name. Fails also when something else has come to stand under either name. */
  async publish(): Promise<string> {
    const wanted = join(this.#place.directory, this.#place.name)
    return this.#do(async () => {
      setTime(this.#handle.fd, this.#attributes)
      await this.#close()
      await this.#requireOwn(this.#path)
      const path = await settle(this.#path, this.#place)
      await this.#requireOwn(path)
      return path
    }, wanted)
  }

  /**
   * Begins anew with an empty file.
   * @throws ChatctlError `not-writable`
   */
  async empty(): Promise<void> {
    await this.#digest.close()
    this.#digest = await startDigest(this.#handle, this.#expectedBytes)
    this.#bytes = 0
    await this.#do(() => this.#handle.truncate(0))
  }

  /**
   * Closes it and puts it away under another name, for whoever goes on with it; where that fails it stays where it stands.
   * @throws ChatctlError `not-writable`
   */
  async putAway(path: string): Promise<void> {
    await this.#close()
    await this.#do(async () => {
      if (!(await standsAt(this.#identity, this.#path))) return
      await rename(this.#path, path)
      this.#path = path
    })
  }

  async discard(): Promise<void> {
    try {
      await this.#close()
    } finally {
      await this.#remove()
    }
  }

  /** What is still to come would not stop where the disk is full. */
  async #requireRoom(): Promise<void> {
    const {directory} = this.#place
    await this.#do(() => requireRoom({directory, bytes: this.#expectedBytes}, this.#bytes))
  }

  async #do<Done>(work: () => Promise<Done>, path = this.#path): Promise<Done> {
    try {
      return await work()
    } catch (error) {
      throw toWriteError(error, path)
    }
  }

  async #close(): Promise<void> {
    await this.#digest.close()
    await this.#handle.close()
  }

  async #remove(): Promise<void> {
    try {
      if (await standsAt(this.#identity, this.#path)) await rm(this.#path, {force: true})
    } catch (error) {
      throw toWriteError(error, this.#path)
    }
  }

  async #requireOwn(path: string): Promise<void> {
    if (await standsAt(this.#identity, path)) return
    throw await lostFrom(path)
  }
}
