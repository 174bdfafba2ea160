// A backslash keeps its meaning in Windows paths: it escapes only what a shell escapes when a file is dragged in.
const escaped = String.raw`\\(?=[\s"'\\()&;!$*?[\]{}<>|#~\x60])`
const bare = String.raw`${escaped}.|[^\s"']`
const word = new RegExp(String.raw`\s*((?:"[^"]*"|'[^']*'|${bare})+)\s*`, 'suy')
const piece = new RegExp(String.raw`"([^"]*)"|'([^']*)'|${escaped}(.)|(.)`, 'gsu')

/**
 * Splits text at its spaces, as a shell does: a word may be quoted, or hold escaped spaces.
 *
 * Returns undefined if a quote is not closed.
 */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = []
  word.lastIndex = 0
  while (word.lastIndex < text.length) {
    const found = word.exec(text)?.[1]
    if (found === undefined) return text.trim() === '' ? [] : undefined
    words.push(unquote(found))
  }
  return words
}

function unquote(text: string): string {
  return text.replaceAll(piece, (_found, double?: string, single?: string, after?: string, plain?: string) => {
    return double ?? single ?? after ?? plain ?? ''
  })
}
