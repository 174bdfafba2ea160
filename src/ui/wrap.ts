import {columnsOf} from './width.js'

/**
 * What stands before a word, and the word. One piece is also what stands between backticks, a command, and a number with its
 * unit, each with what clings to it.
 */
const piece = /(\s*)((?:`[^`]*`|\d[\d.]* (?:[kMGTPE]?B|s|min|h)\b|[^\s`]|`)+)/g

/**
 * Breaks a line between words into lines of no more than `columns`, but for a word that is longer; all but the first
 * are indented. A line that fits stays as it is.
 */
export function wrapWords(text: string, columns: number, indent = ''): string[] {
  if (columnsOf(text) <= columns) return [text]
  const lines: string[] = []
  for (const [, space = '', word = ''] of text.matchAll(piece)) {
    const longer = `${lines.at(-1) ?? ''}${space}${word}`
    if (lines.length === 0 || columnsOf(longer) <= columns) lines[Math.max(0, lines.length - 1)] = longer
    else lines.push(indent + word)
  }
  return lines
}
