import * as v from 'valibot'
import {count, text} from './json.js'
import {maxNickBytes} from './messages.js'

const version = count(0)

/** What both ends say first. `known` says that the sender remembers the other; `open` that the host asks for no code. */
export const hello = v.object({
  versions: v.strictTuple([version, version]),
  known: v.boolean(),
  open: v.optional(v.boolean()),
})
export type Hello = v.InferOutput<typeof hello>

/** Why a connection is about to be closed. A code that this side does not know is read as an end like any other. */
export const goaway = v.object({
  code: v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,31}$/)),
  message: v.optional(text(256)),
})
export type Goaway = v.InferOutput<typeof goaway>

const sessionId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const token = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

/** Begins a session (`session` null), or comes back to one. */
export const attach = v.object({
  session: v.nullable(v.object({id: sessionId, token})),
  lastSeen: count(),
  purpose: v.picklist(['talk', 'deliver', 'say']),
  nick: text(maxNickBytes, 1),
  room: v.optional(text(128)),
})
export type Attach = v.InferOutput<typeof attach>
/** What a session is for: to be in the room, to bring a file, or to say one thing. */
export type Purpose = Attach['purpose']

/** The host's answer: the session is attached to this connection. */
export const attached = v.object({session: v.object({id: sessionId, token}), lastSeen: count()})
export type Attached = v.InferOutput<typeof attached>

const transfer = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))

/** The most transfers that one channel is for besides the first. */
export const maxSharers = 224

/**
 * What a bulk channel is for: one file of an accepted offer, as it is or in blocks that may be compressed; and, `with` it,
 * the same file of other accepted offers.
 */
export const channelLabel = v.object({
  transfer,
  with: v.optional(v.pipe(v.array(transfer), v.minLength(1), v.maxLength(maxSharers))),
  encoding: v.optional(v.literal('blocks')),
})
export type ChannelLabel = v.InferOutput<typeof channelLabel>

/** What ends a bulk channel that carried everything. */
export const channelTrailer = v.object({sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))})
export type ChannelTrailer = v.InferOutput<typeof channelTrailer>

/** Why one side gave a channel up. */
export const channelReset = v.object({code: v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,31}$/))})
