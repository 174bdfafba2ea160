import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter()
const ellipsis = '…'

/** Counts the columns that sanitised text takes on a terminal. */
export function columnsOf(text: string): number {
  return stringWidth(text)
}

/** Pads text with spaces to a width in columns. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

/** Cuts text at its end to fit a width in columns, and says so. */
export function cutEnd(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  if (columns < 1) return ''
  return takeColumns(charactersOf(text), columns - 1).join('') + ellipsis
}

/** Cuts a name in its middle to fit a width in columns, and keeps its end, so that the extension stays. */
export function cutMiddle(name: string, columns: number): string {
  if (columnsOf(name) <= columns) return name
  if (columns < 1) return ''
  const characters = charactersOf(name)
  const tail = takeColumns(characters.toReversed(), tailColumns(name, columns - 1)).reverse()
  const head = takeColumns(characters, columns - 1 - columnsOf(tail.join('')))
  return [...head, ellipsis, ...tail].join('')
}

/** The end is worth half the room, and more when that saves the extension. */
function tailColumns(name: string, columns: number): number {
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? columnsOf(name.slice(dot)) : 0
  return Math.min(columns, Math.max(Math.floor(columns / 2), extension))
}

function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({segment}) => segment)
}

function takeColumns(characters: string[], columns: number): string[] {
  let taken = 0
  const end = characters.findIndex(character => (taken += columnsOf(character)) > columns)
  return end === -1 ? characters : characters.slice(0, end)
}
