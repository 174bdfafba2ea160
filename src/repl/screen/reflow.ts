import type {LiveBlock} from './live-block.js'
import {cellsOf, withoutColors} from './row-text.js'

/**
 * What a terminal does with rows that are longer than a window that was made narrower: wraps them all, or all but the
 * one with the cursor (xterm.js), or cuts them.
 */
export type Reflow = 'all' | 'all-but-cursor-row' | 'none'

/** Returns how many rows of a block are above the cursor after the window was made so many columns wide. */
export function rowsAboveCursor(block: LiveBlock, columns: number, reflow: Reflow): number {
  const {rows, cursor} = block
  if (reflow === 'none') return cursor.row
  const above = rows.slice(0, cursor.row).reduce((sum, row) => sum + rowsTaken(row, columns), 0)
  return above + (reflow === 'all' ? rowsBefore(rows[cursor.row] ?? '', cursor.column, columns) : 0)
}

function rowsTaken(row: string, columns: number): number {
  return rowsBefore(row, Infinity, columns) + 1
}

/** How often a row is wrapped before one of its columns; behind its last character it is not wrapped once more. */
function rowsBefore(row: string, column: number, columns: number): number {
  let [wraps, taken, filled] = [0, 0, 0]
  for (const cell of cellsOf(withoutColors(row))) {
    if (filled + cell.columns > columns) [wraps, filled] = [wraps + 1, 0]
    if (taken >= column) return wraps
    taken += cell.columns
    filled += cell.columns
  }
  return wraps
}
