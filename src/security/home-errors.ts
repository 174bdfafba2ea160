import {ChatctlError} from '../errors/index.js'

/** What is reported when a file of this device cannot be written: the remedy is another than for a received file. */
export function cannotWrite(path: string, cause: unknown): ChatctlError {
  const isFull = isSystemError(cause, 'ENOSPC') || isSystemError(cause, 'EDQUOT')
  if (isFull) return new ChatctlError('disk-full', `cannot write ${path}: the disk is full`, {cause, hint: makeRoom})
  return new ChatctlError('not-writable', `cannot write ${path}`, {cause, hint: permit})
}

/** What is reported when a file of this device cannot be read. */
export function cannotRead(path: string, cause: unknown): ChatctlError {
  return new ChatctlError('not-readable', `cannot read ${path}`, {cause, hint: permit})
}

/** Whether an error is the one that the system has this word for. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

const permit = 'Check whose it is and its permissions, or have this device kept elsewhere with CHATCTL_HOME.'
const makeRoom = 'Make room, or have this device kept elsewhere with CHATCTL_HOME.'
