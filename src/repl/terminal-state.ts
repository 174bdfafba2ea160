import type {ShellInput, ShellOutput} from './shell-io.js'

const bracketedPasteOn = '\u001b[?2004h'
const bracketedPasteOff = '\u001b[?2004l'

/**
 * Takes a terminal over, so that keys come one by one and pastes are marked.
 *
 * Returns how to give it back as it was found; `leave` runs just before that. The end of the process does the same.
 */
export function takeTerminal(stdin: ShellInput, stdout: ShellOutput, leave: () => void): () => void {
  let isTaken = true
  stdin.setRawMode?.(true)
  stdout.write(bracketedPasteOn)
  process.on('exit', giveBack)
  return giveBack

  function giveBack(): void {
    if (!isTaken) return
    isTaken = false
    process.off('exit', giveBack)
    leave()
    stdout.write(bracketedPasteOff)
    stdin.setRawMode?.(false)
  }
}
