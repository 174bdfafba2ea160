import * as v from 'valibot'
import {ChatctlError} from '../errors/index.js'

/** A byte order mark stays where it is, and is no JSON. */
const utf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})

/** Text that is well-formed Unicode, within `maxBytes` of UTF-8. */
export function text(maxBytes: number, minBytes = 0) {
  return v.pipe(
    v.string(),
    v.check(value => isText(value, maxBytes, minBytes)),
  )
}

/** Whether a string is such a text. */
export function isText(value: string, maxBytes: number, minBytes = 0): boolean {
  const bytes = Buffer.byteLength(value)
  return bytes >= minBytes && bytes <= maxBytes && value.isWellFormed()
}

/** A whole number from `min` up, as JSON holds it exactly. */
export function count(min = 0) {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(min))
}

/**
 * Decodes a payload that must be JSON of a schema; unknown keys are dropped.
 * @throws ChatctlError `protocol-violation`
 */
export function decodeJson<Schema extends v.GenericSchema>(schema: Schema, payload: Uint8Array): v.InferOutput<Schema> {
  const result = v.safeParse(schema, parse(payload), {abortEarly: true})
  if (result.success) return result.output
  const issue = result.issues[0]
  const path = v.getDotPath(issue) ?? 'payload'
  throw new ChatctlError('protocol-violation', `the other side sent a wrong message: ${path} is not as agreed`)
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload))
  } catch (cause) {
    throw new ChatctlError('protocol-violation', 'the other side sent a payload that is not JSON', {cause})
  }
}
