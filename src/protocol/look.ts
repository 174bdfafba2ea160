import {confusables} from './confusables.js'

/**
 * What a nick can be taken for: two nicks are confusable when they share one of these.
 *
 * Each is a skeleton of UTS #39, section 4, without regard to case: of the nick as it is, for there `I` looks like `l`,
 * and of the nick in lower case, for there it does not.
 */
export function looksOf(nick: string): Set<string> {
  const plain = nick.normalize('NFKC')
  const forms = new Set([plain, plain.toLowerCase()])
  return new Set(Array.from(forms, form => skeletonOf(form).toLowerCase()))
}

function skeletonOf(text: string): string {
  const {lookalike, prototypes} = (table ??= readTable())
  return text
    .normalize('NFD')
    .replaceAll(lookalike, found => prototypes.get(found) ?? '')
    .normalize('NFD')
}

/** Read when the first nick is compared. */
let table: ReturnType<typeof readTable> | undefined

function readTable() {
  const prototypes = new Map(confusables.trim().split('\n').flatMap(readRow))
  // What draws nothing has no prototype: it is left out.
  const lookalike = new RegExp(`[${[...prototypes.keys()].join('')}\\p{Default_Ignorable_Code_Point}]`, 'gu')
  return {prototypes, lookalike}
}

function readRow(row: string): [look: string, prototype: string][] {
  const [prototype = '', ...looks] = row.split(' ').map(decode)
  return looks.map(look => [look, prototype])
}

function decode(codePoints: string): string {
  return String.fromCodePoint(...codePoints.split('+').map(hex => Number.parseInt(hex, 16)))
}
