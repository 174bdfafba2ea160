import {systemClock, type Clock} from '../transport/clock.js'
import {pause} from '../transport/pause.js'
import {JournalFiles} from './journal-files.js'
import {parseJournal, type JournalReading} from './journal-reading.js'
import type {PeerRecord} from './peer-records.js'

/** A journal as it was read, and which of its files was the newest then. */
export type PeerJournalReading = JournalReading & {readonly generation: number}

/** The bytes of the newest file, and of the one that it took over from. */
interface Bytes {
  readonly generation: number
  readonly newest: Buffer
  readonly before: Buffer
}

/** How long the end of the file has to stay as it is before it is taken for damaged: a record is a single write. */
const writingMs = 50

/**
 * The journal of remembered devices: a file of one-line JSON records that is only ever appended to.
 *
 * Each record is one write to the end of the file, and brings the line break before it along: so nothing is lost when
 * several processes write at once, and what a power cut has left of one record does not spoil the next.
 *
 * A journal that has grown long is compacted into a new file, which appears whole, and once only. It says how much of
 * the file before it holds; what somebody still writes there, not having seen the new one, is read with it.
 */
export class PeerJournal {
  readonly #files: JournalFiles
  readonly #clock: Clock

  constructor(home: string, clock = systemClock) {
    this.#files = new JournalFiles(home)
    this.#clock = clock
  }

  /**
   * Reads all of it, once nobody is in the middle of writing a record; it is empty when there is no file yet.
   * @throws ChatctlError `not-readable`
   */
  async read(): Promise<PeerJournalReading> {
    for (let bytes = await this.#bytes(); ;) {
      const reading = parseJournal(bytes.newest, bytes.before)
      if (!reading.isEndDamaged) return {...reading, generation: bytes.generation}
      await pause(this.#clock, writingMs)
      const later = await this.#bytes()
      if (isSame(bytes, later)) return {...reading, generation: bytes.generation}
      bytes = later
    }
  }

  /**
   * Returns what is another after each record that anyone appends.
   * @throws ChatctlError `not-readable`
   */
  async version(): Promise<string> {
    const generation = await this.#files.newest()
    const stamps = [generation, generation - 1].filter(number => number >= 0).map(number => this.#files.stamp(number))
    return [generation, ...(await Promise.all(stamps))].join(' ')
  }

  /**
   * Appends a record; resolves when the disk has it.
   * @throws ChatctlError `not-writable`, `disk-full`, or `not-readable`
   */
  async append(record: PeerRecord): Promise<void> {
    const generation = await this.#files.newest()
    await this.#files.append(generation, lineOf(record))
    // Whoever began a newer file meanwhile has read this one at some time before: it may hold the record or not. Twice is
    // the same as once.
    if ((await this.#files.newest()) !== generation) await this.append(record)
  }

  /**
   * Goes on in a new file that begins with records that come to the same as all that was read. When another process
   * does the same at this moment, one of them does it.
   * @throws ChatctlError `not-writable`, `disk-full`, or `not-readable`
   */
  async compact({generation, bytes}: PeerJournalReading, records: readonly PeerRecord[]): Promise<void> {
    const mark: PeerRecord = {type: 'compacted', bytes, at: new Date().toISOString()}
    await this.#files.begin(generation + 1, Buffer.concat([...records, mark].map(lineOf)))
  }

  /** The paths of the files in which damaged lines were read. */
  damagedPaths(reading: PeerJournalReading): string[] {
    return damagedGenerations(reading).map(generation => this.#files.pathOf(generation))
  }

  /**
   * Copies each file in which damaged lines were read to one of its own; returns the paths of the copies.
   * @throws ChatctlError `not-writable`, or `disk-full`
   */
  keepAside(reading: PeerJournalReading, at: string): Promise<string[]> {
    return Promise.all(damagedGenerations(reading).map(generation => this.#files.keepAside(generation, at)))
  }

  /** Both files as they are together: the older one may be removed while one looks at the newer one. */
  async #bytes(): Promise<Bytes> {
    for (let generation = await this.#files.newest(); ;) {
      const newest = await this.#files.read(generation)
      const before = generation === 0 ? Buffer.alloc(0) : await this.#files.read(generation - 1)
      const now = await this.#files.newest()
      if (now === generation) return {generation, newest, before}
      generation = now
    }
  }
}

function damagedGenerations({generation, damagedLines, damagedLinesBefore}: PeerJournalReading): number[] {
  const newest = damagedLines > 0 ? [generation] : []
  return damagedLinesBefore > 0 ? [generation - 1, ...newest] : newest
}

function lineOf(record: PeerRecord): Buffer {
  return Buffer.from(`\n${JSON.stringify(record)}`)
}

function isSame(one: Bytes, other: Bytes): boolean {
  return one.generation === other.generation && one.newest.equals(other.newest) && one.before.equals(other.before)
}
