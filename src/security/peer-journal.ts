import {constants} from 'node:fs'
import {copyFile, mkdir, open, readFile, stat, type FileHandle} from 'node:fs/promises'
import {join} from 'node:path'
import {ChatctlError} from '../errors/index.js'
import {parseRecord, type PeerRecord} from './peer-records.js'

/** What a journal holds. */
export interface JournalReading {
  readonly records: readonly PeerRecord[]
  /** Lines that are no records, and of which nobody has been told yet. */
  readonly damagedLines: number
  readonly bytes: number
}

/**
 * The journal of remembered devices: a file of one-line JSON records that is only ever appended to.
 *
 * Each record is one write to the end of the file, and brings the line break before it along: so nothing is lost when
 * several processes write at once, and what a power cut has left of one record does not spoil the next.
 */
export class PeerJournal {
  readonly path: string
  readonly #home: string

  constructor(home: string) {
    this.#home = home
    this.path = join(home, 'peers.jsonl')
  }

  /**
   * Reads all of it; it is empty when there is no file yet.
   * @throws ChatctlError `not-readable`
   */
  async read(): Promise<JournalReading> {
    return parseJournal(await this.#ifThere(() => readFile(this.path), Buffer.alloc(0)))
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
      await mkdir(this.#home, {recursive: true, mode: 0o700})
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

  async #ifThere<Value>(look: () => Promise<Value>, otherwise: Value): Promise<Value> {
    try {
      return await look()
    } catch (cause) {
      if (isSystemError(cause, 'ENOENT')) return otherwise
      throw new ChatctlError('not-readable', `cannot read ${this.path}`, {cause})
    }
  }
}

/** Reads the bytes of a journal. A last line without its end may be a record that is being written at this moment. */
export function parseJournal(bytes: Buffer): JournalReading {
  const records: PeerRecord[] = []
  const damagedAt: number[] = []
  let toldBytes = 0
  for (const {line, endsAt} of linesOf(bytes)) {
    const record = parseRecord(line)
    if (record) records.push(record)
    else if (endsAt < bytes.length) damagedAt.push(endsAt)
    if (record?.type === 'told') toldBytes = Math.max(toldBytes, record.bytes)
  }
  return {records, damagedLines: damagedAt.filter(endsAt => endsAt >= toldBytes).length, bytes: bytes.length}
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
