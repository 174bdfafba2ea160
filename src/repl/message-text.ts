import type {RoomEvent} from '../conversation.js'
import {formatTime} from '../ui/format.js'
import {sanitiseBlock, sanitiseLine} from '../ui/sanitise.js'
import type {Theme} from '../ui/theme.js'
import {columnsOf} from '../ui/width.js'
import {highlightMentions, isMentioned} from './mention.js'

/** A message as the room tells of it. */
export type MessageEvent = Extract<RoomEvent, {event: 'message'}>

/** Returns a message as one plain line: `nick: text`, `* nick text` or `[nick] text`. */
export function messageLine({from, text, kind}: MessageEvent): string {
  const nick = sanitiseLine(from.nick)
  const shapes = {say: `${nick}: `, me: `* ${nick} `, private: `[${nick}] `} as const
  return shapes[kind] + sanitiseLine(text)
}

/** Returns a message as a screen shows it to `reader`: the time, who said it, and its lines below each other. */
export function messageBlock(message: MessageEvent, at: Date, theme: Theme, reader: string): string {
  const time = formatTime(at)
  const speaker = speakerOf(message)
  const indent = ' '.repeat(columnsOf(`${time} ${speaker}`) + gap.length)
  const lines = sanitiseBlock(message.text)
  const highlighted = message.self ? lines : highlightMentions(lines, reader, theme.mention)
  const text = highlighted.replaceAll('\n', `\n${indent}`)
  const isMarked = !message.self && isMentioned(reader, lines) && theme.mention(' ') === ' '
  return `${theme.faint(time)} ${theme.nick(speaker, message.from.nick)}${isMarked ? mentionGap : gap}${text}`
}

const gap = '   '
/** Where there is no colour. */
const mentionGap = ' ! '

function speakerOf({from, to, kind, self}: MessageEvent): string {
  const nick = sanitiseLine(from.nick)
  if (kind === 'me') return `* ${nick}`
  if (kind === 'say') return nick
  return self && to ? `[to ${sanitiseLine(to.nick)}]` : `[${nick}]`
}
