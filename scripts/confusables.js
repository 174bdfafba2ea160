// Writes src/protocol/confusables.ts from Unicode's confusables.txt (UTS #39): node scripts/confusables.js PATH
// The file is at https://www.unicode.org/Public/security/latest/confusables.txt
import {readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const [source] = process.argv.slice(2)
if (source === undefined) throw new Error('usage: node scripts/confusables.js PATH_OF_CONFUSABLES_TXT')
const text = readFileSync(source, 'utf8')
const target = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'protocol', 'confusables.ts')

const inNicks = /^[\p{L}\p{M}\p{N}\-_.]$/u
const maxColumns = 100

const pairs = Array.from(text.matchAll(/^\uFEFF?([0-9A-F]+) ;\t([0-9A-F ]+?) ;\t/gm), ([, from, to]) => ({
  from: Number.parseInt(from, 16),
  to: to.split(' ').map(hex => Number.parseInt(hex, 16)),
}))

const lookalikes = new Map()
for (const {from, to} of pairs.filter(({from}) => isNeeded(String.fromCodePoint(from)))) {
  const prototype = to.map(toHex).join('+')
  lookalikes.set(prototype, [...(lookalikes.get(prototype) ?? []), toHex(from)])
}

writeFileSync(
  target,
  `// Made by scripts/confusables.js from confusables.txt ${/^# Version: (\S+)/m.exec(text)[1]} (UTS #39, section 4).
// Copyright Unicode, Inc., under the Unicode License V3: https://www.unicode.org/license.txt

/**
 * What looks alike, of what a nick may hold once it is normalised: in each line a prototype, and the characters that
 * are taken for it, as code points in hexadecimal; a prototype of several has \`+\` between them.
 */
export const confusables = \`
${[...lookalikes].flatMap(([prototype, looks]) => rowsOf(prototype, looks)).join('\n')}
\`
`,
)

/** What a nick cannot hold, or what NFKC makes another character of, needs no entry. */
function isNeeded(character) {
  return inNicks.test(character) && character.normalize('NFKC').normalize('NFD') === character
}

function rowsOf(prototype, looks) {
  const rows = [prototype]
  for (const look of looks) {
    if (rows.at(-1).length + look.length + 1 > maxColumns) rows.push(prototype)
    rows[rows.length - 1] += ` ${look}`
  }
  return rows
}

function toHex(codePoint) {
  return codePoint.toString(16)
}
