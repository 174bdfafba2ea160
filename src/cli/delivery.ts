import type {ChatctlError} from '../errors/index.js'
import {deliveredText, shortfallText, undeliveredText} from '../repl/event-text.js'
import type {SendFileResult, SentFile} from '../send-file.js'
import {sanitiseLine} from '../ui/sanitise.js'
import {errorFields, resultJson} from './result-json.js'

/** When several files end differently the disk comes first, then what is incomplete, then what was declined. */
const severity = [8, 6, 5]

/** Returns the error that decides how the process ends; undefined when everything was sent. */
export function worstError({files}: SendFileResult): ChatctlError | undefined {
  const errors = files.flatMap(({error}) => (error === undefined ? [] : [error]))
  const ranked = severity.map(exitCode => errors.find(error => error.exitCode === exitCode))
  return ranked.find(error => error !== undefined) ?? errors[0]
}

/** Returns a line for people about each file that was sent. */
export function sentText(result: SendFileResult): string {
  const sent = result.files.filter(hasArrived)
  return sent.map(file => `${deliveredText('sent', sanitiseLine(titleOf(file, result)), file)}\n`).join('')
}

/**
 * Returns a line for people about each of several files that was not sent; of a single one the error says all, but for
 * what of a directory is missing.
 */
export function unsentText(result: SendFileResult): string {
  const {files} = result
  const told = files.length === 1 ? [] : files.filter(({status}) => status !== 'sent')
  const lines = told.map(file => undeliveredText(titleOf(file, result), file.status, file.error?.message ?? ''))
  const missing = files.map(file => shortfallText(file.skipped).replace(/^\n/, '')).filter(text => text !== '')
  return [...lines, ...missing].map(line => `${line}\n`).join('')
}

/** Returns the one line of JSON in which a delivery ends; `result` is undefined if it never began. */
export function deliveryJson(result: SendFileResult | undefined, error?: ChatctlError): string {
  return resultJson(result && {...result, files: result.files.map(fileFields)}, error)
}

function hasArrived({status}: SentFile): boolean {
  return status === 'sent' || status === 'incomplete'
}

/** Of files that are not all for the host it has to be said for whom each was. */
function titleOf({name, to}: SentFile, {files, peer}: SendFileResult): string {
  return files.every(file => file.to === peer) ? name : `${name} to ${to}`
}

function fileFields({error, ...file}: SentFile): object {
  return error === undefined ? file : {...file, error: errorFields(error)}
}
