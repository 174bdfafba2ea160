import type {LiveBlock} from './live-block.js'
import {cellsOf, isUncertain, withoutColors, type Cell} from './row-text.js'

/**
 * What a terminal does with rows that are longer than a window that was made narrower: wraps them all, and leaves the
 * cursor at its character; or wraps all but the one with the cursor (xterm.js); or cuts them.
 */
export type Reflow = 'all' | 'all-but-cursor-row' | 'none'

/** Returns how many rows of a block are above the cursor after the window was made so many columns wide. */
export function rowsAboveCursor({rows, cursor}: LiveBlock, columns: number, reflow: Reflow): number {
  if (reflow === 'none') return cursor.row
  const moreIn = (row: string, column = Infinity) => wrapsBefore(row, column, columns)
  // It goes up from the last row, and with each row more the cursor goes down: which is then taken to be in another one.
  if (reflow === 'all-but-cursor-row')
    return rows.reduceRight((at, row, index) => (at === index ? at : at + moreIn(row)), cursor.row)
  const above = rows.slice(0, cursor.row).reduce((sum, row) => sum + 1 + moreIn(row), 0)
  return above + moreIn(rows[cursor.row] ?? '', cursor.column)
}

/** How often a row is wrapped before one of its columns; behind its last character it is not wrapped once more. */
function wrapsBefore(row: string, column: number, columns: number): number {
  let [wraps, taken, filled] = [0, 0, 0]
  for (const width of cellsOf(withoutColors(row)).flatMap(piecesOf)) {
    if (filled + width > columns) [wraps, filled] = [wraps + 1, 0]
    if (taken >= column) return wraps
    taken += width
    filled += width
  }
  return wraps
}

/** What a terminal never wraps within: of what it may draw in several pieces, or on blanks, the least is assumed. */
function piecesOf({text, columns}: Cell): number[] {
  return isUncertain(text) ? Array.from({length: columns}, () => 1) : [columns]
}
