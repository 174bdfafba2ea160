import * as v from 'valibot'
import {executable, mtimeMs} from './attributes.js'
import {count, isText, text} from './json.js'

/** Bytes of every record's header: its type, and the length of its payload in three. */
export const recordHeaderBytes = 4

/** The most bytes of an entry as JSON. */
export const maxEntryBytes = 65_536

/** The most bytes of a file in one record. */
export const maxDataBytes = 1_048_576

/** Bytes of a SHA-256. */
export const digestBytes = 32

/** How deep a tree may be: the most names in one path. */
export const maxPathNames = 64

const entry = {minPayloadBytes: 2, maxPayloadBytes: maxEntryBytes} as const

/** Every record of a tree. The table is the specification: encoder, decoder and docs/protocol.md are held to it. */
export const recordRules = {
  directory: {type: 1, ...entry},
  file: {type: 2, ...entry},
  link: {type: 3, ...entry},
  data: {type: 4, minPayloadBytes: 1, maxPayloadBytes: maxDataBytes},
  done: {type: 5, minPayloadBytes: digestBytes, maxPayloadBytes: digestBytes},
  skipped: {type: 6, ...entry},
  anew: {type: 7, minPayloadBytes: 0, maxPayloadBytes: 0},
} as const satisfies Record<string, {type: number; minPayloadBytes: number; maxPayloadBytes: number}>

/** The name of a record's type. */
export type RecordName = keyof typeof recordRules

/** Where an entry stands, from the root of its tree, which has no path itself. */
export const treePath = v.pipe(
  v.array(v.string()),
  v.minLength(1),
  v.maxLength(maxPathNames),
  v.everyItem(name => isText(name, 1024, 1)),
)

/** Why an entry is not there. */
export const skipCode = v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,31}$/))

/** The payload of each record that is JSON. */
export const entrySchemas = {
  directory: v.object({path: treePath, mtimeMs}),
  file: v.object({path: treePath, bytes: count(), mtimeMs, executable: v.optional(executable)}),
  link: v.object({path: treePath, target: text(4096, 1)}),
  skipped: v.object({path: treePath, code: skipCode}),
} as const

/** The name of a record that is JSON. */
export type EntryName = keyof typeof entrySchemas

/** One thing in a tree, or why it is not there. */
export type TreeEntry = {[Name in EntryName]: {type: Name} & v.InferOutput<(typeof entrySchemas)[Name]>}[EntryName]

/** A file of a tree, as it is announced. */
export type FileEntry = TreeEntry & {type: 'file'}

const chain = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

/**
 * A place in the stream of a tree: behind its first `entries`, whose chain this is, and `path` that of the last; with an
 * `offset` in that one, a file. `before` the last one there are so many files, all of so many bytes, and a chain too.
 */
export const treePlace = v.object({
  entries: count(1),
  chain,
  path: treePath,
  before: v.object({chain, bytes: count(), files: count()}),
  offset: v.optional(count()),
})

export type TreePlace = v.InferOutput<typeof treePlace>

/** Whether a record is an entry, and so JSON that counts in the digest of the tree. */
export function isEntryName(name: RecordName): name is EntryName {
  return name in entrySchemas
}
