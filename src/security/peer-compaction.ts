import type {JournalReading} from './journal-reading.js'
import type {PeerRecord} from './peer-records.js'

/** A journal of which nobody has to think. */
const shortBytes = 64 * 1024

/** How many times as long as it had to be a journal may become. */
const tolerance = 4

/**
 * How long a compacted journal is left alone: a process that did not see it made may still be in the middle of writing to
 * the one before, and has so long for it.
 */
const restMs = 60_000

/** Whether a journal has grown far beyond what it says; `records` would say the same. */
export function isOverdue(reading: JournalReading, records: () => readonly PeerRecord[], nowMs = Date.now()): boolean {
  const {bytes, damagedLines, compactedAt} = reading
  if (bytes < shortBytes || damagedLines > 0) return false
  if (compactedAt !== undefined && Math.abs(nowMs - Date.parse(compactedAt)) < restMs) return false
  return bytes > tolerance * JSON.stringify(records()).length
}
