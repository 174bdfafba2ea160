import stringWidth from 'string-width'
import {ChatctlError} from '../errors/index.js'

/** The widest nick, in columns of a terminal. */
export const maxNickColumns = 32

const nickPattern = /^[\p{L}\p{M}\p{N}\-_.]+$/u
const reserved = 'all'

/** Whether `nick` is 1 to 32 columns of letters, marks, digits, `-`, `_` and `.`, and not the word for everyone. */
export function isNick(nick: string): boolean {
  const width = stringWidth(nick)
  return nickPattern.test(nick) && width >= 1 && width <= maxNickColumns && nickKey(nick) !== reserved
}

/**
 * Returns `nick` when it is one.
 * @throws ChatctlError `bad-nick`
 */
export function checkNick(nick: string): string {
  if (isNick(nick)) return nick
  throw new ChatctlError('bad-nick', 'that nick cannot be used')
}

/** What two nicks have in common when people would take one for the other. */
export function nickKey(nick: string): string {
  return nick.normalize('NFKC').toLowerCase()
}

/** Finds a free nick: the wanted one, or the first of `ana-2`, `ana-3` ... that nobody has. */
export function freeNick(wanted: string, isTaken: (nick: string) => boolean): string {
  if (!isTaken(wanted)) return wanted
  for (let number = 2; ; number++) {
    const nick = withSuffix(wanted, `-${number}`)
    if (!isTaken(nick)) return nick
  }
}

function withSuffix(nick: string, suffix: string): string {
  const kept = Array.from(new Intl.Segmenter().segment(nick), ({segment}) => segment)
  while (stringWidth(kept.join('') + suffix) > maxNickColumns) kept.pop()
  return kept.join('') + suffix
}
