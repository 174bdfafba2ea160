import {ChatctlError, toChatctlError, type ErrorCode} from '../errors/index.js'
import {ChannelResetError} from '../session/channel-errors.js'

// Maps, and no objects: a word that a peer chooses may be one that every object has.
const failures = new Map<string, ErrorCode>([
  ['cancelled', 'cancelled'],
  ['connection-lost', 'connection-lost'],
  ['digest-mismatch', 'digest-mismatch'],
  ['size-mismatch', 'size-mismatch'],
  ['source-changed', 'source-changed'],
  ['reader-ended', 'reader-ended'],
  ['stalled', 'stalled'],
  ['taken-over', 'taken-over'],
])

const tooLarge = 'it is larger than the other side takes'
const oneFileOnly = 'the other side takes one file only, for its standard output'
const exists = 'the other side has a file of that name, and keeps it'

/** What is no refusal by anyone, although the file was not taken. */
const hindrances = new Map<string, ErrorCode>([
  ['unsafe-name', 'unsafe-name'],
  ['too-many', 'peer-failed'],
  ['unknown-member', 'peer-failed'],
  ['not-a-member', 'peer-failed'],
  ['disk-full', 'peer-failed'],
  ['not-writable', 'peer-failed'],
  ['internal', 'peer-failed'],
])

/** What the peer's reason for giving a transfer up means here. */
export function failedThere(code: string): ChatctlError {
  if (code === 'too-large') return new ChatctlError('too-large', tooLarge)
  if (code === 'exists') return new ChatctlError('exists', exists)
  return new ChatctlError(failures.get(code) ?? 'peer-failed', `the other side ended the transfer (${code})`)
}

/** What the peer's reason for not taking a file means here. */
export function declinedThere(code: string): ChatctlError {
  if (code === 'expired') return new ChatctlError('no-answer', 'the offer was not answered in time')
  if (code === 'too-large') return new ChatctlError('too-large', tooLarge)
  if (code === 'exists') return new ChatctlError('exists', exists)
  if (code === 'one-file-only') return new ChatctlError('one-file-only', oneFileOnly)
  return new ChatctlError(hindrances.get(code) ?? 'declined', `the other side did not take it (${code})`)
}

/** Makes any failure of a transfer one of ours; a channel that the peer gave up says why. */
export function toTransferError(error: unknown): ChatctlError {
  return error instanceof ChannelResetError ? failedThere(error.reset) : toChatctlError(error)
}

const refusals: readonly ErrorCode[] = ['declined', 'no-answer', 'unsafe-name', 'too-large', 'one-file-only']

/** The event that tells of a transfer's end by this error: what was accepted once is not declined any more, unless somebody else came first. */
export function endingOf({code}: ChatctlError, isAccepted: boolean): 'declined' | 'failed' | 'cancelled' {
  if (code === 'cancelled') return 'cancelled'
  if (code === 'exists') return 'declined'
  return !isAccepted && refusals.includes(code) ? 'declined' : 'failed'
}
