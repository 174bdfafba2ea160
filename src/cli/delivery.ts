import type {ChatctlError} from '../errors/index.js'
import type {SendFileResult, SentFile} from '../send-file.js'
import {formatDigest, formatSize} from '../ui/format.js'
import {sanitiseLine} from '../ui/sanitise.js'
import {jsonLine} from '../ui/json-line.js'

/** When several files end differently the disk comes first, then what is incomplete, then what was declined. */
const severity = [8, 6, 5]

/** Returns the error that decides how the process ends; undefined when everything was sent. */
export function worstError({files}: SendFileResult): ChatctlError | undefined {
  const errors = files.flatMap(({error}) => (error === undefined ? [] : [error]))
  const ranked = severity.map(exitCode => errors.find(error => error.exitCode === exitCode))
  return ranked.find(error => error !== undefined) ?? errors[0]
}

/** Returns a line for people about each file that was sent. */
export function sentText({files}: SendFileResult): string {
  const sent = files.filter(({status}) => status === 'sent')
  return sent
    .map(
      ({name, bytes, sha256}) => `sent ${sanitiseLine(name)}  ${formatSize(bytes)}  sha256 ${formatDigest(sha256)}\n`,
    )
    .join('')
}

/** Returns a line for people about each of several files that was not sent; of a single one the error says all. */
export function unsentText({files}: SendFileResult): string {
  if (files.length === 1) return ''
  const unsent = files.filter(({status}) => status !== 'sent')
  return unsent
    .map(({name, status, error}) => `${sanitiseLine(`${name} ${status}: ${error?.message ?? ''}`)}\n`)
    .join('')
}

/** Returns the one line of JSON in which a delivery ends; `result` is undefined if it never began. */
export function deliveryJson(result: SendFileResult | undefined, error?: ChatctlError): string {
  const end = error === undefined ? {ok: true} : {ok: false, exitCode: error.exitCode, error: errorFields(error)}
  return jsonLine({v: 1, ...end, ...(result && {...result, files: result.files.map(fileFields)})})
}

function fileFields({error, ...file}: SentFile): object {
  return error === undefined ? file : {...file, error: errorFields(error)}
}

function errorFields({code, message, suggestions}: ChatctlError): object {
  return {code, message, suggestions}
}
