const wordPart = String.raw`[\p{L}\p{M}\p{N}_-]`

/** Whether a text names somebody: the nick as a whole word, in any case. */
export function isMentioned(nick: string, text: string): boolean {
  return patternOf(nick).test(text)
}

/** Returns a text with each mention of a nick as `highlight` makes it. */
export function highlightMentions(text: string, nick: string, highlight: (word: string) => string): string {
  return text.replaceAll(patternOf(nick), word => highlight(word))
}

function patternOf(nick: string): RegExp {
  const literal = nick.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
  return new RegExp(`(?<!${wordPart})${literal}(?!${wordPart})`, 'giu')
}
