import {countSlips} from '../errors/index.js'

/** Returns the name that a mistyped word most likely stands for, or undefined if none is close. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const most = word.length < 5 ? 1 : 2
  const [nearest] = names
    .map(name => ({name, slips: countSlips(word.slice(0, 32), name)}))
    .filter(({slips}) => slips <= most)
    .sort((a, b) => a.slips - b.slips)
  return nearest?.name
}
