import {existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {whenOver} from './when-over.js'

/** A file system in memory, where the system has one: tens of thousands of files take a disk a minute. */
export const quickDisk = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Makes a directory that is gone after the test. */
export function temporaryDirectory(disk = tmpdir()): string {
  const path = mkdtempSync(join(disk, 'chatctl-'))
  whenOver(() => rmSync(path, {recursive: true, force: true}))
  return path
}
