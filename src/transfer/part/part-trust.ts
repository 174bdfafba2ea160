import {journalOf} from './part-name.js'
import type {OpenFile} from './own-file.js'
import {PartJournal, subjectOf} from './part-journal.js'
import type {PartSpot} from './part-request.js'

/** Clocks of file systems are a little behind or ahead. */
const clockStepMs = 1000

/** Whether something was written since the machine was started: then it is there, whatever became of who wrote it. */
export function isOfThisStart(writtenMs: number, bootedMs: number): boolean {
  return writtenMs > bootedMs && writtenMs <= Date.now() + clockStepMs
}

/** Cuts a part that was left down to what counts of it, at most `bytes`, and returns how much that is; it is closed if that fails. */
export async function cutToTrusted(file: OpenFile, spot: PartSpot, bytes: number): Promise<number> {
  try {
    const trusted = await trustedBytes(file, spot, bytes)
    if (Number(file.stats.size) > trusted) await file.handle.truncate(trusted)
    // All of it is as good as new.
    const now = new Date()
    await file.handle.utimes(now, now)
    return trusted
  } catch (error) {
    await file.handle.close()
    throw error
  }
}

/** What was written since the machine started is there; of what is older, the journal knows what had reached the disk. */
async function trustedBytes({stats}: OpenFile, {path, id, bootedMs}: PartSpot, bytes: number): Promise<number> {
  const size = Math.min(Number(stats.size), bytes)
  if (isOfThisStart(Number(stats.mtimeMs), bootedMs)) return size
  return Math.min(size, await new PartJournal(journalOf(path, stats), subjectOf(id, stats)).read())
}
