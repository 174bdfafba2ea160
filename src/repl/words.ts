// A backslash keeps its meaning in Windows paths: it escapes only what a shell escapes when a file is dragged in.
const escaped = String.raw`\\(?=[\s"'\\()&;!$*?[\]{}<>|#~\x60])`
const piece = new RegExp(String.raw`"([^"]*)("?)|'([^']*)('?)|${escaped}(.)|([^\s"'])`, 'suy')

/** A word where it stands in a text, and what it means. */
export interface TypedWord {
  readonly start: number
  readonly end: number
  readonly meaning: string
  /** Whether it begins with a quote. */
  readonly isQuoted: boolean
  /** The quote that it leaves open. */
  readonly openQuote: '"' | "'" | undefined
}

/** Reads the first word from an index on, as a shell does: it may be quoted, or hold escaped spaces. */
export function wordAt(text: string, from: number): TypedWord | undefined {
  const start = from + text.slice(from).search(/\S|$/)
  if (start === text.length) return undefined
  let meaning = ''
  let openQuote: TypedWord['openQuote']
  let end = start
  piece.lastIndex = start
  for (let found = piece.exec(text); found; found = piece.exec(text)) {
    const [, double, doubleEnd, single, singleEnd, after, plain] = found
    meaning += double ?? single ?? after ?? plain ?? ''
    openQuote = doubleEnd === '' ? '"' : singleEnd === '' ? "'" : undefined
    end = piece.lastIndex
  }
  return {start, end, meaning, isQuoted: /["']/.test(text.charAt(start)), openQuote}
}

/** Splits text at its spaces, as a shell does, into what its words mean; undefined if a quote is not closed. */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = []
  for (let word = wordAt(text, 0); word; word = wordAt(text, word.end)) {
    if (word.openQuote !== undefined) return undefined
    words.push(word.meaning)
  }
  return words
}

/** Writes a word so that it reads as itself, inside a quote that is open already or without any. */
export function typeWord(meaning: string, openQuote?: TypedWord['openQuote']): string {
  if (openQuote !== undefined && !meaning.includes(openQuote)) return openQuote + meaning
  return meaning === '' ? '""' : meaning.replaceAll(/[\s"'\\]/g, String.raw`\$&`)
}
