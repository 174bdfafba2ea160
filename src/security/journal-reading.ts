import {parseRecord, type PeerRecord} from './peer-records.js'

/** What a journal holds. */
export interface JournalReading {
  readonly records: readonly PeerRecord[]
  /** Lines that are no records, and of which nobody has been told yet. */
  readonly damagedLines: number
  /** Such lines of the file before. */
  readonly damagedLinesBefore: number
  /** Whether the last of all those ends a file: then it may be a record that is being written at this moment. */
  readonly isEndDamaged: boolean
  readonly bytes: number
}

/** A line that is no record. */
interface Damage {
  /** Whoever has read so far of the newer file has been told of it. */
  readonly endsAt: number
  readonly isBefore: boolean
}

/**
 * Reads the bytes of a journal, and of the one before it: of that, what was still written to it when this one had taken
 * over what it held.
 */
export function parseJournal(bytes: Buffer, before: Buffer = Buffer.alloc(0)): JournalReading {
  const records: PeerRecord[] = []
  let damage: Damage[] = []
  let isEndDamaged = false
  for (const {line, endsAt} of linesOf(bytes)) {
    const record = parseRecord(line)
    if (record?.type === 'compacted') {
      const late = parseJournal(before.subarray(record.bytes))
      records.push(...late.records)
      damage.push(...Array<Damage>(late.damagedLines).fill({endsAt, isBefore: true}))
      isEndDamaged = late.isEndDamaged
    } else if (record) records.push(record)
    else damage.push({endsAt, isBefore: false})
    // Only what stands before it was there to be told: after a repair by hand the same bytes may be others.
    if (record?.type === 'told') damage = damage.filter(({endsAt}) => endsAt > record.bytes)
  }
  isEndDamaged &&= damage.length > 0
  isEndDamaged ||= damage.at(-1)?.endsAt === bytes.length
  const damagedLinesBefore = damage.filter(({isBefore}) => isBefore).length
  const damagedLines = damage.length - damagedLinesBefore
  return {records, damagedLines, damagedLinesBefore, isEndDamaged, bytes: bytes.length}
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
