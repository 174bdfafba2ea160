import stringWidth from 'string-width'
import {ChatctlError} from '../errors/index.js'
import {maxNickBytes} from './messages.js'

/** The widest nick, in columns of a terminal. */
export const maxNickColumns = 32

const nickPattern = /^[\p{L}\p{M}\p{N}\-_.]+$/u

/** What stands for everyone else, and so is nobody's nick. */
export const everyone = 'all'

/** Whether `nick` is 1 to 32 columns of letters, marks, digits, `-`, `_` and `.`, and not the word for everyone. */
export function isNick(nick: string): boolean {
  return nickPattern.test(nick) && stringWidth(nick) >= 1 && hasRoom(nick) && nickKey(nick) !== everyone
}

/**
 * Returns `nick` when it is one.
 * @throws ChatctlError `bad-nick`
 */
export function checkNick(nick: string): string {
  if (isNick(nick)) return nick
  throw new ChatctlError('bad-nick', 'that nick cannot be used')
}

/** What two ways to write one nick have in common: case, width and composition make no difference. */
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
  if (hasRoom(nick + suffix)) return nick + suffix
  const kept = Array.from(new Intl.Segmenter().segment(nick), ({segment}) => segment)
  while (!hasRoom(kept.join('') + suffix)) kept.pop()
  return kept.join('') + suffix
}

function hasRoom(nick: string): boolean {
  const byteLength = Buffer.byteLength(nick)
  // No letter takes more columns than bytes, and measuring columns is slow: a thousand may want one nick.
  return byteLength <= maxNickColumns || (byteLength <= maxNickBytes && stringWidth(nick) <= maxNickColumns)
}
