import {randomBytes} from 'node:crypto'
import type {BigIntStats} from 'node:fs'
import {lstat, readdir, rename, rm} from 'node:fs/promises'
import {uptime} from 'node:os'
import {join} from 'node:path'
import {errnoOf, toWriteError} from '../disk-error.js'
import {DeliveredFile, findFile} from './delivered-file.js'
import {identityOf, type FileIdentity} from './file-identity.js'
import {deviceDigits, partIdOf} from '../job.js'
import {KeptPart} from './kept-part.js'
import {isOwnDirectory, isOwnFile, isOwnLink, openOwnFile, type OpenFile} from './own-file.js'
import {PartFile, type PartFileOptions} from './part-file.js'
import {PartJournal} from './part-journal.js'
import {
  fitPartName,
  formatPartName,
  innerJournal,
  isPart,
  journalledFile,
  journalOf,
  parsePartName,
  type PartOwner,
} from './part-name.js'
import type {Sink} from '../sink.js'

/** Parts that nobody has gone on with for so long are removed. */
export const partLifetimeMs = 7 * 24 * 60 * 60 * 1000

/** What one device leaves here beyond that replaces what it left first. It has no more under way at a time. */
export const maxKeptOfOneDevice = 256

/** Where a part comes from: what makes it the same as one that was begun before. */
export interface PartOrigin {
  /** What its sender calls it. */
  job: string
  peerFingerprint: string
  /** Stands for the session that it comes over. */
  session: object
  /** Hears that another session brings it now; whoever uses the part lets go of it. */
  takeOver: () => void
}

/** What a shelf asks of the machine. */
export interface Machine {
  isAlive: (pid: number) => boolean
  /** When it was started; what was written since then is there, whatever became of who wrote it. */
  bootedMs: () => number
}

/** What of a part is left to go on with: by its name, and whether all of it has come. */
export interface Leftover {
  fileName: string
  isWhole: boolean
}

/** Takes that a part is not used any more, and what is left of it, if anything is. */
export type Released = (left?: Leftover) => void

/** Where a part stands, and what becomes of it. */
export interface PartSpot {
  path: string
  id: string
  /** Where it stands when it is put away. */
  restingPath: string
  /** When the machine was started. */
  bootedMs: number
  released: Released
  /** Removes what is left of one that is published. */
  forget: (fileName: string) => Promise<void>
}

/** Parts that are no files. */
export interface PartShape {
  /** Whether something may be one. */
  readonly isPart: (stats: BigIntStats) => boolean
  /** Makes one that cannot be resumed. */
  createOnce(): Promise<Sink>
  create(spot: PartSpot): Promise<Sink>
  /** Goes on with one that was moved to its spot; undefined when something else stands there. */
  resume(spot: PartSpot): Promise<Sink | undefined>
}

/** A part that may be resumed. */
export interface PartRequest extends PartFileOptions {
  /** Absent when it cannot be. */
  origin?: PartOrigin | undefined
  /** A file by default. */
  shape?: PartShape | undefined
}

/** A part that nobody holds. */
interface KeptName {
  readonly key: string
  /** Of which device it came. */
  readonly device: string
  /** Of the part; or of the journal of a file that was published, and whose sender may not have heard of it. */
  readonly fileName: string
  /** What brought it, when that brought all of it: there it is not to be gone on with. */
  readonly session?: object | undefined
}

interface Holder {
  origin: PartOrigin
  released: Promise<void>
}

const systemMachine: Machine = {isAlive, bootedMs: () => Date.now() - uptime() * 1000}

/**
 * Opens part files, and goes on with those that an earlier transfer of the same job left. In this process one transfer has
 * a part at a time, and the newest takes it over; from a process that has ended it is taken by a new name: only one can
 * give it that.
 */
export class PartShelf {
  readonly #machine: Machine
  readonly #holders = new Map<string, Holder>()
  /** By directory: the parts that nobody held when someone looked, oldest first. */
  readonly #kept = new Map<string, Promise<KeptName[]>>()

  constructor(machine = systemMachine) {
    this.#machine = machine
  }

  /**
   * Opens the part of a transfer: one that is there, if it was begun for the same job, or a new one.
   * @throws ChatctlError `disk-full`, `not-writable`
   */
  async open(request: PartRequest): Promise<Sink> {
    const {origin, shape} = request
    // How much of a tree was counted is different each time.
    const bytes = shape ? 0 : request.bytes
    const createOnce = () => (shape ? shape.createOnce() : PartFile.create(request))
    if (origin === undefined || bytes === null) return createOnce()
    const id = partIdOf(origin.peerFingerprint, origin.job, bytes)
    const place = join(request.directory, keyOf({name: request.name, id}))
    for (let holder = this.#holders.get(place); holder; holder = this.#holders.get(place)) {
      // The same file twice at once: its sender knows of both.
      if (holder.origin.session === origin.session) return createOnce()
      holder.origin.takeOver()
      await holder.released
    }
    const release = this.#hold(place, origin)
    const wanted = {...request, id, bytes, origin}
    const released: Released = left => void (left ? this.#putAway(wanted, left) : Promise.resolve()).finally(release)
    try {
      return await this.#open({...wanted, released})
    } catch (error) {
      release()
      throw error
    }
  }

  /** Looks through a directory once: removes what is too old, and knows the rest. */
  async tidy(directory: string): Promise<void> {
    await this.#keptIn(directory)
  }

  #hold(place: string, origin: PartOrigin): () => void {
    let release: () => void = () => undefined
    const released = new Promise<void>(resolve => (release = resolve))
    this.#holders.set(place, {origin, released})
    return () => {
      this.#holders.delete(place)
      release()
    }
  }

  async #open(wanted: WantedPart): Promise<Sink> {
    const kept = await this.#keptIn(wanted.directory)
    const {session} = wanted.origin
    const take = (): string | undefined => takeLast(kept, keyOf(wanted), session)
    for (let name = take(); name !== undefined; name = take()) {
      const part = await (isPart(name) ? this.#claim(wanted, name) : this.#recognise(wanted, name))
      if (part) return part
    }
    return this.#create(wanted)
  }

  async #create(wanted: WantedPart): Promise<Sink> {
    const path = this.#pathOf(wanted, this.#own())
    if (wanted.shape) return wanted.shape.create(this.#spotOf(wanted, path))
    const part = await PartFile.createAt(path, wanted)
    // That of another file, which had this number before.
    await remove(journalOf(path, part.identity))
    return this.#watch(wanted, path, part)
  }

  /** Finds a file that was published, of which its sender has not heard; undefined when it is not there any more. */
  async #recognise(wanted: WantedPart, journal: string): Promise<Sink | undefined> {
    const {directory, name, bytes, released} = wanted
    const file = await findFile({directory, name, bytes}, journalledFile(journal))
    const forget = () => this.#forget(directory, journal)
    if (file) return DeliveredFile.open(file, {journal, released, forget, createAnew: () => this.#create(wanted)})
    await forget()
    return undefined
  }

  /** Takes a part by renaming it; undefined when somebody else was first, or something else stands there. */
  async #claim(wanted: WantedPart, fileName: string): Promise<Sink | undefined> {
    const [from, path] = [join(wanted.directory, fileName), this.#pathOf(wanted, this.#own())]
    try {
      const stats = await lstat(from, {bigint: true})
      if (!(wanted.shape?.isPart ?? isOwnFile)(stats)) {
        await dropLink(from, stats)
        return undefined
      }
      await rename(from, path)
      if (wanted.shape) return await wanted.shape.resume(this.#spotOf(wanted, path))
      const file = await openOwnFile(path)
      return file && (await this.#resume(wanted, path, file))
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw toWriteError(error, path)
    }
  }

  async #resume(wanted: WantedPart, path: string, file: OpenFile): Promise<Sink> {
    const {handle} = file
    const identity = await identityOf(handle)
    const written = await this.#cutToTrusted(wanted, path, file)
    return this.#watch(wanted, path, await PartFile.open({...wanted, handle, identity, path, written}))
  }

  async #cutToTrusted(wanted: WantedPart, path: string, file: OpenFile): Promise<number> {
    try {
      const bytes = await this.#trustedBytes(wanted, path, file)
      if (Number(file.stats.size) > bytes) await file.handle.truncate(bytes)
      // All of it is as good as new.
      const now = new Date()
      await file.handle.utimes(now, now)
      return bytes
    } catch (error) {
      await file.handle.close()
      throw error
    }
  }

  /** What was written since the machine started is there; of what is older, the journal knows what had reached the disk. */
  async #trustedBytes({id, bytes}: WantedPart, path: string, {stats}: OpenFile): Promise<number> {
    const size = Math.min(Number(stats.size), bytes)
    const writtenMs = Number(stats.mtimeMs)
    if (writtenMs > this.#machine.bootedMs() && writtenMs <= Date.now() + clockStepMs) return size
    return Math.min(size, await new PartJournal(journalOf(path, stats), subjectOf(id, stats)).read())
  }

  #watch(wanted: WantedPart, path: string, part: PartFile): KeptPart {
    const {untilRoom} = wanted
    return new KeptPart({...this.#spotOf(wanted, path), part, untilRoom, subject: subjectOf(wanted.id, part.identity)})
  }

  #spotOf(wanted: WantedPart, path: string): PartSpot {
    const {directory, id, released} = wanted
    const resting = formatPartName({...wanted, owner: {pid: nobody, token: this.#token()}})
    return {
      ...{path, id, restingPath: join(directory, resting), bootedMs: this.#machine.bootedMs(), released},
      forget: fileName => this.#forget(directory, fileName),
    }
  }

  async #putAway(wanted: PartRequest & {id: string; origin: PartOrigin}, left: Leftover): Promise<void> {
    const {directory, origin} = wanted
    const kept = await this.#keptIn(directory)
    const session = left.isWhole ? origin.session : undefined
    kept.push({key: keyOf(wanted), device: deviceOf(wanted), fileName: left.fileName, session})
    for (const fileName of takeExcess(kept, deviceOf(wanted))) await removePart(directory, fileName)
  }

  async #forget(directory: string, fileName: string): Promise<void> {
    const kept = await this.#keptIn(directory)
    const index = kept.findIndex(part => part.fileName === fileName)
    if (index !== -1) kept.splice(index, 1)
    await remove(join(directory, fileName))
  }

  #pathOf({directory, name, id}: WantedPart, owner: PartOwner): string {
    return join(directory, formatPartName({name, id, owner}))
  }

  #own(): PartOwner {
    return {pid: process.pid, token: this.#token()}
  }

  #token(): string {
    return thisProcess + randomBytes(4).toString('hex')
  }

  #keptIn(directory: string): Promise<KeptName[]> {
    const known = this.#kept.get(directory)
    if (known) return known
    const looking = this.#lookThrough(directory)
    this.#kept.set(directory, looking)
    return looking
  }

  async #lookThrough(directory: string): Promise<KeptName[]> {
    const kept: (KeptName & {atMs: number})[] = []
    const files = new Set<bigint>()
    for (const fileName of await namesIn(directory)) {
      const part = parsePartName(fileName)
      if (part === undefined) continue
      const stats = await statsOf(join(directory, fileName))
      if (!stats || !(isOwnLink(stats) || isOwnDirectory(stats))) continue
      const atMs = await usedMs(join(directory, fileName), stats, part.owner)
      if (isPart(fileName) && stats.nlink === 1n) files.add(stats.ino)
      if (this.#isHeld(part.owner, atMs)) continue
      if (Date.now() - atMs > partLifetimeMs) await remove(join(directory, fileName))
      else if (part.owner ?? !isPart(fileName)) kept.push({key: keyOf(part), device: deviceOf(part), fileName, atMs})
    }
    // The journal of a part that is there is no trace of one that was published.
    const isOfPart = ({fileName}: KeptName): boolean => files.has(journalledFile(fileName) ?? -1n)
    return kept.filter(part => !isOfPart(part)).sort((one, other) => one.atMs - other.atMs)
  }

  /** A process number is given again: to a later process after a start of the machine, and to the only one of a container. */
  #isHeld(owner: PartOwner | undefined, usedMs: number): boolean {
    if (owner === undefined || owner.pid === nobody || usedMs < this.#machine.bootedMs()) return false
    if (owner.pid === process.pid) return owner.token.startsWith(thisProcess)
    return this.#machine.isAlive(owner.pid)
  }
}

/** A part that is to be opened, and how to say that it is not held any more. */
interface WantedPart extends PartFileOptions {
  id: string
  origin: PartOrigin
  shape?: PartShape | undefined
  bytes: number
  released: Released
}

/** What the parts of this process have in their names: an earlier process may have had its number. */
const thisProcess = randomBytes(4).toString('hex')

/** The owner of a part that was put away. */
const nobody = 0

/** Clocks of file systems are a little behind or ahead. */
const clockStepMs = 1000

function keyOf({name, id}: {name: string; id: string}): string {
  return `${fitPartName(name)}.${id}`
}

/**
 * What tells a part from every other beside it, by its number: that of its device may be another one when the machine
 * was started anew.
 */
export function subjectOf(id: string, {ino}: Pick<FileIdentity, 'ino'>): string {
  return `${id} ${ino}`
}

function deviceOf({id}: {id: string}): string {
  return id.slice(0, deviceDigits)
}

/** Takes the newest part of a key out, but for what this session has brought whole; undefined when there is none. */
function takeLast(kept: KeptName[], key: string, session: object): string | undefined {
  const index = kept.findLastIndex(part => part.key === key && part.session !== session)
  return index === -1 ? undefined : kept.splice(index, 1)[0]?.fileName
}

/** Takes out what one device has left beyond what it may. */
function takeExcess(kept: KeptName[], device: string): string[] {
  const ofDevice = kept.filter(part => part.device === device)
  const excess = new Set(ofDevice.slice(0, Math.max(0, ofDevice.length - maxKeptOfOneDevice)))
  kept.splice(0, kept.length, ...kept.filter(part => !excess.has(part)))
  return [...excess].map(({fileName}) => fileName)
}

async function removePart(directory: string, fileName: string): Promise<void> {
  const path = join(directory, fileName)
  const stats = await statsOf(path)
  await remove(path)
  if (stats?.isFile()) await remove(journalOf(path, stats))
}

/** A process that was killed as it published a part has left its first name: the file is found by the second. */
async function dropLink(path: string, stats: BigIntStats): Promise<void> {
  if (isOwnLink(stats) && (await statsOf(journalOf(path, stats)))) await remove(path)
}

/**
 * When a part was last used. The time of a file may be that of its source already: its journal tells, or, where none is kept,
 * the time of any change.
 */
async function usedMs(path: string, stats: BigIntStats, owner: PartOwner | undefined): Promise<number> {
  if (isPart(path) && owner === undefined) return Number(stats.ctimeMs)
  const journal = await statsOf(stats.isDirectory() ? join(path, innerJournal) : journalOf(path, stats))
  return Math.max(Number(stats.mtimeMs), Number(journal?.mtimeMs ?? 0))
}

/** What cannot be removed stays: whoever receives there has no less for it. */
async function remove(path: string): Promise<void> {
  try {
    await rm(path, {recursive: true, force: true})
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
  }
}

/** A directory that is not there, or cannot be read, holds nothing to go on with; whoever writes there hears why. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (errnoOf(error) !== undefined) return []
    throw error
  }
}

/** Undefined when somebody else has just taken or removed it, or it cannot be looked at. */
async function statsOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, {bigint: true})
  } catch (error) {
    if (errnoOf(error) !== undefined) return undefined
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user is alive, too.
    return errnoOf(error) === 'EPERM'
  }
}
