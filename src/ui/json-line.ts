import {concealed} from './sanitise.js'

// JSON.stringify() leaves most of them as they are.
const unsafe = new RegExp(concealed, 'gu')

/** Returns a value as one line of JSON, which no text inside can break or make a terminal act on. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replaceAll(unsafe, escapeUnits)
}

function escapeUnits(character: string): string {
  const units = Array.from({length: character.length}, (_, index) => character.charCodeAt(index))
  return units.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
