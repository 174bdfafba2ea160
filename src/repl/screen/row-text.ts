import {columnsOf} from '../../ui/width.js'
import {charactersOf} from './draft.js'

const plain = /^[\x20-\x7e]*$/
// One character of several code points, and any that was drawn in one column once and is in two now.
const uncertain = /^(?:.[^]+|\p{Extended_Pictographic}|\p{Regional_Indicator})$/u
// Colours are the only escapes in what is drawn.
// eslint-disable-next-line no-control-regex
const color = /(\u001b\[[\d;]*m)/

/** One character of a row. */
export interface Cell {
  readonly text: string
  readonly columns: number
}

/** Splits safe text without colours into characters, with the most columns that a terminal may take for each. */
export function cellsOf(text: string): Cell[] {
  return charactersOf(text).map(character => ({text: character, columns: mostColumnsOf(character)}))
}

/** Returns the text of a row. */
export function withoutColors(row: string): string {
  return row.split(color).reduce((text, part, index) => (index % 2 === 1 ? text : text + part), '')
}

/** Counts the columns of a row, colours left out. */
export function rowColumns(row: string): number {
  const text = withoutColors(row)
  return plain.test(text) ? text.length : cellsOf(text).reduce((sum, {columns}) => sum + columns, 0)
}

/** Whether terminals differ in how many columns they take for a character. */
export function isUncertain(character: string): boolean {
  return uncertain.test(character)
}

/**
 * Returns a row as it is written: terminals differ in how wide they draw some characters, so those are drawn on blanks,
 * which are as wide as they may become, and behind them the cursor is put where the next one belongs.
 */
export function pinColumns(row: string, from = 0): string {
  if (plain.test(row)) return row
  let column = from
  return row
    .split(color)
    .map((part, index) => (index % 2 === 1 ? part : pinPart(part)))
    .join('')

  function pinPart(part: string): string {
    return cellsOf(part).map(pinCell).join('')
  }

  function pinCell({text, columns}: Cell): string {
    const start = column
    column += columns
    return isUncertain(text) ? ' '.repeat(columns) + toColumn(start) + text + toColumn(column) : text
  }
}

/** Returns what puts the cursor into a column of its row. */
export function toColumn(column: number): string {
  return `\u001b[${column + 1}G`
}

const measured = new Map<string, number>()
const maxMeasured = 4096

function mostColumnsOf(character: string): number {
  if (plain.test(character)) return 1
  const known = measured.get(character)
  if (known !== undefined) return known
  if (measured.size >= maxMeasured) measured.clear()
  const columns = measure(character)
  measured.set(character, columns)
  return columns
}

/** Many terminals draw the parts of a joined character side by side. */
function measure(character: string): number {
  const parts = Array.from(character, columnsOf).reduce((sum, columns) => sum + columns, 0)
  return Math.max(parts, columnsOf(character))
}

/** Cuts safe text without colours at its end to fit a width in columns. */
export function cutEnd(text: string, columns: number): string {
  if (rowColumns(text) <= columns) return text
  return columns < 1 ? '' : `${takeCells(text, columns - 1)}…`
}

/** Cuts a row to fit a width in columns, colours and all. */
export function fitRow(row: string, columns: number): string {
  if (rowColumns(row) <= columns) return row
  let left = columns
  return row
    .split(color)
    .map((part, index) => (index % 2 === 1 ? part : takeOf(part)))
    .join('')

  function takeOf(part: string): string {
    const taken = takeCells(part, left)
    left = taken === part ? left - rowColumns(taken) : 0
    return taken
  }
}

function takeCells(text: string, columns: number): string {
  let taken = 0
  const cells = cellsOf(text)
  const end = cells.findIndex(cell => (taken += cell.columns) > columns)
  return (end === -1 ? cells : cells.slice(0, end)).map(cell => cell.text).join('')
}
