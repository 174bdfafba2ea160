import {ChatctlError, type ErrorCode} from '../../src/errors/index.js'

/** What `action` returns, or the code of the error that it may throw; any other error is a finding. */
export function outcomeOf<T>(action: () => T, ...codes: ErrorCode[]): {value: T} | {code: ErrorCode} {
  try {
    return {value: action()}
  } catch (error) {
    if (error instanceof ChatctlError && codes.includes(error.code)) return {code: error.code}
    throw error
  }
}
