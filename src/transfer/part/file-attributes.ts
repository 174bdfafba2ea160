import {futimesSync, utimesSync} from 'node:fs'
import type {Attributes} from '../../protocol/attributes.js'

/** The permissions to make a file with: as the system's own way of making files has them, less what its owner never gives. */
export function modeOf({executable}: Attributes): number {
  return executable ? 0o777 : 0o666
}

/** Gives a file or directory, by its descriptor or its path, the time that it had; if none is known it keeps its own. */
export function setTime(target: number | string, {mtimeMs}: Attributes): void {
  if (mtimeMs === undefined) return
  // As a date: Node takes a negative number for now.
  const time = new Date(mtimeMs)
  try {
    if (typeof target === 'number') futimesSync(target, time, time)
    else utimesSync(target, time, time)
  } catch {
    // A file system that keeps no such times keeps the file all the same.
  }
}
