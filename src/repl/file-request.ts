import type {FileTerms} from './context.js'
import {splitTyped, type TypedWord} from './words.js'

/** What `/file` was asked for: its paths, as they were typed, and how they go. */
export interface FileRequest {
  text: string
  terms: FileTerms
}

const option = /^--(?:(?<flag>links|no-resume)|(?<name>to|exclude)(?:=(?<value>.+))?)$/s

/**
 * Reads what stands behind `/file`: options are words of their own, and not in quotes. Undefined when no path is left, or
 * an option has no value, or several where it takes one.
 */
export function readFileRequest(rest: string): FileRequest | undefined {
  const words = splitTyped(rest)
  // A quote that is not closed is told by whoever reads the paths.
  if (words === undefined) return {text: rest, terms: {}}
  let [text, terms]: [string, FileTerms] = ['', {}]
  for (let word = words.shift(); word; word = words.shift()) {
    const asked = askedBy(word)
    if (asked === undefined) text += word.typed
    else if (asked['flag'] !== undefined) terms = {...terms, ...flags[asked['flag']]}
    else {
      const value = asked['value'] ?? words.shift()?.meaning
      if (value === undefined || (asked['name'] === 'to' && terms.to !== undefined)) return undefined
      terms = asked['name'] === 'to' ? {...terms, to: value} : {...terms, exclude: [...(terms.exclude ?? []), value]}
    }
  }
  return text.trim() === '' ? undefined : {text, terms}
}

const flags: Record<string, FileTerms> = {links: {links: true}, 'no-resume': {isResumable: false}}

function askedBy({typed, meaning}: TypedWord): Record<string, string | undefined> | undefined {
  return typed.trimStart().startsWith('--') ? option.exec(meaning)?.groups : undefined
}
