import {basename} from 'node:path'
import type {Delivered, LeaveReason, Offer, RoomEvent, Shortfall} from '../conversation.js'
import {catalogue, type ErrorCode} from '../errors/index.js'
import {formatSize} from '../errors/format-size.js'
import {formatDigest, formatDuration, formatRate} from '../ui/format.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {Theme} from '../ui/theme.js'
import {cutMiddle} from '../ui/width.js'

type EventOf<Name extends RoomEvent['event']> = Extract<RoomEvent, {event: Name}>

/** The events that a line of text tells; the others are drawn as a message, a first screen or a bar. */
export type ToldEvent = Exclude<RoomEvent, EventOf<'listening' | 'connected' | 'message' | 'progress'>>

type EndEvent = Extract<RoomEvent, {event: 'declined' | 'failed' | 'cancelled'}>

/** Somebody has come or gone. */
export type ComingEvent = EventOf<'joined' | 'left'>

/** What is said of one, and of several. */
const departures: Record<LeaveReason, readonly [one: string, several: string]> = {
  quit: ['left', 'left'],
  lost: ['is gone (connection lost)', 'are gone (connection lost)'],
  kicked: ['was removed', 'were removed'],
  closed: ['left: the room is closed', 'left: the room is closed'],
}

/** A map, for the word may be a peer's: a property that every object has, such as `constructor`, is no text. */
const endings = new Map([
  ['quit', 'you left'],
  ['closed', 'the room is closed'],
  ['lost', 'the connection is lost'],
  ['kicked', 'the host removed you'],
])

/** Whether an event repeats what was told already: one line says that the connection is tried again. */
export function isRepeated(event: RoomEvent): boolean {
  return event.event === 'reconnecting' && event.attempt > 1
}

/**
 * Returns what happened as one safe line; under what failed, another one says what to do. The name of a file is cut to
 * `nameColumns`, and keeps its extension.
 */
export function eventText(event: ToldEvent, theme: Theme, nameColumns = Infinity): string {
  const nameOfFile = (name: string): string => cutMiddle(sanitiseLine(name), nameColumns)
  switch (event.event) {
    case 'invite':
      return inviteText(event, theme)
    case 'joined':
    case 'left':
      return comingsText([event], theme)
    case 'renamed':
      return renamedText(event)
    case 'offer':
      return offerLine(event, theme, nameColumns)
    case 'received':
      return deliveredText('received', arrivedName(event, theme, nameOfFile), event) + shortfallText(event.skipped)
    case 'sent':
      return deliveredText('sent', nameOfFile(event.name), event) + shortfallText(event.skipped)
    case 'failed':
    case 'declined':
    case 'cancelled':
      return endedText({...event, name: nameOfFile(event.name)}, theme)
    case 'paused':
      return theme.warning(`#${event.transfer} ${nameOfFile(event.name)}: ${sanitiseLine(event.message)}`)
    case 'resumed':
      return `#${event.transfer} ${nameOfFile(event.name)}: goes on`
    case 'remembered':
      return rememberedText(event, `/forget ${event.name}`)
    case 'reconnecting':
      return theme.warning(`connection lost; reconnecting. What you type is kept.`)
    case 'reconnected':
      return `connected again after ${formatDuration(event.ms)}`
    case 'notice':
      return sanitiseLine(event.message)
    case 'error':
      return `${theme.bad('Error:')} ${sanitiseLine(event.message)}`
    case 'bye':
      return endings.get(event.reason) ?? `the conversation is over (${sanitiseLine(event.reason)})`
  }
}

/** Returns an offer as a line that begins with its number; its name and its type are cut to `nameColumns`. */
export function offerText(offer: Offer, nameColumns = Infinity): string {
  const {transfer, name, bytes, files, kind, mediaType} = offer
  const size = bytes === null ? 'size unknown' : formatSize(bytes)
  const type = kind === 'tree' ? `directory of ${bytes === null ? 'more than ' : ''}${countText(files)}` : mediaType
  const [shownName, shownType] = [name, type].map(text => cutMiddle(sanitiseLine(text), nameColumns))
  return `#${transfer}  ${shownName}  ${size}  ${shownType}`
}

function countText(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}

/** Who has turned a file down, or did not answer, needs no advice. */
const choices: readonly string[] = ['declined', 'cancelled', 'no-answer', 'one-file-only']

function endedText({transfer, name, event, code, message, by}: EndEvent, theme: Theme): string {
  const isOwnChoice = by === 'self' && choices.includes(code)
  return (
    theme.warning(`#${transfer} ${undeliveredText(name, event, message)}`) +
    (isOwnChoice ? '' : theme.asTyped(hintText(code)))
  )
}

function hintText(code: string): string {
  return Object.hasOwn(catalogue, code) ? `\n  ${catalogue[code as ErrorCode].hint}` : ''
}

function offerLine(offer: EventOf<'offer'>, theme: Theme, nameColumns: number): string {
  const {transfer, from, taken} = offer
  const line = `${theme.nick(sanitiseLine(from.nick), from.nick)} offers ${offerText(offer, nameColumns)}`
  return taken !== undefined ? line : `${line}   ${theme.command(`/get ${transfer}   /decline ${transfer}`)}`
}

function inviteText({code, uses}: EventOf<'invite'>, theme: Theme): string {
  if (uses === 0) return `the code is used up: ${theme.command('/invite')} makes another`
  const guests = uses === null ? 'for any number of guests' : `for ${uses} more ${uses === 1 ? 'guest' : 'guests'}`
  return code === undefined
    ? `the code that you gave is good, ${guests}`
    : `Code:  ${theme.strong(sanitiseLine(code))}   ${guests}`
}

/** Of more than these only the first two are named. */
const mostNamed = 3

/** Returns as one line who has come, or gone for the same reason. */
export function comingsText(events: readonly ComingEvent[], theme: Theme): string {
  const named = events.length > mostNamed ? events.slice(0, 2) : events
  const rest = events.length - named.length
  const names = [...named.map(event => nameOf(event, theme)), ...(rest > 0 ? [`${rest} others`] : [])]
  return `${enumeration().format(names)} ${verbOf(events)}`
}

/** Says which events {@link comingsText} tells in one line. */
export function kindOfComing(event: ComingEvent): string {
  return event.event === 'joined' ? 'joined' : event.reason
}

/** Made when it is needed first: few commands tell who comes and goes. */
function enumeration(): Intl.ListFormat {
  return (madeEnumeration ??= new Intl.ListFormat('en-GB'))
}

let madeEnumeration: Intl.ListFormat | undefined

function verbOf([first, ...others]: readonly ComingEvent[]): string {
  if (first?.event !== 'left') return 'joined'
  return departures[first.reason][others.length === 0 ? 0 : 1]
}

/** A remembered device keeps the name that it has here, whatever it calls itself. */
function nameOf(event: ComingEvent, theme: Theme): string {
  const {nick} = event.member
  const name = theme.nick(sanitiseLine(nick), nick)
  const knownAs = event.event === 'joined' ? event.knownAs : undefined
  return knownAs === undefined || knownAs === nick ? name : `${name} (remembered as ${sanitiseLine(knownAs)})`
}

/** Returns what it means that a device is remembered, and how to undo it, as one line. */
export function rememberedText({name, role}: EventOf<'remembered'>, undoCommand: string): string {
  const what =
    role === 'host' ? "this room's code will not be asked again here" : `${name} comes in without a code from now on`
  return sanitiseLine(`${what} (${undoCommand} undoes it)`)
}

function renamedText({self, was, member}: EventOf<'renamed'>): string {
  const nick = sanitiseLine(member.nick)
  return self ? `you are ${nick} now` : `${sanitiseLine(was)} is ${nick} now`
}

function arrivedName({path, name}: EventOf<'received'>, theme: Theme, nameOfFile: (name: string) => string): string {
  return path === '-' ? nameOfFile(name) : theme.file(nameOfFile(basename(path)), path)
}

/**
 * Returns what has arrived, or left whole, as one line: a directory has no digest of its own. `name` is printed as it
 * is: a peer's passes the sanitiser first.
 */
export function deliveredText(
  what: 'sent' | 'received',
  name: string,
  {bytes, files, ms, sha256, resumedFrom}: Pick<Delivered, 'bytes' | 'files' | 'ms' | 'sha256' | 'resumedFrom'>,
): string {
  const moved = bytes - resumedFrom
  const rate = moved > 0 ? ` (${formatRate((moved * 1000) / Math.max(1, ms))})` : ''
  const took = `${formatSize(bytes)} in ${formatDuration(ms)}${rate}`
  return `${what} ${name}  ${took}  ${sha256 ? `sha256 ${formatDigest(sha256)}` : countText(files)}`
}

/** What did not arrive is shown in as many lines. */
const maxShown = 10

/** Returns what of a directory did not arrive, each on a line of its own under what did. */
export function shortfallText(skipped: Shortfall | undefined): string {
  if (skipped === undefined) return ''
  const shown = skipped.first.slice(0, maxShown)
  const lines = shown.map(
    ({path, code}) => `\n  missing ${sanitiseLine(path)}: ${sanitiseLine(code).replaceAll('-', ' ')}`,
  )
  const more = skipped.count - shown.length
  return lines.join('') + (more === 0 ? '' : `\n  missing ${more} more`)
}

/** Returns what has not arrived, and why, as one line. */
export function undeliveredText(name: string, what: string, why: string): string {
  return sanitiseLine(`${name} ${what}: ${why}`)
}
