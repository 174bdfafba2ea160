/**
 * Makes text of a peer safe to print: what could move a cursor, reorder a line or hide is shown as `\u{1b}` instead.
 * Everything printed that came from another machine (nicks, text, names, reasons, versions) passes through here.
 */

const pictograph = String.raw`(?!\p{Cn})\p{Extended_Pictographic}`
const emoji = String.raw`${pictograph}(?:\p{Emoji_Modifier}|[\uFE0E\uFE0F])?`
const keycap = String.raw`[0-9#*]\uFE0F\u20E3`
// UTS #51, emoji tag sequences: the three flags that are recommended for interchange.
const countryFlag = String.raw`\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`

const joiningScripts = [
  ...['Arabic', 'Syriac', 'Mandaic', 'Nko', 'Mongolian', 'Phags_Pa', 'Adlam', 'Hanifi_Rohingya', 'Manichaean'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
  ...['Khmer', 'Myanmar', 'Javanese', 'Balinese'],
]
const joining = String.raw`(?=[\p{L}\p{M}])[${joiningScripts.map(script => `\\p{Script_Extensions=${script}}`).join('')}]`
const joiner = String.raw`(?<=${joining})[\u200C\u200D](?=${joining})`

/**
 * A character that acts, or draws nothing: controls, formats, separators, surrogates, what is not assigned, and by
 * Default_Ignorable_Code_Point what counts as a letter or mark all the same: fillers, selectors.
 */
export const concealed = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`
// These take no cell of their own: at the start of a line they would change the cell of what is printed before it.
const clinging = String.raw`[\p{M}\p{Emoji_Modifier}\u1160-\u11FF\uD7B0-\uD7FF]`

const legitimate = [countryFlag, keycap, `${emoji}(?:\\u200D${emoji})*`, joiner].join('|')
const plain = /^[\x20-\x7e]*$/

const tab = '    '
const dottedCircle = '\u25cc'

/** Returns a peer's text as one safe line: line breaks inside print as `⏎`, so that no line can be forged. */
export function sanitiseLine(text: string): string {
  if (plain.test(text)) return text
  return sanitiseLines(text).join('⏎')
}

/** Returns text of one line as {@link sanitiseLine} does, and where in it an index into the text is. */
export function sanitiseWithIndex(text: string): {visible: string; indexOf: (index: number) => number} {
  const changes: {end: number; growth: number}[] = []
  const visible = text.replaceAll(
    remarkable(),
    (found, kept: string | undefined, bare: string | undefined, offset: number) => {
      const shown = makeVisible(found, kept, bare)
      changes.push({end: offset + found.length, growth: shown.length - found.length})
      return shown
    },
  )
  const growthAt = (index: number) => changes.reduce((sum, {end, growth}) => sum + (end <= index ? growth : 0), 0)
  return {visible, indexOf: index => index + growthAt(index)}
}

/** Returns a peer's text as a safe block that keeps its own line breaks, as `\n`. */
export function sanitiseBlock(text: string): string {
  if (plain.test(text)) return text
  return sanitiseLines(text).join('\n')
}

function sanitiseLines(text: string): string[] {
  const pattern = remarkable()
  return text.split(/\r?\n/).map(line => line.replaceAll(pattern, makeVisible))
}

/** Made when the first text asks for it that is not plain: reading the properties of all Unicode takes 20 ms. */
function remarkable(): RegExp {
  return (madeRemarkable ??= new RegExp(`(?<kept>${legitimate})|(?<bare>^${clinging})|${concealed}`, 'gu'))
}

let madeRemarkable: RegExp | undefined

function makeVisible(found: string, kept: string | undefined, bare: string | undefined): string {
  if (kept !== undefined) return kept
  if (found === '\t') return tab
  if (bare !== undefined && !invisible.test(bare)) return dottedCircle + bare
  return spellOut(found)
}

const invisible = new RegExp(concealed, 'u')

function spellOut(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  return `\\u{${codePoint.toString(16)}}`
}
