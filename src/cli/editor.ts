import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ChatctlError} from '../errors/index.js'
import {splitWords} from '../repl/words.js'
import {runProgram} from './run-program.js'

const defaultEditor = process.platform === 'win32' ? 'notepad' : 'vi'

/** An editor that is ended with this process does not go back from a screen of its own. */
const leaveOtherScreen = '\u001b[?1049l'

/**
 * Has a person change a text in `$VISUAL` or `$EDITOR`; returns what it is then. What is written is on the disk only meanwhile, in
 * a directory that nobody else may read; where the process ends before that, or the editor fails, it stays, and one line says where.
 * @throws ChatctlError `bad-argument` when the editor cannot be run, or fails
 */
export async function editText(text: string): Promise<string> {
  const {VISUAL, EDITOR} = process.env
  const [command, ...args] = splitWords([VISUAL, EDITOR].find(Boolean) ?? defaultEditor) ?? []
  if (command === undefined)
    throw new ChatctlError('bad-argument', '$EDITOR is no command', {hint: 'Set it to one, such as nano.'})
  const directory = await mkdtemp(join(tmpdir(), 'chatctl-edit-'))
  const path = join(directory, 'message.txt')
  let isKept = false
  const tellWhere = (): void =>
    void process.stderr.write(`${leaveOtherScreen}what the editor has saved is in ${path}\n`)
  try {
    await writeFile(path, text, {mode: 0o600})
    const editing = runProgram({command, args: [...args, path], hasTerminal: true})
    process.once('exit', tellWhere)
    const {exitCode} = await editing
    const saved = await readSaved(path)
    if (exitCode === 0) return saved
    isKept = saved !== '' && saved !== text
    throw editorFailed(isKept ? path : undefined)
  } finally {
    process.off('exit', tellWhere)
    if (!isKept) await rm(directory, {recursive: true, force: true})
  }
}

/** An editor that leaves no file leaves no text. */
async function readSaved(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function editorFailed(keptIn: string | undefined): ChatctlError {
  const hint = keptIn === undefined ? 'Try it again, or set $EDITOR to another.' : `What it has saved is in ${keptIn}`
  return new ChatctlError('bad-argument', 'the editor failed: nothing is sent', {hint})
}
