import type {Conversation} from '../conversation.js'
import {formatDuration} from '../ui/format.js'
import {sanitiseLine} from '../ui/sanitise.js'

/** Returns that the host does not answer any more. */
export function goneText({host}: Pick<Conversation, 'host'>): string {
  return `${sanitiseLine(host.nick)} is gone; reconnecting. What you type is kept.`
}

/** Returns that the host is back, after how long, and what goes on now: messages that waited, and transfers. */
export function comebackText(
  conversation: Pick<Conversation, 'host' | 'transfers'>,
  ms: number,
  waiting: number,
): string {
  const goingOn = conversation.transfers().filter(({state}) => state === 'moving')
  const parts = [...messagesText(waiting), ...transfersText(goingOn)]
  const what = parts.length === 0 ? '' : `: ${parts.join(', ')}`
  return `${sanitiseLine(conversation.host.nick)} is back after ${formatDuration(ms)}${what}`
}

function messagesText(waiting: number): string[] {
  if (waiting === 0) return []
  return [waiting === 1 ? '1 message goes out now' : `${waiting} messages go out now`]
}

function transfersText(transfers: readonly {bytes: number | null; moved: number}[]): string[] {
  const [only, ...others] = transfers
  if (only === undefined) return []
  if (others.length > 0) return [`${transfers.length} transfers go on`]
  const share = only.bytes === null || only.bytes === 0 ? '' : ` at ${Math.floor((100 * only.moved) / only.bytes)}%`
  return [`1 transfer goes on${share}`]
}
