import {maxPathNames, type EntryName} from '../../protocol/tree-record.js'

type Shape = Record<string, unknown>

const skipCode = /^[a-z][a-z-]{0,31}$/

/** What each entry has besides its path. */
const shapes: Record<EntryName, (entry: Shape) => boolean> = {
  directory: ({mtimeMs}) => isTime(mtimeMs),
  file: ({bytes, mtimeMs, executable}) =>
    isCount(bytes) && isTime(mtimeMs) && (executable === undefined || executable === true),
  link: ({target}) => isName(target),
  skipped: ({code}) => typeof code === 'string' && skipCode.test(code),
}

/**
 * Whether something is shaped as an entry of a tree. It is for what was checked by its schema when it came, and is known by
 * its checksum: that says it in a tenth of the time, and nothing of another shape gets by.
 */
export function isEntryShaped(name: EntryName, entry: unknown): entry is Shape {
  if (typeof entry !== 'object' || entry === null) return false
  return isPath((entry as Shape)['path']) && shapes[name](entry as Shape)
}

function isPath(path: unknown): boolean {
  return Array.isArray(path) && path.length > 0 && path.length <= maxPathNames && path.every(isName)
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name !== ''
}

function isCount(count: unknown): boolean {
  return Number.isSafeInteger(count) && (count as number) >= 0
}

/** The furthest moment of a date, either way. ECMA-262, 21.4.1.1. */
const maxDateMs = 8.64e15

function isTime(ms: unknown): boolean {
  return Number.isSafeInteger(ms) && Math.abs(ms as number) <= maxDateMs
}
