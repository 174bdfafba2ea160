import type {ChatctlError} from '../errors/index.js'
import {sanitiseLine} from '../ui/sanitise.js'
import type {Theme} from '../ui/theme.js'
import {wrapWords} from '../ui/wrap.js'

const title = 'Error:'
const indent = '  '

/**
 * Returns an error as people read it: what happened, and under it the likely cause and what to do next, in a window of
 * `columns` if that is given.
 */
export function errorText(
  {message, suggestions}: Pick<ChatctlError, 'message' | 'suggestions'>,
  theme: Theme,
  columns = Infinity,
): string {
  const [first = '', ...more] = wrapWords(`${title} ${sanitiseLine(message)}`, columns, indent)
  const hints = suggestions.flatMap(hint => wrapWords(indent + sanitiseLine(theme.asTyped(hint)), columns, indent))
  const coloured = hints.map(line => line.replaceAll(/`[^`]+`/g, theme.command))
  return [theme.bad(title) + first.slice(title.length), ...more, ...coloured].join('\n')
}
