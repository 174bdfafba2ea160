import type {ChatctlError} from '../errors/index.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {Theme} from '../ui/theme.js'

/** Returns an error as people read it: what happened, and under it the likely cause and what to do next. */
export function errorText({message, suggestions}: Pick<ChatctlError, 'message' | 'suggestions'>, theme: Theme): string {
  const hints = suggestions.map(hint => `\n  ${sanitiseLine(hint)}`)
  return `${theme.bad('Error:')} ${sanitiseLine(message)}${hints.join('')}`
}
