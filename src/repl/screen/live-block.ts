import {pinColumns, rowColumns, toColumn} from './row-text.js'
import type {RowsWithCursor} from './input-rows.js'

/** What stays at the bottom of a terminal: safe rows, which may be coloured, and the cursor among them. */
export type LiveBlock = RowsWithCursor

const toLineStart = '\r'
const eraseBelow = '\u001b[J'
const eraseRest = '\u001b[K'
// However wide a terminal thinks that a character is, and however narrow it has become, a row stays one row.
const wrapOff = '\u001b[?7l'
const wrapOn = '\u001b[?7h'

/** Returns what draws a block where the cursor is, at the start of an empty row. */
export function drawBlock({rows, cursor}: LiveBlock): string {
  const written = rows.map(row => pinColumns(row)).join('\r\n')
  return wrapOff + written + moveUp(rows.length - 1 - cursor.row) + toPlace(cursor.column) + wrapOn
}

/** Returns what erases a block of which so many rows are above the cursor. */
export function eraseBlock(rowsAbove: number): string {
  return toLineStart + moveUp(rowsAbove) + eraseBelow
}

/** Returns what makes one block of another with as many rows, without touching rows that stay; empty if all do. */
export function updateBlock(before: LiveBlock, after: LiveBlock): string {
  return appended(before, after) ?? rewritten(before, after)
}

/** One row with text at its end is what nearly every key makes of another. */
function appended(before: LiveBlock, after: LiveBlock): string | undefined {
  const {row, column} = before.cursor
  const [old = '', now = ''] = [before.rows[row], after.rows[row]]
  const isAtEnd = row === after.cursor.row && rowColumns(old) === column && now.startsWith(old)
  const added = now.slice(old.length)
  if (!isAtEnd || !/^[\x20-\x7e]+$/.test(added) || column + added.length !== after.cursor.column) return undefined
  return before.rows.every((text, index) => index === row || text === after.rows[index]) ? added : undefined
}

function rewritten(before: LiveBlock, after: LiveBlock): string {
  const changed = [...after.rows.keys()].filter(row => before.rows[row] !== after.rows[row])
  let [output, at] = ['', before.cursor.row]
  for (const row of changed) {
    output += moveBetween(at, row) + rewriteRow(before.rows[row] ?? '', after.rows[row] ?? '')
    at = row
  }
  const isMoved = before.cursor.row !== after.cursor.row || before.cursor.column !== after.cursor.column
  if (changed.length === 0 && !isMoved) return ''
  const isDrawn = changed.length > 0
  const moved = moveBetween(at, after.cursor.row) + toPlace(after.cursor.column)
  return isDrawn ? wrapOff + output + moved + wrapOn : moved
}

/** What is the same at the start of a row stays, where it has no colours, and characters that all draw alike. */
function rewriteRow(old: string, now: string): string {
  const kept = /^[\x20-\x7e]*/.exec(commonStart(old, now))?.[0] ?? ''
  // What is joined to a character is drawn with it.
  const start = Math.max(0, kept.length - 1)
  return toPlace(start) + pinColumns(now.slice(start), start) + eraseRest
}

function commonStart(one: string, other: string): string {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return one.slice(0, length)
}

function moveBetween(from: number, to: number): string {
  return to < from ? moveUp(from - to) : to > from ? `\u001b[${to - from}B` : ''
}

function moveUp(rows: number): string {
  return rows === 0 ? '' : `\u001b[${rows}A`
}

function toPlace(column: number): string {
  return column === 0 ? toLineStart : toColumn(column)
}
