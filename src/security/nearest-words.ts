import {countSlips} from '../errors/index.js'

/** Longer than any word of a list, so that what was typed cannot make the search slow. */
const maxLetters = 16

/** The `limit` words of `list` that take the fewest slips of a typing hand to become `typed`, nearest first. */
export function nearestWords(typed: string, list: readonly string[], limit = 3): string[] {
  const letters = typed.slice(0, maxLetters)
  return list
    .map(word => ({word, slips: countSlips(letters, word)}))
    .sort((one, other) => one.slips - other.slips)
    .slice(0, limit)
    .map(({word}) => word)
}
