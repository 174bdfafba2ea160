import {constants} from 'node:fs'
import {copyFile, open, readFile, stat, type FileHandle} from 'node:fs/promises'
import {join} from 'node:path'
import {makeDirectory} from '../disk/make-directory.js'
import {ChatctlError} from '../errors/index.js'
import {systemClock, type Clock} from '../transport/clock.js'
import {pause} from '../transport/pause.js'
import {parseRecord, type PeerRecord} from './peer-records.js'

/** What a journal holds. */
export interface JournalReading {
  readonly records: readonly PeerRecord[]
  /** Lines that are no records, and of which nobody has been told yet. */
  readonly damagedLines: number
  /** Whether the last of those ends the file: then it may be a record that is being written at this moment. */
  readonly isEndDamaged: boolean
  readonly bytes: number
}

/** How long the end of the file has to stay as it is before it is taken for damaged: a record is a single write. */
const writingMs = 50

/**
 * The journal of remembered devices: a file of one-line JSON records that is only ever appended to.
 *
 * Each record is one write to the end of the file, and brings the line break before it along: so nothing is lost when
 * several processes write at once, and what a power cut has left of one record does not spoil the next.
 */
export class PeerJournal {
  readonly path: string
  readonly #home: string
  readonly #clock: Clock

  constructor(home: string, clock = systemClock) {
    this.#home = home
    this.#clock = clock
    this.path = join(home, 'peers.jsonl')
  }

  /**
   * Reads all of it, once nobody is in the middle of writing a record; it is empty when there is no file yet.
   * @throws ChatctlError `not-readable`
   */
  async read(): Promise<JournalReading> {
    for (let bytes = await this.#bytes(); ;) {
      const reading = parseJournal(bytes)
      if (!reading.isEndDamaged) return reading
      await pause(this.#clock, writingMs)
      const later = await this.#bytes()
      if (later.equals(bytes)) return reading
      bytes = later
    }
  }

  /**
   * Returns what is another after each record that anyone appends.
   * @throws ChatctlError `not-readable`
   */
  async version(): Promise<string> {
    return this.#ifThere(async () => {
      const {ino, size, mtimeMs} = await stat(this.path)
      return [ino, size, mtimeMs].join()
    }, 'none')
  }

  /**
   * Appends a record; resolves when the disk has it.
   * @throws ChatctlError `not-writable`, or `disk-full`
   */
  async append(record: PeerRecord): Promise<void> {
    try {
      await makeDirectory(this.#home, 0o700)
      const file = await open(this.path, 'a', 0o600)
      await write(file, Buffer.from(`\n${JSON.stringify(record)}`)).finally(() => file.close())
    } catch (cause) {
      const isFull = isSystemError(cause, 'ENOSPC') || isSystemError(cause, 'EDQUOT')
      throw new ChatctlError(isFull ? 'disk-full' : 'not-writable', `cannot write ${this.path}`, {cause})
    }
  }

  /**
   * Copies the file as it is to one of its own; returns the path of the copy.
   * @throws ChatctlError `not-writable`
   */
  async keepAside(at: string): Promise<string> {
    const copy = join(this.#home, `peers.damaged-${at.replaceAll(/[:.]/g, '-')}.jsonl`)
    try {
      await copyFile(this.path, copy, constants.COPYFILE_EXCL)
      return copy
    } catch (cause) {
      // Another process has found the same at the same moment.
      if (isSystemError(cause, 'EEXIST')) return copy
      throw new ChatctlError('not-writable', `cannot write ${copy}`, {cause})
    }
  }

  #bytes(): Promise<Buffer> {
    return this.#ifThere(() => readFile(this.path), Buffer.alloc(0))
  }

  async #ifThere<Value>(look: () => Promise<Value>, otherwise: Value): Promise<Value> {
    try {
      return await look()
    } catch (cause) {
      if (isSystemError(cause, 'ENOENT')) return otherwise
      throw new ChatctlError('not-readable', `cannot read ${this.path}`, {cause})
    }
  }
}

/** Reads the bytes of a journal. */
export function parseJournal(bytes: Buffer): JournalReading {
  const records: PeerRecord[] = []
  let damagedAt: number[] = []
  for (const {line, endsAt} of linesOf(bytes)) {
    const record = parseRecord(line)
    if (record) records.push(record)
    else damagedAt.push(endsAt)
    // Only what stands before it was there to be told: after a repair by hand the same bytes may be others.
    if (record?.type === 'told') damagedAt = damagedAt.filter(endsAt => endsAt > record.bytes)
  }
  const isEndDamaged = damagedAt.at(-1) === bytes.length
  return {records, damagedLines: damagedAt.length, isEndDamaged, bytes: bytes.length}
}

function* linesOf(bytes: Buffer): Generator<{line: string; endsAt: number}> {
  for (let start = 0; start < bytes.length;) {
    const lineBreak = bytes.indexOf('\n', start)
    const endsAt = lineBreak === -1 ? bytes.length : lineBreak
    const line = bytes.toString('utf8', start, endsAt)
    if (line.trim() !== '') yield {line, endsAt}
    start = endsAt + 1
  }
}

async function write(file: FileHandle, bytes: Buffer): Promise<void> {
  const {bytesWritten} = await file.write(bytes)
  // The rest could no longer be written in one piece with it.
  if (bytesWritten < bytes.length) throw Object.assign(new Error('a short write'), {code: 'ENOSPC'})
  await file.sync()
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
