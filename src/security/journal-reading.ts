import {parseRecord, type PeerRecord} from './peer-records.js'

/** What a journal holds. */
export interface JournalReading {
  readonly records: readonly PeerRecord[]
  /** Lines that are no records, and of which nobody has been told yet. */
  readonly damagedLines: number
  /** Whether the last of those ends a file: then it may be a record that is being written at this moment. */
  readonly isEndDamaged: boolean
  readonly bytes: number
  /** When the journal was compacted last, as ISO time. */
  readonly compactedAt?: string | undefined
}

/**
 * Reads the bytes of a journal, and of the one before it: of that, what was still written to it when this one had taken
 * over what it held.
 */
export function parseJournal(bytes: Buffer, before: Buffer = Buffer.alloc(0)): JournalReading {
  const records: PeerRecord[] = []
  let damagedAt: number[] = []
  let compactedAt: string | undefined
  let isEndDamaged = false
  for (const {line, endsAt} of linesOf(bytes)) {
    const record = parseRecord(line)
    if (record?.type === 'compacted') {
      const late = parseJournal(before.subarray(record.bytes))
      records.push(...late.records)
      damagedAt.push(...Array<number>(late.damagedLines).fill(endsAt))
      isEndDamaged = late.isEndDamaged
      compactedAt = record.at
    } else if (record) records.push(record)
    else damagedAt.push(endsAt)
    // Only what stands before it was there to be told: after a repair by hand the same bytes may be others.
    if (record?.type === 'told') damagedAt = damagedAt.filter(endsAt => endsAt > record.bytes)
  }
  isEndDamaged &&= damagedAt.length > 0
  isEndDamaged ||= damagedAt.at(-1) === bytes.length
  return {records, damagedLines: damagedAt.length, isEndDamaged, bytes: bytes.length, compactedAt}
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
