import type {ChatctlError} from '../errors/index.js'
import {isOverdue} from './peer-compaction.js'
import {PeerDamage} from './peer-damage.js'
import type {PeerJournal, PeerJournalReading} from './peer-journal.js'
import type {PeerRecord} from './peer-records.js'
import {PeerSet} from './peer-set.js'

/** The remembered devices as their journal says: looked at anew, written to, damage kept aside, and kept short. */
export class PeerStore {
  /** Hears of each device that was forgotten since the last look, though it may be remembered again. */
  onForgotten: (fingerprint: string) => void = noop
  readonly #journal: PeerJournal
  readonly #damage: PeerDamage
  #set = new PeerSet()
  #version = ''
  #reading: PeerJournalReading | undefined
  #look = Promise.resolve()

  constructor(journal: PeerJournal) {
    this.#journal = journal
    this.#damage = new PeerDamage(journal)
  }

  /** As they were at the last look. */
  get set(): PeerSet {
    return this.#set
  }

  /** Returns, once, that the journal was found damaged: `damaged-peers`, in words for a person. */
  takeDamage(): ChatctlError | undefined {
    return this.#damage.take()
  }

  /**
   * Takes in what other processes have written meanwhile.
   * @throws ChatctlError `not-readable`
   */
  refresh(): Promise<void> {
    // One look after the other: what an earlier one has seen never replaces what a later one has.
    const looked = this.#look.then(() => this.#refresh())
    this.#look = looked.catch(noop)
    return looked
  }

  /**
   * Writes what has happened now.
   * @throws ChatctlError `not-writable`, `disk-full`, `not-readable`
   */
  async append(record: Undated<PeerRecord>): Promise<void> {
    await this.#journal.append({...record, at: new Date().toISOString()})
    await this.refresh()
    await this.#compact()
  }

  async #refresh(): Promise<void> {
    const version = await this.#journal.version()
    if (version === this.#version) return
    const reading = await this.#journal.read()
    const set = new PeerSet()
    for (const record of reading.records) set.apply(record)
    const before = this.#set
    this.#set = set
    this.#version = version
    this.#reading = reading
    for (const fingerprint of set.forgottenSince(before)) this.onForgotten(fingerprint)
    if (reading.damagedLines + reading.damagedLinesBefore > 0) await this.#damage.keepAside(reading)
  }

  /** What has just been written is kept in any case: that the journal stays long is nobody's trouble. */
  async #compact(): Promise<void> {
    const records = (): PeerRecord[] => this.#set.toRecords()
    if (this.#reading === undefined || !isOverdue(this.#reading, records)) return
    await this.#journal.compact(this.#reading, records()).catch(noop)
  }
}

type Undated<Record> = Record extends PeerRecord ? Omit<Record, 'at'> : never

const noop = (): void => undefined
