import {splitWords} from './words.js'

/** Reads that nothing follows a command's name. */
export function readNothing(rest: string): object | undefined {
  return rest.trim() === '' ? {} : undefined
}

/** Reads text of any kind, but not none. */
export function readText(rest: string): {text: string} | undefined {
  return rest.trim() === '' ? undefined : {text: rest}
}

/** Reads one word, which may be quoted. */
export function readWord(rest: string): {word: string} | undefined {
  const {word} = readOptionalWord(rest) ?? {}
  return word === undefined ? undefined : {word}
}

/** Reads one word or nothing. */
export function readOptionalWord(rest: string): {word?: string} | undefined {
  const [word, ...others] = splitWords(rest) ?? ['', '']
  if (others.length > 0) return undefined
  return word === undefined ? {} : {word}
}

/** Reads one path or nothing: quoted, with escaped spaces, or as it is. */
export function readPath(rest: string): {path?: string} {
  const words = splitWords(rest)
  const path = words && words.length < 2 ? words[0] : rest.trim()
  return path === undefined ? {} : {path}
}

/** Reads a whole number from one up, with or without the `#` before it. */
export function readNumber(word: string | undefined): number | undefined {
  const digits = /^#?([1-9]\d{0,8})$/.exec(word ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** Reads the number of a transfer, and nothing else. */
export function readTransfer(rest: string): {transfer: number} | undefined {
  const transfer = readNumber(rest.trim())
  return transfer === undefined ? undefined : {transfer}
}
