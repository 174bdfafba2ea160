import {createHash} from 'node:crypto'
import {constants} from 'node:fs'
import {rm, type FileHandle} from 'node:fs/promises'
import {errnoOf} from '../disk-error.js'
import type {FileIdentity} from './file-identity.js'
import {openOwnFile} from './own-file.js'

const checkDigits = 16
const records = /(?<bytes>[0-9a-f]{16}) (?<check>[0-9a-f]{16})\n/g

/**
 * What tells a part from every other beside it, by its number: that of its device may be another one when the machine
 * was started anew.
 */
export function subjectOf(id: string, {ino}: Pick<FileIdentity, 'ino'>): string {
  return `${id} ${ino}`
}

/**
 * One line that says that the first `bytes` of a part are on disk. `subject` tells the part from every other: a record of
 * another, or one that is torn, says nothing.
 */
export function encodeRecord(subject: string, bytes: number): string {
  return `${bytes.toString(16).padStart(16, '0')} ${checkOf(subject, bytes)}\n`
}

/** The most that the records of a part say, whatever became of some of them, in whatever order they are. */
export function readRecords(subject: string, content: string): number {
  let most = 0
  for (const {groups} of content.matchAll(records)) {
    const bytes = Number.parseInt(groups?.['bytes'] ?? '', 16)
    if (bytes > most && groups?.['check'] === checkOf(subject, bytes)) most = bytes
  }
  return most
}

function checkOf(subject: string, bytes: number): string {
  return createHash('sha256').update(`${subject} ${bytes}`).digest('hex').slice(0, checkDigits)
}

/** Says, beside a part, how much of it is on disk: what a power cut leaves of the rest is not known. */
export class PartJournal {
  readonly #path: string
  readonly #subject: string
  #handle: FileHandle | undefined

  constructor(path: string, subject: string) {
    this.#path = path
    this.#subject = subject
  }

  /** What it says; nothing when there is none, or none of this user. */
  async read(): Promise<number> {
    try {
      const file = await openOwnFile(this.#path, constants.O_RDONLY)
      if (file === undefined) return 0
      const content = await file.handle.readFile('latin1').finally(() => file.handle.close())
      return readRecords(this.#subject, content)
    } catch (error) {
      // Without its word only what came since the machine started counts.
      if (errnoOf(error) !== undefined) return 0
      throw error
    }
  }

  /** Says that so many bytes are on disk; its own word a power cut may take. */
  async note(bytes: number): Promise<void> {
    this.#handle ??= await this.#open()
    await this.#handle?.appendFile(encodeRecord(this.#subject, bytes))
  }

  /** Says that so many bytes are on disk, and is on disk itself. */
  async write(bytes: number): Promise<void> {
    await this.note(bytes)
    await this.#handle?.datasync()
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  async remove(): Promise<void> {
    await this.close()
    await rm(this.#path, {force: true})
  }

  async #open(): Promise<FileHandle | undefined> {
    const {O_WRONLY, O_APPEND, O_CREAT} = constants
    return (await openOwnFile(this.#path, O_WRONLY | O_APPEND | O_CREAT))?.handle
  }
}
