import {ChatctlError, type ErrorCode} from '../../errors/index.js'
import {errnoOf} from '../disk-error.js'

/** What the system says of one name or one place, and not of the disk. */
const ofOneEntry = new Map<string, ErrorCode>([
  ['EACCES', 'not-writable'],
  ['EPERM', 'not-writable'],
  ['EINVAL', 'not-writable'],
  ['EILSEQ', 'not-writable'],
  ['ENAMETOOLONG', 'path-too-long'],
])

/** What costs a tree one of its entries, and not all. */
const droppable = new Set<ErrorCode>(['unsafe-name', 'digest-mismatch', 'not-writable', 'path-too-long'])

/** Why it was only this one entry that could not be kept; any other error is thrown on. */
export function codeOfDropped(error: unknown): ErrorCode {
  const code = ofOneEntry.get(errnoOf(error) ?? '')
  if (code !== undefined) return code
  if (error instanceof ChatctlError && droppable.has(error.code)) return error.code
  throw error
}
