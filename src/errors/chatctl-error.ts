import {catalogue, type ErrorCode} from './catalogue.js'

/** What an error adds to its message. */
export interface ErrorDetails {
  /** The error underneath, shown only when debugging. */
  cause?: unknown
  /** What to do next, in place of the catalogue's hint. */
  hint?: string
}

/**
 * The one error that chatctl throws on purpose.
 *
 * `message` says what happened; `suggestions` the likely cause and what to do, in the shape that oclif prints;
 * `code` is a key of the catalogue and decides `exitCode`: docs/errors.md lists them all.
 * @example
 * try {
 *   await join({home: 'ana-data', host: '127.0.0.1', port: 1})
 * } catch (error) {
 *   if (!(error instanceof ChatctlError)) throw error
 *   console.log(error.code, error.exitCode, error.suggestions)
 * }
 */
export class ChatctlError extends Error {
  override readonly name = 'ChatctlError'
  /** What it is, for programs. */
  readonly code: ErrorCode
  /** What the commands end with. */
  readonly exitCode: number
  /** The likely cause, and what to do next. */
  readonly suggestions: string[]

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : {cause: details.cause})
    this.code = code
    this.exitCode = catalogue[code].exitCode
    this.suggestions = [details.hint ?? catalogue[code].hint]
  }
}

/** Returns `error` if it is ours, else a {@link ChatctlError} `internal` around it. */
export function toChatctlError(error: unknown): ChatctlError {
  if (error instanceof ChatctlError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new ChatctlError('internal', `unexpected error: ${message}`, {cause: error})
}
