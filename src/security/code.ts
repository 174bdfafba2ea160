import {randomInt} from 'node:crypto'
import {wordlist} from '@scure/bip39/wordlists/english.js'
import {ChatctlError} from '../errors/index.js'
import {nearestWords} from './nearest-words.js'

/** Words in a generated code: 33 bits, of which each guess needs a live dial. */
const generatedWords = 3
const minWords = 3
/** No two words of the list agree in their first four letters (BIP39, "Wordlist"). */
const minPrefixLetters = 4

const words = new Set(wordlist)

/** Makes a code of three words, each as likely as any other. */
export function generateCode(): string {
  return Array.from({length: generatedWords}, () => wordlist[randomInt(wordlist.length)]).join('-')
}

/**
 * The one form of a code that both ends prove: full lower-case words joined by `-`, or ten bare digits.
 * Takes words in any case, with spaces or hyphens between them, and short from four letters on.
 * @throws ChatctlError `bad-code`, which never repeats what was typed
 */
export function canonicalCode(typed: string): string {
  const parts = typed
    .toLowerCase()
    .split(/[\s-]+/)
    .filter(part => part !== '')
  const digits = parts.join('')
  if (/^\d+$/.test(digits)) return checkedDigits(digits)
  const found = parts.map(findWord)
  refuseUnknown(parts, found)
  if (parts.length < minWords)
    throw new ChatctlError('bad-code', `a code has at least ${minWords} words: ${parts.length} given`)
  return found.join('-')
}

/**
 * What the last word of a half-typed code may become, and that word as it was typed: what Tab wants to know.
 * Nothing typed may become anything, which nobody wants to read. What can only be one word goes on to the next, if a
 * code needs more.
 */
export function completeCode(typed: string): [completions: string[], word: string] {
  const parts = typed.trimStart().split(/[\s-]+/)
  const word = parts.at(-1) ?? ''
  const found = word === '' ? [] : wordlist.filter(other => other.startsWith(word.toLowerCase()))
  const isWhole = found.length === 1 && parts.length < minWords
  return [isWhole ? found.map(only => `${only}-`) : found, word]
}

function checkedDigits(digits: string): string {
  if (digits.length === 10) return digits
  throw new ChatctlError('bad-code', `a code of digits has exactly ten: ${digits.length} given`)
}

function findWord(part: string): string | undefined {
  if (words.has(part)) return part
  return part.length < minPrefixLetters ? undefined : wordlist.find(word => word.startsWith(part))
}

function refuseUnknown(parts: readonly string[], found: readonly (string | undefined)[]): void {
  const index = found.indexOf(undefined)
  if (index === -1) return
  const proposals = nearestWords(parts[index] ?? '', wordlist).join(', ')
  throw new ChatctlError('bad-code', `word ${index + 1} of the code is not in the list: the nearest are ${proposals}`)
}
