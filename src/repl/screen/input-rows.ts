import {sanitiseWithIndex} from '../../ui/sanitise.js'
import type {Draft} from './draft.js'
import {cellsOf, rowColumns, type Cell} from './row-text.js'

/** Rows, and where in them the cursor is, in columns. */
export interface RowsWithCursor {
  readonly rows: readonly string[]
  readonly cursor: {readonly row: number; readonly column: number}
}

/** What is drawn before a text: on its first row, and on all others a margin as wide. */
export interface Prompt {
  readonly text: string
  readonly style: (text: string) => string
}

interface Wrapped {
  readonly rows: readonly string[]
  readonly cursor: {row: number; column: number} | undefined
}

const cutMark = '...'

/**
 * Lays a draft out in rows of at most `columns`: wrapped, with its line breaks, and of many rows `maxRows` around the
 * cursor, marked in the margin where there are more.
 */
export function layOut(draft: Draft, prompt: Prompt, {columns, maxRows}: {columns: number; maxRows: number}) {
  const margin = rowColumns(prompt.text)
  const {rows, cursor} = wrapLines(draft, columns - margin)
  const first = firstShown(rows.length, cursor.row, maxRows)
  const shown = rows.slice(first, first + maxRows)
  const isCut = {before: first > 0, behind: first + shown.length < rows.length}
  const marginOf = (row: number): string => {
    if (first + row === 0) return prompt.style(prompt.text)
    const isMarked = (row === 0 && isCut.before) || (row === shown.length - 1 && isCut.behind)
    return (isMarked ? cutMark.slice(0, margin - 1) : '').padEnd(margin)
  }
  return {
    rows: shown.map((row, index) => marginOf(index) + row),
    cursor: {row: cursor.row - first, column: margin + cursor.column},
  } satisfies RowsWithCursor
}

/** The cursor is kept away from the edges of what is shown, as far as there is more. */
function firstShown(count: number, cursorRow: number, most: number): number {
  return Math.max(0, Math.min(cursorRow - Math.floor(most / 2), count - most))
}

function wrapLines({text, cursor}: Draft, columns: number): RowsWithCursor {
  const rows: string[] = []
  let place = {row: 0, column: 0}
  let start = 0
  for (const line of text.split('\n')) {
    const wrapped = wrapLine(line, cursor - start, columns)
    if (wrapped.cursor) place = {row: rows.length + wrapped.cursor.row, column: wrapped.cursor.column}
    rows.push(...wrapped.rows)
    start += line.length + 1
  }
  return {rows, cursor: place}
}

/** The cursor is undefined when it is in another line. */
function wrapLine(line: string, cursor: number, columns: number): Wrapped {
  const {visible, indexOf} = sanitiseWithIndex(line)
  const wrapped = wrapCells(cellsOf(visible), columns)
  if (cursor < 0 || cursor > line.length) return {rows: wrapped.map(textOf), cursor: undefined}
  return {rows: wrapped.map(textOf), cursor: placeIn(wrapped, indexOf(cursor))}
}

function wrapCells(cells: readonly Cell[], columns: number): Cell[][] {
  let row: Cell[] = []
  const rows = [row]
  let room = columns
  for (const cell of cells) {
    if (cell.columns > room) {
      rows.push((row = []))
      room = columns
    }
    row.push(cell)
    room -= cell.columns
  }
  return rows
}

/** Between two rows the cursor is at the start of the second. */
function placeIn(rows: readonly Cell[][], index: number): {row: number; column: number} {
  let left = index
  for (const [row, cells] of rows.entries()) {
    const length = textOf(cells).length
    if (left < length || row === rows.length - 1) return {row, column: columnsBefore(cells, left)}
    left -= length
  }
  return {row: 0, column: 0}
}

function columnsBefore(cells: readonly Cell[], length: number): number {
  let [left, columns] = [length, 0]
  for (const cell of cells) {
    if (left < cell.text.length) break
    left -= cell.text.length
    columns += cell.columns
  }
  return columns
}

function textOf(cells: readonly Cell[]): string {
  return cells.map(({text}) => text).join('')
}
