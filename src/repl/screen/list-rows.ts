import {sanitiseLine} from '../../ui/sanitise.js'
import type {Theme} from '../../ui/theme.js'
import {cutMiddle, padColumns} from '../../ui/width.js'
import {cutEnd, rowColumns} from './row-text.js'
import type {ShownList} from './tab-completion.js'

const [mark, noMark] = ['> ', '  ']

/** Returns a list of candidates in rows of at most `columns`: what is selected is marked, of too many the rest is counted. */
export function listRows(list: ShownList, size: {columns: number; maxRows: number}, theme: Theme): string[] {
  if (size.maxRows < 1) return []
  const perRow = hasSummaries(list) ? 1 : cellsPerRow(list, size.columns)
  const rowCount = Math.ceil(list.candidates.length / perRow)
  const room = rowCount <= size.maxRows ? rowCount : size.maxRows - 1
  const first = Math.min(Math.max(0, Math.floor((list.selected ?? 0) / perRow) - room + 1), rowCount - room)
  const rows = Array.from({length: room}, (_, row) => rowOf(list, (first + row) * perRow, perRow, size.columns, theme))
  const more = list.candidates.length - room * perRow
  return rowCount <= size.maxRows ? rows : [...rows, theme.faint(cutEnd(`  and ${more} more`, size.columns))]
}

function rowOf(list: ShownList, from: number, count: number, columns: number, theme: Theme): string {
  const cellColumns = Math.min(widest(list) + mark.length, columns)
  const indexes = Array.from({length: count}, (_, index) => from + index)
  const cells = indexes
    .filter(index => index < list.candidates.length)
    .map(index => cellOf(list, index, cellColumns, theme))
  const summary = sanitiseLine((count === 1 ? list.candidates[from]?.summary : undefined) ?? '')
  const room = columns - cellColumns - 2
  return cells.join('') + (summary === '' || room < 1 ? '' : `  ${theme.faint(cutEnd(summary, room))}`)
}

function cellOf(list: ShownList, index: number, columns: number, theme: Theme): string {
  const label = padColumns(cutMiddle(labelOf(list, index), columns - mark.length), columns - mark.length)
  return index === list.selected ? theme.strong(mark + label) : noMark + label
}

function cellsPerRow(list: ShownList, columns: number): number {
  return Math.max(1, Math.floor(columns / (widest(list) + mark.length)))
}

function widest(list: ShownList): number {
  return Math.max(...list.candidates.map((_, index) => rowColumns(labelOf(list, index))))
}

function labelOf({candidates}: ShownList, index: number): string {
  const {label, value = ''} = candidates[index] ?? {}
  return sanitiseLine((label ?? value).trimEnd())
}

function hasSummaries({candidates}: ShownList): boolean {
  return candidates.some(({summary}) => summary !== undefined)
}
