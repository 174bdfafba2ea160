import type {ChatctlError} from '../errors/index.js'
import {jsonLine} from '../ui/json-line.js'

/** Returns the one line of JSON in which a one-shot command ends; there are no fields if it never began. */
export function resultJson(fields: object | undefined, error?: ChatctlError): string {
  const end = error === undefined ? {ok: true} : {ok: false, exitCode: error.exitCode, error: errorFields(error)}
  return jsonLine({v: 1, ...end, ...fields})
}

/** Returns what a line of JSON says about an error. */
export function errorFields({code, message, suggestions}: ChatctlError): object {
  return {code, message, suggestions}
}
