import {closeSync, openSync, truncateSync} from 'node:fs'

/** Makes a file that is all hole: of any size, at once, and without any room on the disk. */
export function makeHole(path, bytes) {
  closeSync(openSync(path, 'w'))
  truncateSync(path, bytes)
  return path
}

/** Bytes in megabytes of 10^6, as they are shown. */
export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0)
}

/** A size as it is shown: `10 MB`, `10 GB`. */
export function sizeOf(bytes) {
  return bytes < 1e9 ? `${bytes / 1e6} MB` : `${bytes / 1e9} GB`
}
