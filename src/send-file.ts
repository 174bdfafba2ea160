import {basename} from 'node:path'
import type {OutgoingFile, RoomEvent} from './conversation.js'
import {ChatctlError, toChatctlError} from './errors/index.js'
import {HostLink, type EntryOptions} from './host-link.js'
import {toIntake} from './intake.js'
import {Membership} from './membership.js'
import {checkNick} from './room/nick.js'
import {systemClock} from './session/clock.js'
import {inspectSource} from './transfer/source-file.js'

/** What is sent, and where to. */
export interface SendFileOptions extends EntryOptions {
  /** At least one file. */
  paths: readonly string[]
  /** How long an offer may wait for its answer; 600,000 by default, 0 for no limit. */
  answerTimeoutMs?: number
  /** Hears what happens on the way: offers, progress, and how each file ended. */
  onEvent?: (event: RoomEvent) => void
  /** Gives up: says goodbye and ends what is under way. */
  signal?: AbortSignal
}

/** What came of one file. */
export interface SentFile {
  name: string
  path: string
  bytes: number
  /** Lower-case hex; empty when the file did not arrive. */
  sha256: string
  resumedFrom: number
  status: 'sent' | 'declined' | 'failed'
  error?: ChatctlError
}

/** What came of a delivery. */
export interface SendFileResult {
  /** The nick of the host. */
  peer: string
  files: SentFile[]
  ms: number
}

const defaultAnswerTimeoutMs = 600_000

/**
 * Sends files to a running host and waits until it has verified each of them, without entering its room.
 *
 * What becomes of a file is told by its `status` and `error`; only what keeps all of them from being offered is thrown.
 * @throws ChatctlError `no-such-file`, `not-a-file` or `not-readable` before anything is sent; the families
 * connection (3), admission (4) and protocol (7)
 * @example
 * const {files} = await sendFile({home: '/tmp/ana', host: '127.0.0.1', port, code, paths: ['report.pdf']})
 */
export async function sendFile(options: SendFileOptions): Promise<SendFileResult> {
  const {paths, nick = 'guest', onEvent, signal} = options
  const clock = systemClock
  const startedAt = clock.now()
  for (const path of paths) await inspectSource(path)
  const link = new HostLink({...options, nick: checkNick(nick), clock, purpose: 'deliver'})
  const membership = new Membership({intake: toIntake({accept: 'none'}), clock, link})
  if (onEvent) membership.subscribe(onEvent)
  await link.connect(membership.session)
  await membership.welcomed
  signal?.addEventListener('abort', () => void membership.leave())
  const files = await Promise.all(paths.map(path => deliver(membership, path, options)))
  await membership.leave()
  return {peer: membership.host.nick, files, ms: Math.round(clock.now() - startedAt)}
}

async function deliver(membership: Membership, path: string, options: SendFileOptions): Promise<SentFile> {
  const file = {name: basename(path), path, bytes: 0, sha256: '', resumedFrom: 0}
  try {
    const outgoing = await membership.sendFile(path, {to: membership.host.nick})
    tellOfWaiting(membership, outgoing, options.onEvent)
    limitWaiting(membership, outgoing, options.answerTimeoutMs ?? defaultAnswerTimeoutMs)
    const {bytes, sha256, resumedFrom} = await outgoing.delivered
    return {...file, bytes, sha256, resumedFrom, status: 'sent'}
  } catch (thrown) {
    const error = toChatctlError(thrown)
    return {...file, status: error.exitCode === 5 ? 'declined' : 'failed', error}
  }
}

/** Most answers come from programs, at once: only a person keeps one waiting. */
const patienceMs = 500

function tellOfWaiting({host}: Membership, {answered}: OutgoingFile, onEvent: SendFileOptions['onEvent']): void {
  const message = `waiting for ${host.nick} to accept`
  const callOff = systemClock.setTimeout(() => onEvent?.({event: 'notice', code: 'waiting', message}), patienceMs)
  void answered.then(callOff)
}

function limitWaiting(membership: Membership, {transfer, answered}: OutgoingFile, timeoutMs: number): void {
  if (timeoutMs === 0) return
  const reason = new ChatctlError('no-answer', `no answer to the offer within ${timeoutMs / 1000} s`)
  const callOff = systemClock.setTimeout(() => membership.cancel(transfer, reason), timeoutMs)
  void answered.then(callOff)
}
