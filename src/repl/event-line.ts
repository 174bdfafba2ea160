import type {RoomEvent} from '../conversation.js'
import {jsonLine} from '../ui/json-line.js'

/** Returns an event as one line of JSON, which no text inside can break or make a terminal act on. */
export function eventLine({event, ...fields}: RoomEvent, at: Date): string {
  return jsonLine({v: 1, event, at: at.toISOString(), ...fields})
}
