import {sanitiseLine} from '../ui/sanitise.js'
import {columnsOf} from '../ui/width.js'

/** A line break inside the line that is being typed: a noncharacter (Unicode 23.7), which nobody types. */
export const typedLineBreak = '\ufdd0'

const graphemes = new Intl.Segmenter()
// Whatever a column shows, it is hardly made of more: a family of four is 11 units in two columns.
const unitsPerColumn = 16

/** Returns the part of a line that fits into `columns`, with the cursor between `before` and `after`. */
export function viewOfInput(line: string, cursor: number, columns: number): {before: string; after: string} {
  const units = columns * unitsPerColumn
  const isCut = cursor > units
  const behind = charactersOf(line.slice(isCut ? cursor - units : 0, cursor)).slice(isCut ? 1 : 0)
  const ahead = charactersOf(line.slice(cursor, cursor + units))
  const reserved = takeColumns(ahead, Math.floor(columns / 3))
  const before = takeColumns(behind.toReversed(), columns - 1 - reserved.columns)
  const after = takeColumns(ahead, columns - before.columns)
  return {before: before.characters.reverse().join(''), after: after.characters.join('')}
}

function charactersOf(line: string): string[] {
  const visible = sanitiseLine(line.replaceAll(typedLineBreak, '⏎'))
  return Array.from(graphemes.segment(visible), ({segment}) => segment)
}

function takeColumns(row: string[], most: number): {characters: string[]; columns: number} {
  const characters: string[] = []
  let columns = 0
  for (const character of row) {
    const width = mostColumnsOf(character)
    if (columns + width > most) break
    columns += width
    characters.push(character)
  }
  return {characters, columns}
}

/** Many terminals draw the parts of a joined emoji side by side. */
function mostColumnsOf(character: string): number {
  const parts = Array.from(character, columnsOf).reduce((sum, columns) => sum + columns, 0)
  return Math.max(parts, columnsOf(character))
}
