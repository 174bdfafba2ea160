import * as v from 'valibot'
import {isNick} from '../protocol/nick.js'
import {toPeerName} from './peer-name.js'

const fingerprint = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
/** Earlier versions have written names as they came. */
const name = v.pipe(v.string(), v.check(isNick), v.transform(toPeerName))
const at = v.pipe(v.string(), v.isoTimestamp())
const byteCount = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const address = v.object({
  host: v.pipe(v.string(), v.minLength(1), v.maxLength(255), v.regex(/^[^\s\p{C}]+$/u)),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
})

/** One line of the journal of remembered devices: something that happened to one of them, or to the journal. */
const peerRecord = v.variant('type', [
  v.object({type: v.literal('remember'), fingerprint, name, address: v.optional(address), at}),
  v.object({type: v.literal('rename'), fingerprint, name, at}),
  v.object({type: v.literal('meet'), fingerprint, address, at}),
  v.object({type: v.literal('forget'), fingerprint, at}),
  /** What was damaged in the first `bytes` of the journal has been told, and is kept in a file of its own. */
  v.object({type: v.literal('told'), bytes: byteCount, at}),
  /** What stands above, and nothing below, comes to the same as the first `bytes` of the file before this one. */
  v.object({type: v.literal('compacted'), bytes: byteCount, at}),
])
/** A record, as it was read. */
export type PeerRecord = v.InferOutput<typeof peerRecord>

/** Where a device was met. It has no port when the device came from there: nobody knows then whether it listens. */
export type PeerAddress = v.InferOutput<typeof address>

/** Whether text is the name of a device: SHA-256 of its public key, in lower-case hex. */
export function isFingerprint(text: string): boolean {
  return v.is(fingerprint, text)
}

/** Reads one line; undefined if it is no record. */
export function parseRecord(line: string): PeerRecord | undefined {
  const result = v.safeParse(peerRecord, parseJson(line), {abortEarly: true})
  return result.success ? result.output : undefined
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // What is not even JSON is no record either, and that is told with the other lines that are none.
    return undefined
  }
}
