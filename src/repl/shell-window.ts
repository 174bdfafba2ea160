import {toClipboard} from '../ui/clipboard.js'
import {wrapWords} from '../ui/wrap.js'
import type {ShellWindow} from './context.js'
import type {ShellIo} from './shell-io.js'

const defaultColumns = 80

/** Returns what commands may know of the terminal in which a shell is seen, and do with it. */
export function shellWindow(
  {stdout, look}: Pick<ShellIo, 'stdout' | 'look'>,
  print: (text: string) => void,
): ShellWindow {
  const {isUnicode, theme, hasClipboard} = look.stdout
  const columns = (): number => (stdout.columns ?? defaultColumns) - 1
  return {
    columns,
    isUnicode,
    isLight: theme === 'light',
    copy(text) {
      stdout.write(toClipboard(text))
      print(hasClipboard ? `copied: ${text}` : [text, ...wrapWords(doubt, columns(), '  ')].join('\n'))
    },
  }
}

const doubt = '  It was sent to the clipboard, but this terminal may keep it out: then select the line above.'
