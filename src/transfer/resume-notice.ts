import type {RoomEvent} from '../conversation.js'

/** What is going on, as people know it. */
interface Resumed {
  transfer: number
  name: string
  bytes: number | null
}

/** Tells that a transfer goes on behind what is there. */
export function resumedNotice({transfer, name, bytes}: Resumed, start: number): RoomEvent {
  const percent = Math.floor((100 * start) / (bytes ?? start))
  return {event: 'notice', code: 'resumed', message: `#${transfer} ${name} goes on at ${percent}%`}
}

/** Tells that what was kept of a transfer is not what belongs there. */
export function startedOverNotice({transfer, name}: Resumed): RoomEvent {
  const message = `#${transfer} ${name} begins anew: with what was kept of it, its SHA-256 is not what was sent`
  return {event: 'notice', code: 'started-over', message}
}
