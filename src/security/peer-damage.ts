import {ChatctlError} from '../errors/index.js'
import type {PeerJournal, PeerJournalReading} from './peer-journal.js'

/** What was found damaged in a journal of remembered devices: kept aside when it is found, and told once. */
export class PeerDamage {
  readonly #journal: PeerJournal
  #untold: ChatctlError | undefined

  constructor(journal: PeerJournal) {
    this.#journal = journal
  }

  /** Keeps a copy of a damaged journal, and notes in it that this was done and is told. */
  async keepAside(reading: PeerJournalReading): Promise<void> {
    const at = new Date().toISOString()
    try {
      const copies = await this.#journal.keepAside(reading, at)
      await this.#journal.append({type: 'told', bytes: reading.bytes, at})
      this.#untold = this.#describe(reading, asTheyWere(copies))
    } catch (cause) {
      this.#untold = this.#describe(reading, 'no copy of it could be made', cause)
    }
  }

  /** Returns, once, what was found: `damaged-peers`, in words for a person. */
  take(): ChatctlError | undefined {
    const damage = this.#untold
    this.#untold = undefined
    return damage
  }

  #describe(reading: PeerJournalReading, aside: string, cause?: unknown): ChatctlError {
    const lines = reading.damagedLines + reading.damagedLinesBefore
    const what = lines === 1 ? 'one line' : `${lines} lines`
    const where = this.#journal.damagedPaths(reading).join(' and ')
    return new ChatctlError('damaged-peers', `${what} of ${where} cannot be read; ${aside}`, {cause})
  }
}

function asTheyWere(copies: readonly string[]): string {
  return copies.length === 1
    ? `a copy of it as it was is ${copies.join()}`
    : `copies of them as they were are ${copies.join(' and ')}`
}
