import {userInfo} from 'node:os'
import {columnsOf} from '../ui/width.js'

const maxColumns = 32
const fallback = 'guest'

/** Returns the nick of whoever names none: the login name, mapped to fit. */
export function defaultNick(): string {
  return toNick(loginName())
}

/** Maps a login name to a nick: letters, marks, digits, `-_.`, at most 32 columns, and not the reserved `all`. */
export function toNick(login: string): string {
  const mapped = login
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replaceAll(/^[\p{M}-]+|-+$/gu, '')
  if (mapped === '') return fallback
  return cut(mapped.toLowerCase() === 'all' ? `${mapped}-1` : mapped)
}

function cut(name: string): string {
  let nick = ''
  for (const character of name) {
    if (columnsOf(nick + character) > maxColumns) break
    nick += character
  }
  return nick
}

function loginName(): string {
  try {
    return userInfo().username
  } catch {
    // A uid without a passwd entry, as in containers.
    return ''
  }
}
