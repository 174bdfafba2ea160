import * as v from 'valibot'
import {executable, mtimeMs} from './attributes.js'
import {count, text} from './json.js'
import {skipCode, treePath, treePlace} from './tree-record.js'

/** The most bytes of UTF-8 in one message of talk. */
export const maxTextBytes = 65_536

/** The most bytes that one message takes as JSON: every byte of its text escaped, and the rest. */
export const maxMessageBytes = 512 * 1024

/** The most bytes of UTF-8 in a nick: in 32 columns, letters may carry any number of marks. */
export const maxNickBytes = 128

const id = count(1)
const nick = text(maxNickBytes, 1)
const said = text(maxTextBytes, 1)
const member = v.object({id, nick})
const code = v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,31}$/))
/** What of a tree could not be kept: how much, and some of it. */
const skipped = v.object({
  count: count(1),
  first: v.pipe(v.array(v.object({path: treePath, code: skipCode})), v.maxLength(100)),
})
/** What all files of a tree hold that could be kept. */
const kept = v.object({bytes: count(), files: count()})
const transfer = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const job = transfer

/**
 * Everything that a session carries in order and without loss, by the side that may send it.
 * `transfer` names a file on one hop: 16 random bytes in hex, chosen by the side that offers.
 */
const fromMember = [
  v.object({type: v.literal('say'), kind: v.picklist(['say', 'me']), text: said}),
  v.object({type: v.literal('tell'), to: id, text: said}),
  v.object({type: v.literal('rename'), nick}),
] as const

const fromHost = [
  v.object({
    type: v.literal('welcome'),
    you: member,
    host: member,
    members: v.pipe(v.array(member), v.maxLength(10_000)),
  }),
  v.object({type: v.literal('joined'), member}),
  v.object({type: v.literal('left'), member, reason: v.picklist(['quit', 'lost', 'kicked', 'closed'])}),
  v.object({type: v.literal('renamed'), member, was: nick}),
  v.object({
    type: v.literal('message'),
    id,
    from: member,
    to: v.optional(member),
    kind: v.picklist(['say', 'me', 'private']),
    text: said,
  }),
  v.object({type: v.literal('refused'), request: v.picklist(['say', 'tell', 'rename', 'offer']), code}),
] as const

const offer = v.pipe(
  v.object({
    type: v.literal('offer'),
    transfer,
    name: text(1024, 1),
    bytes: v.nullable(count()),
    files: count(),
    kind: v.optional(v.literal('tree')),
    mediaType: text(255, 1),
    mtimeMs: v.optional(mtimeMs),
    executable: v.optional(executable),
    job: v.optional(job),
    to: v.optional(id),
    from: v.optional(member),
  }),
  v.check(({kind, files}) => kind === 'tree' || files === 1, 'a file is one file'),
)

const fromBoth = [
  offer,
  v.object({
    type: v.literal('accept'),
    transfer,
    offset: v.optional(count()),
    place: v.optional(treePlace),
    blocks: v.optional(v.literal(true)),
  }),
  v.object({type: v.literal('decline'), transfer, code}),
  v.object({type: v.literal('verified'), transfer, skipped: v.optional(skipped), kept: v.optional(kept)}),
  v.object({type: v.literal('failed'), transfer, code}),
  v.object({type: v.literal('cancel'), transfer}),
  v.object({type: v.literal('pause'), transfer, code}),
  v.object({type: v.literal('resume'), transfer}),
] as const

/** What a host takes from a member. */
export const memberMessage = v.variant('type', [...fromMember, ...fromBoth])
/** What a member takes from the host. */
export const hostMessage = v.variant('type', [...fromHost, ...fromBoth])
/** What either takes about files. */
export const fileMessage = v.variant('type', [...fromBoth])

export type MemberMessage = v.InferOutput<typeof memberMessage>
export type HostMessage = v.InferOutput<typeof hostMessage>
export type FileMessage = v.InferOutput<typeof fileMessage>
/** Everything that either side of a session may say. */
export type Message = MemberMessage | HostMessage

const fileTypes = new Set<string>(fromBoth.map(({entries}) => entries.type.literal))

/** Whether a message is about files, and so the transfer room's. */
export function isFileMessage(message: Message): message is FileMessage {
  return fileTypes.has(message.type)
}
