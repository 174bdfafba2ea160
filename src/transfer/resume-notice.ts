import type {RoomEvent} from '../conversation.js'

/** What is going on, as people know it. */
interface Resumed {
  transfer: number
  name: string
  bytes: number | null
  kind?: 'tree' | undefined
}

/** Tells that a transfer goes on behind what is there. */
export function resumedNotice({transfer, name, bytes}: Resumed, start: number): RoomEvent {
  const where = bytes === null ? 'where it was' : `at ${Math.floor((100 * start) / Math.max(start, bytes))}%`
  return {event: 'notice', code: 'resumed', message: `#${transfer} ${name} goes on ${where}`}
}

/** Tells that what was kept of a transfer is not what belongs there; of a tree that is because it has changed. */
export function startedOverNotice({transfer, name, kind}: Resumed, hasChanged = kind === 'tree'): RoomEvent {
  const why = hasChanged ? 'it has changed' : 'with what was kept of it, its SHA-256 is not what was sent'
  return {event: 'notice', code: 'started-over', message: `#${transfer} ${name} begins anew: ${why}`}
}
