import {ChatctlError, type ErrorCode} from '../errors/index.js'

/** What the system's own error codes mean to somebody who dials. */
const meanings: Record<string, readonly [code: ErrorCode, message: (endpoint: string) => string]> = {
  ECONNREFUSED: ['connection-refused', endpoint => `nobody is listening on ${endpoint} (connection refused)`],
  ETIMEDOUT: ['connection-timeout', endpoint => `no answer from ${endpoint}`],
  ENOTFOUND: ['host-not-found', endpoint => `no such host: ${endpoint}`],
  EAI_AGAIN: ['host-not-found', endpoint => `the name of ${endpoint} cannot be looked up now`],
  ECONNRESET: ['connection-cut', endpoint => `${endpoint} closed the connection`],
  EPIPE: ['connection-cut', endpoint => `${endpoint} closed the connection`],
}

/** Says what an error of a dialling socket, TCP or TLS, means. */
export function dialError(cause: unknown, endpoint: string): ChatctlError {
  if (cause instanceof ChatctlError) return cause
  const systemCode = systemCodeOf(cause)
  const meaning = meanings[systemCode]
  if (meaning !== undefined) return new ChatctlError(meaning[0], meaning[1](endpoint), {cause})
  if (systemCode.startsWith('ERR_SSL_') || systemCode === 'EPROTO') return notChatctl(endpoint, cause)
  return new ChatctlError('host-unreachable', `cannot reach ${endpoint} (${systemCode})`, {cause})
}

/** Something answered, but not chatctl. */
export function notChatctl(endpoint: string, cause: unknown): ChatctlError {
  return new ChatctlError('not-chatctl', `something else than chatctl answers on ${endpoint}`, {cause})
}

/** A name with several addresses fails with one error for each: the first one speaks for all. */
function systemCodeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return systemCodeOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
