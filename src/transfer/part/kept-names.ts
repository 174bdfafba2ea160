import type {BigIntStats} from 'node:fs'
import {join} from 'node:path'
import {deviceDigits} from '../job.js'
import {namesIn, remove, removePart, statsOf} from './leftover-disk.js'
import {isOwnDirectory, isOwnLink} from './own-file.js'
import {
  innerJournal,
  isPart,
  journalledFile,
  journalOf,
  keyOf,
  parsePartName,
  sourceKeyOf,
  type PartName,
  type PartOwner,
} from './part-name.js'
import {isHeld, type Machine} from './part-owner.js'
import type {Leftover, WantedPart} from './part-request.js'

/** Parts that nobody has gone on with for so long are removed. */
export const partLifetimeMs = 7 * 24 * 60 * 60 * 1000

/** What one device leaves here beyond that replaces what it left first. It has no more under way at a time. */
export const maxKeptOfOneDevice = 256

/** A part that nobody holds. */
interface KeptName {
  readonly key: string
  /** What it has in common with those of the same source in another state. */
  readonly sourceKey: string
  /** Of which device it came. */
  readonly device: string
  /** Of the part; or of the journal of a file that was published, and whose sender may not have heard of it. */
  readonly fileName: string
  /** What brought it, when that brought all of it: there it is not to be gone on with. */
  readonly session?: object | undefined
}

/** What a part is known by: where it stands, of which job and device, and who brings it. */
type Known = Pick<WantedPart, 'directory' | 'name' | 'id' | 'origin'>

/** The names of the parts that nobody holds, in whatever directories; each is looked through once. */
export class KeptNames {
  readonly #machine: Machine
  /** By directory, oldest first. */
  readonly #kept = new Map<string, Promise<KeptName[]>>()

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** Looks through a directory, unless that was done: removes what is too old, and knows the rest. */
  async tidy(directory: string): Promise<void> {
    await this.#in(directory)
  }

  /** Takes the newest of a part out, but for what its session has brought whole; undefined when there is none. */
  async take(part: Known): Promise<string | undefined> {
    const kept = await this.#in(part.directory)
    const key = keyOf(part)
    const index = kept.findLastIndex(each => each.key === key && each.session !== part.origin.session)
    return index === -1 ? undefined : kept.splice(index, 1)[0]?.fileName
  }

  /** Takes the parts out that are of the same source in another state. What was delivered of it is left alone. */
  async takeOutdated(part: Known): Promise<string[]> {
    const kept = await this.#in(part.directory)
    const [key, sourceKey] = [keyOf(part), sourceKeyOf(part)]
    return takeOut(kept, each => each.sourceKey === sourceKey && each.key !== key && isPart(each.fileName))
  }

  /** Puts back what is left of a part, and removes what its device has left beyond what it may. */
  async add(part: Known, {fileName, isWhole}: Leftover): Promise<void> {
    const {directory, origin} = part
    const kept = await this.#in(directory)
    kept.push({...markOf(part), fileName, session: isWhole ? origin.session : undefined})
    for (const excess of takeExcess(kept, deviceOf(part))) await removePart(join(directory, excess))
  }

  /** Removes what is left under a name. */
  async forget(directory: string, fileName: string): Promise<void> {
    const kept = await this.#in(directory)
    const index = kept.findIndex(part => part.fileName === fileName)
    if (index !== -1) kept.splice(index, 1)
    await remove(join(directory, fileName))
  }

  #in(directory: string): Promise<KeptName[]> {
    const known = this.#kept.get(directory)
    if (known) return known
    const looking = this.#lookThrough(directory)
    this.#kept.set(directory, looking)
    return looking
  }

  async #lookThrough(directory: string): Promise<KeptName[]> {
    const found: Found[] = []
    for (const fileName of await namesIn(directory)) found.push(...(await look(directory, fileName)))
    const kept: Found[] = []
    for (const part of found) if (await this.#isKept(directory, part)) kept.push(part)
    const files = new Set(found.filter(isOnlyName).map(({stats}) => stats.ino))
    // The journal of a part that is there is no trace of one that was published.
    const isOfPart = ({fileName}: Found): boolean => files.has(journalledFile(fileName) ?? -1n)
    const free = kept.filter(part => !isOfPart(part)).sort((one, other) => one.usedMs - other.usedMs)
    return free.map(part => ({...markOf(part), fileName: part.fileName}))
  }

  /** Whether somebody may go on with it; what is too old is removed. */
  async #isKept(directory: string, {fileName, owner, usedMs}: Found): Promise<boolean> {
    if (isHeld(owner, usedMs, this.#machine)) return false
    const isTooOld = Date.now() - usedMs > partLifetimeMs
    if (isTooOld) await remove(join(directory, fileName))
    return !isTooOld && (owner !== undefined || !isPart(fileName))
  }
}

/** A part, or the journal of one, that stands in a directory. */
interface Found extends PartName {
  readonly fileName: string
  readonly stats: BigIntStats
  readonly usedMs: number
}

/** Returns what of ours has a name; nothing when it is something else, or somebody else's. */
async function look(directory: string, fileName: string): Promise<Found[]> {
  const path = join(directory, fileName)
  const part = parsePartName(fileName)
  const stats = part && (await statsOf(path))
  if (!stats || !(isOwnLink(stats) || isOwnDirectory(stats))) return []
  return [{...part, fileName, stats, usedMs: await usedMsOf(path, stats, part.owner)}]
}

/** Whether it is a part whose file has no other name. */
function isOnlyName({fileName, stats}: Found): boolean {
  return isPart(fileName) && stats.nlink === 1n
}

/** What a part is found by. */
function markOf(part: Pick<PartName, 'name' | 'id'>): Pick<KeptName, 'key' | 'sourceKey' | 'device'> {
  return {key: keyOf(part), sourceKey: sourceKeyOf(part), device: deviceOf(part)}
}

function deviceOf({id}: {id: string}): string {
  return id.slice(0, deviceDigits)
}

/** Takes out what one device has left beyond what it may. */
function takeExcess(kept: KeptName[], device: string): string[] {
  const ofDevice = kept.filter(part => part.device === device)
  const excess = new Set(ofDevice.slice(0, Math.max(0, ofDevice.length - maxKeptOfOneDevice)))
  return takeOut(kept, part => excess.has(part))
}

/** Takes out what fits, and returns its names. */
function takeOut(kept: KeptName[], fits: (part: KeptName) => boolean): string[] {
  const taken = kept.filter(fits)
  kept.splice(0, kept.length, ...kept.filter(part => !taken.includes(part)))
  return taken.map(({fileName}) => fileName)
}

/**
 * When a part was last used. The time of a file may be that of its source already: its journal tells, or, where none is kept,
 * the time of any change.
 */
async function usedMsOf(path: string, stats: BigIntStats, owner: PartOwner | undefined): Promise<number> {
  if (isPart(path) && owner === undefined) return Number(stats.ctimeMs)
  const journal = await statsOf(stats.isDirectory() ? join(path, innerJournal) : journalOf(path, stats))
  return Math.max(Number(stats.mtimeMs), Number(journal?.mtimeMs ?? 0))
}
