import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {whenOver} from './when-over.js'

/** Makes a directory that is gone after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'chatctl-'))
  whenOver(() => rmSync(path, {recursive: true, force: true}))
  return path
}
