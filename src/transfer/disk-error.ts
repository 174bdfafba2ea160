import {ChatctlError, toChatctlError, type ErrorCode} from '../errors/index.js'

const tooLong: [ErrorCode, string] = ['path-too-long', 'longer than this system holds']

const whileWriting: Record<string, [ErrorCode, string]> = {
  ENOSPC: ['disk-full', 'the disk is full'],
  EDQUOT: ['disk-full', 'the quota is used up'],
  EFBIG: ['disk-full', 'the file system holds no file of that size'],
  EACCES: ['not-writable', 'permission denied'],
  EPERM: ['not-writable', 'permission denied'],
  EROFS: ['not-writable', 'the file system is read-only'],
  ENOENT: ['not-writable', 'no such directory'],
  ENOTDIR: ['not-writable', 'not a directory'],
  EEXIST: ['not-writable', 'something else has that name'],
  ENAMETOOLONG: tooLong,
}

const whileReading: Record<string, [ErrorCode, string]> = {
  ENOENT: ['no-such-file', 'no such file'],
  ENOTDIR: ['no-such-file', 'no such file'],
  EACCES: ['not-readable', 'permission denied'],
  EPERM: ['not-readable', 'permission denied'],
  ENAMETOOLONG: tooLong,
}

/** Says in our words why `path` cannot be written; what is no error of the system stays as it is. */
export function toWriteError(error: unknown, path: string): ChatctlError {
  return translate(error, whileWriting, 'not-writable', `cannot write ${path}`)
}

/** Says in our words why `path` cannot be read; what is no error of the system stays as it is. */
export function toReadError(error: unknown, path: string): ChatctlError {
  if (errnoOf(error) === 'ENOENT' && path.includes('\uFFFD')) return notUnicode(error, path)
  return translate(error, whileReading, 'not-readable', `cannot read ${path}`)
}

/** Node puts U+FFFD where a name that it is given is no Unicode: then the file may well be there. */
function notUnicode(cause: unknown, path: string): ChatctlError {
  const hint = 'Rename it first: a name that is no Unicode cannot be sent.'
  return new ChatctlError('no-such-file', `cannot read ${path}: its name seems to be no Unicode`, {cause, hint})
}

/** There is no room now; when some is made, the same will work. */
export class OutOfRoomError extends ChatctlError {
  constructor(message: string, options?: ErrorOptions) {
    super('disk-full', message, options)
  }
}

const untilRoom = ['ENOSPC', 'EDQUOT']

function translate(
  error: unknown,
  table: Record<string, [ErrorCode, string]>,
  fallback: ErrorCode,
  action: string,
): ChatctlError {
  const name = errnoOf(error)
  if (isNoPath(error))
    return new ChatctlError('no-such-file', `${action}: no path holds such characters`, {cause: error})
  if (name === undefined) return toChatctlError(error)
  const [code, reason] = table[name] ?? [fallback, name]
  const message = `${action}: ${reason}`
  return untilRoom.includes(name)
    ? new OutOfRoomError(message, {cause: error})
    : new ChatctlError(code, message, {cause: error})
}

/** Node refuses a path with a NUL before the system sees it. */
function isNoPath(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_INVALID_ARG_VALUE'
}

/** The system's name for an error, such as `EEXIST`; undefined when it is not one of the system's. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  return String(error.code)
}

/** Whether there was no room for what was to be written. */
export function isOutOfRoom(error: unknown): boolean {
  return error instanceof OutOfRoomError || untilRoom.includes(errnoOf(error) ?? '')
}
