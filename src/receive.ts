import type {Writable} from 'node:stream'
import type {HostedRoom, RoomEvent} from './conversation.js'
import {ChatctlError} from './errors/index.js'
import type {HostConversation} from './host-conversation.js'
import {openRoom, type HostOptions, type RoomTerms} from './host.js'
import {systemClock} from './session/clock.js'
import {farewellMs} from './session/within.js'
import {requireInbox} from './transfer/inbox.js'
import {StreamOutput} from './transfer/stream-output.js'
import {treeIncomplete} from './tree-incomplete.js'

/** How files are received. */
export interface ReceiveOptions extends Omit<HostOptions, 'maxMembers' | 'out'> {
  /** Goes on after the first delivery. */
  keep?: boolean
  /** The directory where files go; the current one by default. One file goes into a stream, as it comes. */
  out?: string | Writable
}

/**
 * Takes files on this computer, and talks to nobody: who wants to is turned away (`files-only`).
 *
 * Its conversation ends with the first whole delivery: when someone has said goodbye who brought files, and each of
 * them is verified here. What others are still bringing by then is broken off. Files are taken unless `accept` says
 * otherwise; one that fails, or a sender that is lost, is reported as an event, and the next one may come. With
 * `tree-incomplete` it ends when something of a directory could not be read there, or kept here: the rest of it is there.
 *
 * A stream as `out` takes one file, and ends the conversation: with `not-verified` when some of it came that is not whole.
 * @param options where it listens, whom it lets in, and where files go; sizes are in bytes
 * @returns the conversation with whoever brings files
 * @throws ChatctlError what {@link host} throws; `bad-argument` for a stream that is to be kept;
 *   `not-a-directory`, `not-writable` when files cannot go where they are to
 * @example
 * const reception = await receive({home: 'rx-data', port: 0, out: 'inbox'})
 * const way = {host: '127.0.0.1', port: reception.port, code: reception.code}
 * const sending = sendFile({home: 'ci-data', ...way, paths: ['report.pdf']})
 * for await (const event of reception.events()) if (event.event === 'received') console.log(event.path)
 * await sending
 */
export async function receive({keep = false, out = '.', ...options}: ReceiveOptions): Promise<HostedRoom> {
  const all = {accept: 'all', ...options} as const
  if (typeof out !== 'string') return receiveInto(out, all, keep)
  await requireInbox(out)
  let error: ChatctlError | undefined
  const end = (): void => void reception.leave(error)
  const onFile = (event: RoomEvent): void => void (error ??= shortfallOf(event))
  const terms: RoomTerms = {purposes: ['deliver']}
  const oneDelivery: RoomTerms = {...terms, guests: 1, onDelivered: end, onFile}
  const reception = await openRoom({...all, out}, keep ? terms : oneDelivery)
  return reception
}

/** What was delivered is there, but for some of a directory. */
function shortfallOf(event: RoomEvent): ChatctlError | undefined {
  return event.event === 'received' && event.skipped ? treeIncomplete(event.name, event.skipped) : undefined
}

async function receiveInto(stream: Writable, options: HostOptions, keep: boolean): Promise<HostedRoom> {
  if (keep) throw new ChatctlError('bad-argument', 'a stream takes one file only: it cannot be kept for another')
  const output = new StreamOutput(stream)
  const onDelivered = (): void => void reception.leave()
  const onFile = (event: RoomEvent): void => endWithFile(event, reception, output)
  const reception = await openRoom(options, {purposes: ['deliver'], guests: 1, onDelivered, onFile, output})
  return reception
}

/** What was written cannot be taken back: no other file may follow it. */
function endWithFile({event}: RoomEvent, reception: HostConversation, output: StreamOutput): void {
  if (event === 'received') void reception.settled().then(() => endSoon(reception))
  else if (['failed', 'cancelled', 'declined'].includes(event) && output.isBroken) void reception.leave(notVerified())
}

/** A sender that has nothing more to bring says goodbye by itself. */
function endSoon(reception: HostConversation): void {
  const callOff = systemClock.setTimeout(() => void reception.leave(), farewellMs)
  void reception.ended.then(callOff)
}

function notVerified(): ChatctlError {
  return new ChatctlError('not-verified', 'what came on standard output is not verified')
}
