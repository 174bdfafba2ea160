import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ChatctlError} from '../errors/index.js'
import {splitWords} from '../repl/words.js'
import {runProgram} from './run-program.js'

const defaultEditor = process.platform === 'win32' ? 'notepad' : 'vi'

/**
 * Has a person change a text in `$VISUAL` or `$EDITOR`; returns what it is then. What is written is on the disk only meanwhile, in
 * a directory that nobody else may read.
 * @throws ChatctlError `bad-argument` when the editor cannot be run, or fails
 */
export async function editText(text: string): Promise<string> {
  const {VISUAL, EDITOR} = process.env
  const [command, ...args] = splitWords([VISUAL, EDITOR].find(Boolean) ?? defaultEditor) ?? []
  if (command === undefined)
    throw new ChatctlError('bad-argument', '$EDITOR is no command', {hint: 'Set it to one, such as nano.'})
  const directory = await mkdtemp(join(tmpdir(), 'chatctl-edit-'))
  try {
    const path = join(directory, 'message.txt')
    await writeFile(path, text, {mode: 0o600})
    const {exitCode} = await runProgram({command, args: [...args, path], hasTerminal: true})
    if (exitCode !== 0)
      throw new ChatctlError('bad-argument', 'the editor failed: nothing is sent', {
        hint: 'Try it again, or set $EDITOR to another.',
      })
    return await readFile(path, 'utf8')
  } finally {
    await rm(directory, {recursive: true, force: true})
  }
}
