import type {JournalReading} from './journal-reading.js'
import type {PeerRecord} from './peer-records.js'

/** A journal of which nobody has to think. */
const shortBytes = 64 * 1024

/** How many times as long as it had to be a journal may become. */
const tolerance = 4

/** Whether a journal has grown far beyond what it says; `records` would say the same. */
export function isOverdue(reading: JournalReading, records: () => readonly PeerRecord[]): boolean {
  const {bytes, damagedLines, damagedLinesBefore} = reading
  if (bytes < shortBytes || damagedLines + damagedLinesBefore > 0) return false
  return bytes > tolerance * JSON.stringify(records()).length
}
