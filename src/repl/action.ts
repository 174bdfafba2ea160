import * as v from 'valibot'
import {ChatctlError} from '../errors/index.js'

const transfer = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

const action = v.union([
  v.strictObject({say: v.string(), kind: v.optional(v.picklist(['say', 'me']), 'say')}),
  v.strictObject({say: v.string(), to: v.string()}),
  v.strictObject({
    file: v.string(),
    to: v.exactOptional(v.string()),
    exclude: v.exactOptional(v.array(v.string())),
    links: v.exactOptional(v.boolean()),
  }),
  v.strictObject({retry: transfer}),
  v.strictObject({get: transfer, as: v.optional(v.string())}),
  v.strictObject({decline: transfer}),
  v.strictObject({cancel: transfer}),
  v.strictObject({pause: transfer}),
  v.strictObject({resume: transfer}),
  v.strictObject({nick: v.string()}),
  v.strictObject({quit: v.literal(true)}),
])

/** What a line of JSON asks for in event mode; a file is named by its exact path. */
export type Action = v.InferOutput<typeof action>

const allowed = [
  '{"say": TEXT}, with "kind": "me" or "to": NICK if wanted',
  '{"file": PATH}, with "to": NICK or "all", "exclude": [GLOB...] and "links": true if wanted',
  '{"retry": N}',
  '{"get": N}, with "as": NAME if wanted',
  '{"decline": N}',
  '{"cancel": N}',
  '{"pause": N}',
  '{"resume": N}',
  '{"nick": NAME}',
  '{"quit": true}',
]

/** Reads a line as an action: undefined if it is no JSON object; throws `bad-argument` if it is one of another shape. */
export function parseAction(line: string): Action | undefined {
  const value = parseObject(line)
  if (value === undefined) return undefined
  const read = v.safeParse(action, value)
  if (read.success) return read.output
  const message = `${line.trim().slice(0, 100)} is no action: allowed are ${allowed.join('; ')}`
  throw new ChatctlError('bad-argument', message, {hint: 'Any other line is a message, or a slash command.'})
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
