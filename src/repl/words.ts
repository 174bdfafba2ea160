// A backslash keeps its meaning in Windows paths: it escapes only what a shell escapes when a file is dragged in.
const escaped = String.raw`\\(?=[\s"'\\()&;!$*?[\]{}<>|#~\x60])`
const bare = String.raw`${escaped}.|[^\s"']`
const word = new RegExp(String.raw`\s*((?:"[^"]*"|'[^']*'|${bare})+)\s*`, 'suy')
const piece = new RegExp(String.raw`"([^"]*)"|'([^']*)'|${escaped}(.)|(.)`, 'gsu')

/** A word as it was typed, and what it means. */
export interface TypedWord {
  typed: string
  meaning: string
}

/**
 * Splits text at its spaces, as a shell does: a word may be quoted, or hold escaped spaces.
 *
 * Returns undefined if a quote is not closed.
 */
export function splitTyped(text: string): TypedWord[] | undefined {
  const words: TypedWord[] = []
  word.lastIndex = 0
  while (word.lastIndex < text.length) {
    const [typed, inner] = word.exec(text) ?? []
    if (typed === undefined || inner === undefined) return text.trim() === '' ? [] : undefined
    words.push({typed, meaning: unquote(inner)})
  }
  return words
}

/** Splits text as {@link splitTyped} does, into what its words mean. */
export function splitWords(text: string): string[] | undefined {
  return splitTyped(text)?.map(({meaning}) => meaning)
}

function unquote(text: string): string {
  return text.replaceAll(piece, (_found, double?: string, single?: string, after?: string, plain?: string) => {
    return double ?? single ?? after ?? plain ?? ''
  })
}
