import type {Compression, Delivered, Member, NamedStream, OutgoingFile, RoomEvent, Shortfall} from './conversation.js'
import {ChatctlError, toChatctlError} from './errors/index.js'
import type {EntryOptions} from './entry-options.js'
import {openHostLink} from './host-link.js'
import {toIntake} from './intake.js'
import {Membership} from './membership.js'
import {checkNick, everyone} from './protocol/nick.js'
import {systemClock} from './session/clock.js'
import {requireSource} from './transfer/inspect-source.js'
import {nameOf} from './transfer/offer-queue.js'
import {endingOf} from './transfer/transfer-errors.js'
import {closeOnAbort} from './transport/close-on-abort.js'
import {treeIncomplete} from './tree-incomplete.js'

/** What is sent, and where to. */
export interface SendFileOptions extends EntryOptions {
  /** At least one file or directory; a stream goes to one recipient, for it is read once. */
  paths: readonly (string | NamedStream)[]
  /** What of directories is left out: patterns in the syntax of gitignore. */
  exclude?: readonly string[]
  /** Whether links in directories are sent, which stay inside. */
  links?: boolean
  /** The nick of a member, or `all` for everyone, the host included; the host by default. */
  to?: string
  /** Holds all that is sent to so many bytes a second; no limit by default. */
  bandwidthBytesPerSecond?: number
  /** Milliseconds that an offer may wait for its answer; 600,000 by default, 0 for no limit. */
  answerTimeoutMs?: number
  /** Whether what is sent is compressed on its way; `auto` by default. */
  compression?: Compression
  /** Whether what is there of an earlier try is gone on with; true by default. */
  isResumable?: boolean
  /** Hears of each offer before anything of it moves: events call it by its number. */
  onOffered?: (offered: {transfer: number; name: string; to: string}) => void
  /** Hears what happens on the way: offers, progress, and how each file ended. */
  onEvent?: (event: RoomEvent) => void
  /** Gives up, wherever it stands: ends what is under way and says goodbye. */
  signal?: AbortSignal | undefined
}

/** What came of one file, or one directory, for one member. */
export interface SentFile {
  /** As it was offered. */
  name: string
  /** As it was given; `-` of a stream. */
  path: string
  /** The nick of whom it is for. */
  to: string
  /** Of all that is in it; 0 when the file did not arrive. */
  bytes: number
  /** How many a directory has brought. */
  files: number
  /** Lower-case hex; empty of a directory, and when the file did not arrive. */
  sha256: string
  /** How many bytes had come in an earlier try. */
  resumedFrom: number
  /** Milliseconds, from the answer to its end; 0 when the file did not arrive. */
  ms: number
  /**
   * `incomplete` is a directory that is there, but for what could not be read or kept; `skipped`: whom it is for has a
   * file of that name, and keeps it.
   */
  status: 'sent' | 'incomplete' | 'skipped' | 'declined' | 'failed' | 'cancelled'
  /** What of a directory is missing. */
  skipped?: Shortfall
  /** Why it did not arrive, or not whole. */
  error?: ChatctlError
}

/** What came of a delivery. */
export interface SendFileResult {
  /** The nick of the host. */
  peer: string
  /** In the order of `paths`, for each member. */
  files: SentFile[]
  /** Milliseconds, from the first dial on. */
  ms: number
}

const defaultAnswerTimeoutMs = 600_000

/**
 * Sends files into a running room and waits until whom they are for has verified each of them, without entering it.
 *
 * What becomes of a file is told by its `status` and `error`; only what keeps all of them from being offered is thrown.
 * One that changes on its way is offered once more, as it is then; a notice tells so.
 * @param options where the host is, and what is sent to whom; times are in milliseconds, sizes and rates in bytes
 * @returns what came of each file, for each member whom it was for
 * @throws ChatctlError `no-such-file`, `not-a-file`, `not-readable` or `bad-argument` before anything is sent; `unknown-member`; the
 * families connection (3), admission (4) and protocol (7); the reason of the signal when it aborts before anything is
 * offered
 * @example
 * const {files} = await sendFile({home: 'ci-data', host: '127.0.0.1', port, code, paths: ['report.pdf']})
 * for (const {name, status, error} of files) console.log(name, status, error?.code)
 */
export async function sendFile(options: SendFileOptions): Promise<SendFileResult> {
  const {paths, nick = 'guest', onEvent = ignore, bandwidthBytesPerSecond, signal} = options
  signal?.throwIfAborted()
  const clock = systemClock
  const startedAt = clock.now()
  if (options.to === everyone && paths.some(isStream)) throw readOnce()
  for (const path of paths) if (!isStream(path)) await requireSource(path)
  const link = await openHostLink({...options, nick: checkNick(nick), clock, purpose: 'deliver'})
  const membership = new Membership({intake: toIntake({accept: 'none'}), clock, link})
  membership.subscribe(onEvent)
  membership.limitBandwidth(bandwidthBytesPerSecond)
  const deliver = async (): Promise<SentFile[]> => {
    await membership.enter()
    return deliverAll(membership, options)
  }
  try {
    const files = await closeOnAbort(signal, () => membership.session.close(incomplete), deliver)
    if (!files.every(isDone)) membership.session.close(incomplete)
    return {peer: membership.host.nick, files, ms: Math.round(clock.now() - startedAt)}
  } finally {
    await membership.leave()
  }
}

/** The goodbye of who has not brought all that was to be brought: it is no whole delivery. */
const incomplete = 'incomplete'

/** Whether nothing more is to be brought. */
function isDone({status}: SentFile): boolean {
  return status === 'sent' || status === 'skipped' || status === 'incomplete'
}

function isStream(what: string | NamedStream): what is NamedStream {
  return typeof what !== 'string'
}

function readOnce(): ChatctlError {
  const hint = 'Send it to one member, or write it to a file first: that can be read once for each of them.'
  return new ChatctlError('bad-argument', 'a stream can be read only once, and not for everyone', {hint})
}

/** Without a listener a conversation would keep every event for the first one. */
const ignore = (): void => undefined

async function deliverAll(membership: Membership, options: SendFileOptions): Promise<SentFile[]> {
  const {paths, to, exclude = [], links = false, isResumable = true, compression = 'auto'} = options
  const {answerTimeoutMs = defaultAnswerTimeoutMs, onEvent = ignore, onOffered = ignore} = options
  const members = to === undefined ? [membership.host] : membership.recipients(to)
  const watch = watchWaiting(onEvent)
  const delivering: Promise<SentFile>[] = []
  for (const [path, member] of paths.flatMap(each => members.map(one => [each, one] as const))) {
    const how = {exclude, links, isResumable, compression, recipients: members.length}
    const offer = (): Promise<OutgoingFile> => membership.sendFile(path, {...how, to: member})
    const wait = (outgoing: OutgoingFile): void => {
      onOffered({transfer: outgoing.transfer, name: nameOf(path), to: member.nick})
      void outgoing.offered.then(() => {
        watch(outgoing, member)
        limitWaiting(membership, outgoing, answerTimeoutMs)
      })
    }
    const offered = offer()
    delivering.push(deliver(path, member, bring(path, offered, offer, {wait, onEvent})))
    // One after the other: so many files would be open at once while they are looked at.
    await Promise.allSettled([offered])
  }
  return Promise.all(delivering)
}

/** What is told on the way of one file. */
interface Telling {
  wait: (outgoing: OutgoingFile) => void
  onEvent: (event: RoomEvent) => void
}

/** Resolves when it is delivered. What has changed meanwhile is offered once more, as it is now; a stream is gone. */
async function bring(
  what: string | NamedStream,
  offered: Promise<OutgoingFile>,
  offerAnew: () => Promise<OutgoingFile>,
  {wait, onEvent}: Telling,
): Promise<Delivered> {
  const take = async (offered: Promise<OutgoingFile>): Promise<Delivered> => {
    const outgoing = await offered
    wait(outgoing)
    return outgoing.delivered
  }
  try {
    return await take(offered)
  } catch (thrown) {
    if (isStream(what) || toChatctlError(thrown).code !== 'source-changed') throw thrown
    onEvent({event: 'notice', code: 'started-over', message: `${nameOf(what)} begins anew: it has changed`})
    return take(offerAnew())
  }
}

async function deliver(
  what: string | NamedStream,
  {nick: to}: Member,
  delivered: Promise<Delivered>,
): Promise<SentFile> {
  const path = isStream(what) ? '-' : what
  const file = {name: nameOf(what), path, to, bytes: 0, files: 0, sha256: '', resumedFrom: 0, ms: 0}
  try {
    return {...file, ...describe(await delivered)}
  } catch (thrown) {
    const error = sinceLooked(toChatctlError(thrown), path)
    return {...file, status: error.code === 'exists' ? 'skipped' : endingOf(error, false), error}
  }
}

function describe({name, bytes, files, sha256 = '', skipped, resumedFrom, ms}: Delivered) {
  const arrived = {bytes, files, sha256, resumedFrom, ms}
  if (skipped === undefined) return {...arrived, status: 'sent'} as const
  return {...arrived, status: 'incomplete', skipped, error: treeIncomplete(name, skipped)} as const
}

/** Every file was there when the delivery began: what is gone since then is no mistake of who asked. */
function sinceLooked(error: ChatctlError, path: string): ChatctlError {
  if (error.code !== 'no-such-file' && error.code !== 'not-a-file') return error
  return new ChatctlError('source-changed', `${path} is not what it was when the delivery began`, {cause: error})
}

/** Most answers come from programs, at once: only a person keeps one waiting. */
const patienceMs = 500

/** Returns what watches each offer of a delivery, and tells once of each member whose answer has to be waited for. */
function watchWaiting(onEvent: (event: RoomEvent) => void): (outgoing: OutgoingFile, member: Member) => void {
  const told = new Set<number>()
  const tell = ({id, nick}: Member): void => {
    if (!told.has(id)) onEvent({event: 'notice', code: 'waiting', message: `waiting for ${nick} to accept`})
    told.add(id)
  }
  return ({answered}, member) => void answered.then(systemClock.setTimeout(() => tell(member), patienceMs))
}

function limitWaiting(membership: Membership, {transfer, answered}: OutgoingFile, timeoutMs: number): void {
  if (timeoutMs === 0) return
  const reason = new ChatctlError('no-answer', `no answer to the offer within ${timeoutMs / 1000} s`)
  const callOff = systemClock.setTimeout(() => membership.cancel(transfer, reason), timeoutMs)
  void answered.then(callOff)
}
