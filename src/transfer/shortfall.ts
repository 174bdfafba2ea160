import type {Shortfall} from '../conversation.js'
import type {FileMessage} from '../protocol/messages.js'
import type {FirstFew} from './first-few.js'
import type {SkippedEntry} from './skipped-entry.js'

type Told = NonNullable<Extract<FileMessage, {type: 'verified'}>['skipped']>
type Listed = Pick<FirstFew<SkippedEntry>, 'count' | 'first'>

/** As many as a message may list. */
const maxTold = 100

/** Paths of so many characters in all are named to the peer: a message has its limits. */
const maxToldCharacters = 32_768

/** Returns what of a tree has not arrived, from all lists as one, as an event tells it; undefined when that is nothing. */
export function shortfallOf(...lists: (Listed | undefined)[]): Shortfall | undefined {
  const known = lists.filter(list => list !== undefined)
  const count = known.reduce((sum, list) => sum + list.count, 0)
  if (count === 0) return undefined
  const first = known.flatMap(list => list.first.map(({path, code}) => ({path: path.join('/'), code})))
  return {count, first: first.slice(0, maxTold)}
}

/** Returns what could not be kept here as it is told to the sender; undefined when that is nothing. */
export function toldShortfall({count, first}: Listed): Told | undefined {
  if (count === 0) return undefined
  let characters = 0
  const told = first.filter(({path}) => (characters += path.join('/').length) <= maxToldCharacters)
  return {count, first: told.slice(0, maxTold).map(({path, code}) => ({path: [...path], code}))}
}
