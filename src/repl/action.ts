import * as v from 'valibot'
import {ChatctlError} from '../errors/index.js'

const say = v.strictObject({say: v.string(), kind: v.optional(v.picklist(['say', 'me']), 'say')})
const tell = v.strictObject({say: v.string(), to: v.string()})
const file = v.strictObject({file: v.string(), to: v.optional(v.string())})
const action = v.union([say, tell, file])

/** What a line of JSON asks for in event mode: to say something, to all or to one, or to offer a file by its exact path. */
export type Action = v.InferOutput<typeof action>

/** Reads a line as an action: undefined if it is no JSON object; throws `bad-argument` if it is one of another shape. */
export function parseAction(line: string): Action | undefined {
  const value = parseObject(line)
  if (value === undefined) return undefined
  const read = v.safeParse(action, value)
  if (read.success) return read.output
  const hint = 'Actions are {"say": TEXT}, with "kind": "me" or "to": NICK if wanted, and {"file": PATH, "to": NICK}.'
  throw new ChatctlError('bad-argument', `no action has the fields ${Object.keys(value).join(', ')} like that`, {hint})
}

function parseObject(line: string): object | undefined {
  if (!line.trimStart().startsWith('{')) return undefined
  try {
    return JSON.parse(line) as object
  } catch {
    // What only begins like an object is a message, as any other text.
    return undefined
  }
}
