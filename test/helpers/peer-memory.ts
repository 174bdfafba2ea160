import type {ChatctlError} from '../../src/errors/index.js'
import {PeerMemory} from '../../src/peer-memory.js'
import {KnownPeers} from '../../src/security/known-peers.js'
import {PeerJournal, type PeerJournalReading} from '../../src/security/peer-journal.js'
import type {PeerRecord} from '../../src/security/peer-records.js'

/** A journal that no disk keeps. */
export class JournalInMemory extends PeerJournal {
  readonly records: PeerRecord[] = []
  /** When set, what is written fails with it. */
  failure: ChatctlError | undefined

  constructor() {
    super('nowhere')
  }

  override read(): Promise<PeerJournalReading> {
    return Promise.resolve({
      records: [...this.records],
      damagedLines: 0,
      damagedLinesBefore: 0,
      isEndDamaged: false,
      bytes: 0,
      generation: 0,
    })
  }

  override version(): Promise<string> {
    return Promise.resolve(String(this.records.length))
  }

  override append(record: PeerRecord): Promise<void> {
    if (this.failure) return Promise.reject(this.failure)
    this.records.push(record)
    return Promise.resolve()
  }
}

/** The remembered devices of one that has met nobody yet. */
export function emptyPeers(journal = new JournalInMemory()): KnownPeers {
  return new KnownPeers(journal)
}

/** The memory of a device that has met nobody yet. */
export function emptyMemory(role: 'host' | 'guest' = 'guest'): PeerMemory {
  return new PeerMemory(emptyPeers(), role)
}
